#include "classify/address_block.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

namespace portproof {
namespace {

// A 128-bit number: enough for the number of addresses in a block, minus one.
struct Wide {
  std::uint64_t high{0};
  std::uint64_t low{0};
  friend auto operator<=>(const Wide&, const Wide&) = default;
};

Wide value_of(const IpAddress& address) {
  Wide value;
  for (std::size_t index = 0; index < address.size(); ++index) {
    value.high = (value.high << 8U) | (value.low >> 56U);
    value.low = (value.low << 8U) | address.bytes[index];
  }
  return value;
}

// The distance from the first address to the last: 0 for a single one, so that ::/0 fits too.
Wide reach(const AddressBlock& block) {
  const Wide first = value_of(block.first);
  const Wide last = value_of(block.last);
  const std::uint64_t borrow = last.low < first.low ? 1 : 0;
  return {last.high - first.high - borrow, last.low - first.low};
}

bool bit_of(const IpAddress& address, int index) {
  const auto byte = address.bytes[static_cast<std::size_t>(index / 8)];
  return ((byte >> (7 - index % 8)) & 1) != 0;
}

// The network with a prefix of `length` bits that contains the address.
AddressBlock network_around(const IpAddress& address, int length) {
  AddressBlock block{address, address};
  for (int index = length; index < address.bits(); ++index) {
    const auto byte = static_cast<std::size_t>(index / 8);
    const auto mask = static_cast<std::uint8_t>(0x80U >> (index % 8));
    block.first.bytes[byte] &= static_cast<std::uint8_t>(~mask);
    block.last.bytes[byte] |= mask;
  }
  return block;
}

// The prefix length if the block is a network.
std::optional<int> prefix_length(const AddressBlock& block) {
  int length = 0;
  while (length < block.first.bits() && bit_of(block.first, length) == bit_of(block.last, length)) ++length;
  if (network_around(block.first, length) != block) return std::nullopt;
  return length;
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

tl::unexpected<Error> refused(std::string what) {
  return fail(ErrorKind::bad_data, std::move(what));
}

Expected<AddressBlock> parse_network(std::string_view text, std::size_t slash) {
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address) {
    return refused(quoted(text) + " is not a valid network: " + quoted(text.substr(0, slash)) +
                   " is not an IP address");
  }
  const std::string_view digits = text.substr(slash + 1);
  int length = -1;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (digits.empty() || fault != std::errc{} || end != digits.data() + digits.size() || length < 0 ||
      length > address->bits()) {
    return refused(quoted(text) + " is not a valid network: the prefix length must be a number from 0 to " +
                   std::to_string(address->bits()));
  }
  const AddressBlock block = network_around(*address, length);
  if (block.first != *address) {
    return refused(quoted(text) + " has bits set beyond its prefix: write " + to_string(block) +
                   " for the network, or " + to_string(*address) + " for the single address");
  }
  return block;
}

Expected<AddressBlock> parse_range(std::string_view text, std::size_t dash) {
  const auto first = parse_ip_address(text.substr(0, dash));
  const auto last = parse_ip_address(text.substr(dash + 1));
  if (!first || !last) {
    const std::string_view bad = first ? text.substr(dash + 1) : text.substr(0, dash);
    return refused(quoted(text) + " is not a valid range: " + quoted(bad) + " is not an IP address");
  }
  if (first->family != last->family) {
    return refused(quoted(text) + " mixes IPv4 and IPv6: a range must stay within one family");
  }
  if (*last < *first) {
    return refused(quoted(text) + " ends before it begins: write " + to_string(*last) + "-" +
                   to_string(*first));
  }
  return AddressBlock{*first, *last};
}

}  // namespace

int compare_specificity(const AddressBlock& left, const AddressBlock& right) {
  const auto order = reach(left) <=> reach(right);
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

Expected<AddressBlock> parse_address_block(std::string_view text) {
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    return parse_network(text, slash);
  }
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    return parse_range(text, dash);
  }
  const auto address = parse_ip_address(text);
  if (!address) {
    return refused(
        quoted(text) +
        " is not an IP address: write an address, a network such as 10.20.0.0/16, or a range such as "
        "10.20.1.11-10.20.1.14");
  }
  return AddressBlock{*address, *address};
}

std::string to_string(const AddressBlock& block) {
  if (block.first == block.last) return to_string(block.first);
  if (const auto length = prefix_length(block)) {
    return to_string(block.first) + "/" + std::to_string(*length);
  }
  return to_string(block.first) + "-" + to_string(block.last);
}

}  // namespace portproof
