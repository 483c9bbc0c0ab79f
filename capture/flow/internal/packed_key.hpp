// What the flow table calls a flow by: its key without padding, and the number of its entry.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <type_traits>

#include "capture/flow/packet_key.hpp"

namespace portproof {

using FlowId = std::uint32_t;
inline constexpr FlowId kNoFlow = 0xffffffff;

// A FlowKey without padding: hashed and compared as plain words, always all of them.
struct PackedKey {
  std::array<std::uint64_t, 5> words;

  friend bool operator==(const PackedKey& left, const PackedKey& right) {
    std::uint64_t difference = 0;
    for (std::size_t word = 0; word < left.words.size(); ++word) {
      difference |= left.words[word] ^ right.words[word];
    }
    return difference == 0;
  }
};
static_assert(sizeof(PackedKey) == 40 && std::has_unique_object_representations_v<PackedKey>);

struct PackedSide {
  PackedKey key;
  Side sender;
};

// The last word of a PackedKey, from its lowest bit: the ports, or in their place the protocol where it has
// none; which protocol with ports it is, or 0; the kind; the families; the VLANs.
inline constexpr unsigned kWithPortsAt = 32;
inline constexpr unsigned kKindAt = 35;
inline constexpr unsigned kLowIsV6At = 38;
inline constexpr unsigned kHighIsV6At = 39;
inline constexpr unsigned kVlansAt = 40;
static_assert(kFlowKindNames.size() <= 8);

// The protocols that have ports, from 1.
inline constexpr std::array<std::uint8_t, 6> kWithPorts{
    0, kProtocolTcp, kProtocolUdp, kProtocolSctp, kProtocolDccp, kProtocolUdpLite};

// The place of a protocol among them, or 0, by its number.
inline constexpr std::array<std::uint8_t, 256> kPlaceWithPorts = [] {
  std::array<std::uint8_t, 256> places{};
  for (std::size_t place = 1; place < kWithPorts.size(); ++place) {
    places[kWithPorts[place]] = static_cast<std::uint8_t>(place);
  }
  return places;
}();
static_assert([] {
  for (unsigned protocol = 0; protocol < 256; ++protocol) {
    const auto number = static_cast<std::uint8_t>(protocol);
    if ((kPlaceWithPorts[number] != 0) != has_ports(number)) return false;
  }
  return true;
}());

// The IP protocol number.
inline std::uint8_t protocol_of(const PackedKey& key) {
  const std::uint64_t rest = key.words[4];
  const std::uint64_t place = (rest >> kWithPortsAt) & 7U;
  return place != 0 ? kWithPorts[place] : static_cast<std::uint8_t>(rest & 0xffU);
}

// Does the first endpoint sort behind the second one? Without a branch: which of two hosts sends is what a
// processor guesses wrong every other time. Ports count where `ports` is set.
inline bool sorts_behind(const IpAddress& first, std::uint16_t first_port, const IpAddress& second,
                         std::uint16_t second_port, bool ports) {
  const std::uint64_t high = first.half(0);
  const std::uint64_t other_high = second.half(0);
  const std::uint64_t low = first.half(8);
  const std::uint64_t other_low = second.half(8);
  const auto bit = [](bool condition) { return static_cast<unsigned>(condition); };
  const unsigned by_port = bit(ports) & bit(second_port < first_port);
  const unsigned by_low = bit(other_low < low) | (bit(other_low == low) & by_port);
  const unsigned by_value = bit(other_high < high) | (bit(other_high == high) & by_low);
  return (bit(second.family < first.family) | (bit(second.family == first.family) & by_value)) != 0;
}

// Both addresses, the smaller endpoint's first, and what goes into the last word, in place: built elsewhere
// and copied, a key would stall the processor for as long as all the rest of looking it up takes.
// `Ends` is Packet or QuotedPacket.
template <typename Ends>
inline void pack(const Ends& ends, std::uint32_t vlans, PackedSide& packed) {
  const IpAddress& source = ends.source;
  const IpAddress& destination = ends.destination;
  const std::uint64_t with_ports = kPlaceWithPorts[ends.protocol];
  const bool ports = with_ports != 0;
  const bool swapped = sorts_behind(source, ends.source_port, destination, ends.destination_port, ports);
  const std::uint64_t change = std::uint64_t{0} - std::uint64_t{swapped};  // all bits, or none
  const auto smaller = [change](std::uint64_t of_source, std::uint64_t of_destination) {
    return of_source ^ ((of_source ^ of_destination) & change);
  };
  const auto larger = [change](std::uint64_t of_source, std::uint64_t of_destination) {
    return of_destination ^ ((of_source ^ of_destination) & change);
  };
  packed.sender = static_cast<Side>(swapped);
  packed.key.words[0] = smaller(source.word(0), destination.word(0));
  packed.key.words[1] = smaller(source.word(8), destination.word(8));
  packed.key.words[2] = larger(source.word(0), destination.word(0));
  packed.key.words[3] = larger(source.word(8), destination.word(8));
  const std::uint64_t source_is_v6{source.family == IpFamily::v6};
  const std::uint64_t destination_is_v6{destination.family == IpFamily::v6};
  const std::uint64_t both_ports = smaller(ends.source_port, ends.destination_port) |
                                   (larger(ends.source_port, ends.destination_port) << 16U);
  packed.key.words[4] = (ports ? both_ports : ends.protocol) | (with_ports << kWithPortsAt) |
                        (static_cast<std::uint64_t>(kind_of(ends, packed.sender)) << kKindAt) |
                        (smaller(source_is_v6, destination_is_v6) << kLowIsV6At) |
                        (larger(source_is_v6, destination_is_v6) << kHighIsV6At) |
                        (std::uint64_t{vlans} << kVlansAt);
}

// The unordered key of a packet and its sender; agrees with key_of.
inline void pack(const Packet& packet, PackedSide& packed) {
  pack(packet, packet.vlans, packed);
}

// Likewise of the packet that an ICMP error quotes.
inline void pack_quoted(const Packet& packet, PackedSide& packed) {
  pack(packet.quoted, packet.vlans, packed);
}

// The key of the same ends and protocol, for another kind of traffic.
inline PackedKey with_kind(PackedKey key, FlowKind kind) {
  key.words[4] &= ~(std::uint64_t{7} << kKindAt);
  key.words[4] |= static_cast<std::uint64_t>(kind) << kKindAt;
  return key;
}

FlowKey unpack(const PackedKey& key);

// A number of the flow and the direction, the same in every run. Good for telling packets apart, which differ
// in other things too; nothing that must not collide may rest on it, for anybody can choose ends of equal
// numbers.
inline std::uint64_t number_of(const PackedSide& keyed) {
  constexpr std::uint64_t kLow = 0x9e3779b97f4a7c15U;
  constexpr std::uint64_t kHigh = 0xc2b2ae3d27d4eb4fU;
  constexpr std::uint64_t kRest = 0x165667b19e3779f9U;
  const auto& words = keyed.key.words;
  // The halves of an IPv6 address lie apart, so that neither undoes the other.
  const std::uint64_t low = words[0] + std::rotl(words[1], 32);
  const std::uint64_t high = words[2] + std::rotl(words[3], 32);
  return low * kLow + high * kHigh + words[4] * kRest + index(keyed.sender);
}

}  // namespace portproof
