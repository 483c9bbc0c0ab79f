// Numbers addresses from 0, in the order in which they come: what is known of an address then stands in an
// array. 17 bytes an address, and 6 to 12 in the index. Hashed with a key, as addresses come from the
// network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "capture/base/ip_address.hpp"

namespace portproof {

class AddressNumbers {
 public:
  AddressNumbers();

  // The number of the address; `size()` before the call where it is new.
  std::uint32_t number_of(const IpAddress& address);

  // For those who ask for many: fetches from memory where a look for this address begins; and, later, answers
  // the number that it will probably have, or kNone. Always inline: GCC 12 leaves out calls to functions that
  // only fetch.
  static constexpr std::uint32_t kNone = 0xffffffff;
  [[gnu::always_inline]] void prefetch(const IpAddress& address) const {
    __builtin_prefetch(&slots_[slot_of(address)]);
  }
  [[gnu::always_inline]] std::uint32_t probable(const IpAddress& address) const {
    const std::uint32_t number = slots_[slot_of(address)] - 1;  // kNone where the slot is empty
    if (number != kNone) __builtin_prefetch(&addresses_[number]);
    return number;
  }

  [[nodiscard]] std::size_t size() const { return addresses_.size(); }
  [[nodiscard]] const IpAddress& operator[](std::uint32_t number) const { return addresses_[number]; }

 private:
  [[nodiscard]] std::size_t slot_of(const IpAddress& address) const;
  void grow();

  std::uint64_t key_;
  std::vector<IpAddress> addresses_;
  std::vector<std::uint32_t> slots_;  // a number plus one; a power of two, at most two thirds in use
};

}  // namespace portproof
