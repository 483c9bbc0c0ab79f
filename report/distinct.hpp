// Sets of ports or numbers, usually small but possibly complete: first a list, then one bit per member.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace portproof {

class PortSet {
 public:
  void insert(std::uint16_t port) {
    if (bits_) {
      bits_->set(port);
      return;
    }
    const auto position = std::lower_bound(few_.begin(), few_.end(), port);
    if (position != few_.end() && *position == port) return;
    few_.insert(position, port);
    if (few_.size() <= kFew) return;
    bits_ = std::make_unique<Bits>();
    for (const std::uint16_t known : few_) bits_->set(known);
    few_.clear();
  }
  void erase(std::uint16_t port) {
    if (bits_) {
      bits_->reset(port);
      return;
    }
    const auto position = std::lower_bound(few_.begin(), few_.end(), port);
    if (position != few_.end() && *position == port) few_.erase(position);
  }
  [[nodiscard]] bool contains(std::uint16_t port) const {
    return bits_ ? bits_->test(port) : std::binary_search(few_.begin(), few_.end(), port);
  }
  [[nodiscard]] std::size_t size() const { return bits_ ? bits_->count() : few_.size(); }

  // In ascending order.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const std::uint16_t port : few_) visit(port);
    for (std::size_t port = 0; bits_ && port < bits_->size(); ++port) {
      if (bits_->test(port)) visit(static_cast<std::uint16_t>(port));
    }
  }

 private:
  static constexpr std::size_t kFew = 32;
  using Bits = std::bitset<0x10000>;

  std::vector<std::uint16_t> few_;
  std::unique_ptr<Bits> bits_;
};

// A set of dense numbers: one bit each from 0 on, and a list of numbers so far beyond these that bits for the
// gap would take more than twice the list's memory.
class DistinctNumbers {
 public:
  void insert(std::uint32_t number) {
    if (number == last_) return;
    last_ = number;
    if (number / 64 < bits_.size()) {
      set(number);
      return;
    }
    few_.push_back(number);
    if (few_.size() >= settle_at_) settle();
  }
  [[nodiscard]] std::size_t size() {
    sort();
    return count_ + few_.size();
  }

 private:
  static constexpr std::size_t kFirstSettling = 256;
  static constexpr std::uint32_t kNone = 0xffffffff;

  void sort() {
    std::sort(few_.begin(), few_.end());
    few_.erase(std::unique(few_.begin(), few_.end()), few_.end());
  }
  void settle() {
    sort();
    settle_at_ = std::max(kFirstSettling, few_.size() * 2);
    if (few_.back() / 64 > count_ + few_.size()) return;
    bits_.resize(few_.back() / 64 + 1);
    for (const std::uint32_t number : few_) set(number);
    few_.clear();
    settle_at_ = kFirstSettling;
  }
  // Requires a bit for the number.
  void set(std::uint32_t number) {
    const std::size_t word = number / 64;
    const std::uint64_t bit = std::uint64_t{1} << (number % 64);
    count_ += (bits_[word] & bit) == 0 ? 1 : 0;
    bits_[word] |= bit;
  }

  std::vector<std::uint32_t> few_;  // beyond the bits
  std::size_t settle_at_{kFirstSettling};
  std::vector<std::uint64_t> bits_;
  std::size_t count_{0};  // bits set in `bits_`
  std::uint32_t last_{kNone};
};

}  // namespace portproof
