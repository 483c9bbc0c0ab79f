// Numbers addresses from 0, in the order in which they come: what is known of an address then stands in an
// array. 17 bytes an address, and 6 to 12 in the index. Hashed with a key, as addresses come from the
// network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "capture/ip_address.hpp"

namespace portproof {

class AddressNumbers {
 public:
  AddressNumbers();

  // The number of the address; `size()` before the call where it is new.
  std::uint32_t number_of(const IpAddress& address);

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
