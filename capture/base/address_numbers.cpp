#include "capture/base/address_numbers.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "capture/base/random_key.hpp"

namespace portproof {
namespace {

constexpr std::size_t kFirstSlots = 64;

}  // namespace

AddressNumbers::AddressNumbers() : key_(random_key()), index_(kFirstSlots) {}

std::uint32_t AddressNumbers::hash_of(const IpAddress& address) const {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(address.bytes.data(), address.bytes.size(),
                                                         key_ + static_cast<std::uint64_t>(address.family)));
}

std::uint32_t AddressNumbers::number_of(const IpAddress& address) {
  const std::uint32_t hash = hash_of(address);
  const std::uint32_t known =
      index_.find(hash, [&](std::uint32_t number) { return addresses_[number] == address; });
  if (known != kNone) return known;
  const auto number = static_cast<std::uint32_t>(addresses_.size());
  addresses_.push_back(address);
  index_.add(number, hash, [this](std::uint32_t other) { return hash_of(addresses_[other]); });
  return number;
}

}  // namespace portproof
