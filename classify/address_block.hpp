// A run of addresses as an inventory writes it: one address, a network, or a range.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "capture/base/error.hpp"
#include "capture/base/ip_address.hpp"

namespace portproof {

// `first` to `last`, both included, of one family, first not above last.
struct AddressBlock {
  IpAddress first;
  IpAddress last;

  [[nodiscard]] bool contains(const IpAddress& address) const {
    return address.family == first.family && first <= address && address <= last;
  }
  friend auto operator<=>(const AddressBlock&, const AddressBlock&) = default;
};

// Fewer addresses are more specific: negative, zero or positive as `left` is more, equally or less specific.
// A network and a range of as many addresses are equally specific.
int compare_specificity(const AddressBlock& left, const AddressBlock& right);

// "10.0.0.1", "10.0.0.0/24", "fd00::/8", "10.0.0.1-10.0.0.9". A network with bits behind its prefix
// ("10.0.0.1/24") and a reversed range are errors, not guesses; `where` of the error is left empty.
Expected<AddressBlock> parse_address_block(std::string_view text);

// As parse_address_block reads it: an address, a network where it is one, else a range.
std::string to_string(const AddressBlock& block);

}  // namespace portproof
