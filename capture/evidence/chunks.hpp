// A sequence that grows to millions of values without ever moving more than its first block: blocks of 2 MiB
// each, the first of which begins small. A value is found by its index, which does not change.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "capture/base/huge_array.hpp"

namespace portproof {

template <typename T>
class Chunks {
 public:
  static constexpr std::size_t kPerBlock = kHugePage / sizeof(T);

  Chunks() = default;
  Chunks(const Chunks& other) {
    for (std::size_t index = 0; index < other.size_; ++index) push_back(other[index]);
  }
  Chunks(Chunks&& other) noexcept
      : blocks_(std::exchange(other.blocks_, {})),
        first_room_(std::exchange(other.first_room_, 0)),
        size_(std::exchange(other.size_, 0)),
        begin_(std::exchange(other.begin_, 0)) {}
  Chunks& operator=(Chunks other) noexcept {
    std::swap(blocks_, other.blocks_);
    std::swap(first_room_, other.first_room_);
    std::swap(size_, other.size_);
    std::swap(begin_, other.begin_);
    return *this;
  }
  ~Chunks() { clear(); }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] T& operator[](std::size_t index) { return blocks_[index / kPerBlock][index % kPerBlock]; }
  [[nodiscard]] const T& operator[](std::size_t index) const {
    return blocks_[index / kPerBlock][index % kPerBlock];
  }
  [[nodiscard]] T& back() { return (*this)[size_ - 1]; }
  [[nodiscard]] const T& back() const { return (*this)[size_ - 1]; }

  // References to values of the first block end with this; indexes stay.
  T& push_back(T value) {
    if (size_ == room()) grow();
    T* const slot = &blocks_[size_ / kPerBlock][size_ % kPerBlock];
    new (slot) T(std::move(value));
    ++size_;
    return *slot;
  }

  // All of the others, in whatever order: their full blocks are taken as they are. Indexes change.
  void adopt(Chunks&& others) {
    if (others.size_ > size_) std::swap(*this, others);
    const std::size_t full = others.size_ / kPerBlock;
    const auto from = others.blocks_.begin();
    const auto to = from + static_cast<std::ptrdiff_t>(full);
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(size_ / kPerBlock), from, to);
    others.blocks_.erase(from, to);
    if (others.blocks_.empty()) others.first_room_ = 0;
    size_ += full * kPerBlock;
    others.size_ -= full * kPerBlock;
    for (; !others.empty(); others.pop_back()) push_back(std::move(others.back()));
    others.clear();
  }

  void pop_back() {
    (*this)[size_ - 1].~T();
    --size_;
  }

  void clear() {
    destroy(begin_, size_);
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
      if (blocks_[block] != nullptr) give_back_huge(blocks_[block], bytes_of(block));
    }
    blocks_.clear();
    first_room_ = size_ = begin_ = 0;
  }

  // The value at the index, for good: memory of whole blocks is given back as the indexes before them are
  // taken. Indexes must be taken in order, from the first; what is taken is no longer there, though size()
  // still counts it.
  T take(std::size_t index) {
    T value = std::move((*this)[index]);
    (*this)[index].~T();
    begin_ = index + 1;
    const std::size_t block = index / kPerBlock;
    if (begin_ % kPerBlock == 0 || begin_ == size_) {
      give_back_huge(std::exchange(blocks_[block], nullptr), bytes_of(block));
    }
    return value;
  }

  // Puts the values in this order, by their indexes so far: each exactly once.
  void arrange(const std::vector<std::uint32_t>& order) {
    constexpr std::size_t kAhead = 16;
    Chunks arranged;
    for (std::size_t at = 0; at < order.size(); ++at) {
      if (at + kAhead < order.size()) {
        const char* const next = reinterpret_cast<const char*>(&(*this)[order[at + kAhead]]);
        for (std::size_t line = 0; line < sizeof(T); line += 64) __builtin_prefetch(next + line);
      }
      arranged.push_back(std::move((*this)[order[at]]));
    }
    *this = std::move(arranged);
  }

  template <typename Value, typename Owner>
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = Value*;
    using reference = Value&;

    Iterator() = default;
    Iterator(Owner* owner, std::size_t index) : owner_(owner), index_(index) {}
    reference operator*() const { return (*owner_)[index_]; }
    pointer operator->() const { return &(*owner_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++index_;
      return before;
    }
    friend bool operator==(const Iterator& left, const Iterator& right) {
      return left.index_ == right.index_;
    }

   private:
    Owner* owner_{nullptr};
    std::size_t index_{0};
  };
  using iterator = Iterator<T, Chunks>;
  using const_iterator = Iterator<const T, const Chunks>;

  [[nodiscard]] iterator begin() { return {this, 0}; }
  [[nodiscard]] iterator end() { return {this, size_}; }
  [[nodiscard]] const_iterator begin() const { return {this, 0}; }
  [[nodiscard]] const_iterator end() const { return {this, size_}; }

 private:
  static constexpr std::size_t kFirstRoom = 16;

  [[nodiscard]] std::size_t room() const {
    return blocks_.size() <= 1 ? first_room_ : blocks_.size() * kPerBlock;
  }
  [[nodiscard]] std::size_t bytes_of(std::size_t block) const {
    return bytes_for(block == 0 ? first_room_ : kPerBlock);
  }
  static std::size_t bytes_for(std::size_t values) {
    return values == kPerBlock ? kHugePage : values * sizeof(T);
  }
  static T* take_block(std::size_t values) {
    return static_cast<T*>(take_huge(bytes_for(values), Pages::small));
  }

  void grow() {
    if (first_room_ == kPerBlock) {
      blocks_.push_back(take_block(kPerBlock));
      return;
    }
    const std::size_t more = std::min(std::max(kFirstRoom, first_room_ * 2), kPerBlock);
    T* const larger = take_block(more);
    if (first_room_ > 0) {
      for (std::size_t index = 0; index < size_; ++index)
        new (larger + index) T(std::move(blocks_[0][index]));
      destroy(0, size_);
      give_back_huge(blocks_[0], bytes_of(0));
      blocks_[0] = larger;
    } else {
      blocks_.push_back(larger);
    }
    first_room_ = more;
  }

  void destroy(std::size_t from, std::size_t to) {
    if constexpr (!std::is_trivially_destructible_v<T>) {
      for (std::size_t index = from; index < to; ++index) (*this)[index].~T();
    }
  }

  std::vector<T*> blocks_;
  std::size_t first_room_{0};  // of the first block, in values; that of all others is kPerBlock
  std::size_t size_{0};
  std::size_t begin_{0};  // indexes before it have been taken
};

}  // namespace portproof
