// Consecutive addresses as an inventory writes them: one address, a network, or a range.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "capture/base/error.hpp"
#include "capture/base/ip_address.hpp"

namespace portproof {

// `first` to `last`, both included, of one family; `first` is not above `last`.
struct AddressBlock {
  IpAddress first;
  IpAddress last;

  [[nodiscard]] bool contains(const IpAddress& address) const {
    return address.family == first.family && first <= address && address <= last;
  }
  friend auto operator<=>(const AddressBlock&, const AddressBlock&) = default;
};

// Negative, zero or positive if `left` is more, equally or less specific. Fewer addresses are more specific;
// a network and a range of the same size are equally specific.
int compare_specificity(const AddressBlock& left, const AddressBlock& right);

// "10.0.0.1", "10.0.0.0/24", "fd00::/8", "10.0.0.1-10.0.0.9". A network with bits set after its prefix
// ("10.0.0.1/24") and a reversed range are errors, not guesses. The error's `where` is left empty.
Expected<AddressBlock> parse_address_block(std::string_view text);

// As parse_address_block reads it: an address, else a network if the block is one, else a range.
std::string to_string(const AddressBlock& block);

}  // namespace portproof
