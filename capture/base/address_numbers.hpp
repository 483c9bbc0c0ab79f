// Numbers addresses from 0, in the order in which they come: what is known of an address then stands in an
// array. 17 bytes an address, and 6 to 12 in the index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "capture/base/index_table.hpp"
#include "capture/base/ip_address.hpp"

namespace portproof {

class AddressNumbers {
 public:
  AddressNumbers();

  // The number of the address; `size()` before the call where it is new.
  std::uint32_t number_of(const IpAddress& address);

  // For those who look up many: as in IndexTable; `probable` fetches the address that it answers the number
  // of as well.
  static constexpr std::uint32_t kNone = IndexTable<NumberSlot>::kNone;
  [[gnu::always_inline]] void prefetch(const IpAddress& address) const { index_.prefetch(hash_of(address)); }
  [[gnu::always_inline]] std::uint32_t probable(const IpAddress& address) const {
    const std::uint32_t number = index_.probable(hash_of(address));
    if (number != kNone) __builtin_prefetch(&addresses_[number]);
    return number;
  }

  [[nodiscard]] std::size_t size() const { return addresses_.size(); }
  [[nodiscard]] const IpAddress& operator[](std::uint32_t number) const { return addresses_[number]; }

 private:
  [[nodiscard]] std::uint32_t hash_of(const IpAddress& address) const;

  std::uint64_t key_;
  std::vector<IpAddress> addresses_;
  IndexTable<NumberSlot> index_;
};

}  // namespace portproof
