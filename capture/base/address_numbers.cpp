#include "capture/base/address_numbers.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "capture/base/random_key.hpp"

namespace portproof {
namespace {

constexpr std::size_t kFirstSlots = 64;

}  // namespace

AddressNumbers::AddressNumbers() : key_(random_key()), slots_(kFirstSlots) {}

std::size_t AddressNumbers::slot_of(const IpAddress& address) const {
  const std::uint64_t hash = XXH3_64bits_withSeed(address.bytes.data(), address.bytes.size(),
                                                  key_ + static_cast<std::uint64_t>(address.family));
  return hash & (slots_.size() - 1);
}

std::uint32_t AddressNumbers::number_of(const IpAddress& address) {
  std::size_t at = slot_of(address);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (addresses_[slots_[at] - 1] == address) return slots_[at] - 1;
  }
  addresses_.push_back(address);
  slots_[at] = static_cast<std::uint32_t>(addresses_.size());
  if ((addresses_.size() + 1) * 3 > slots_.size() * 2) grow();
  return static_cast<std::uint32_t>(addresses_.size() - 1);
}

void AddressNumbers::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (std::size_t number = 0; number < addresses_.size(); ++number) {
    std::size_t at = slot_of(addresses_[number]);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = static_cast<std::uint32_t>(number + 1);
  }
}

}  // namespace portproof
