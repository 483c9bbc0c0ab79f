#include "capture/decode/internal/inner_packet.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "capture/decode/internal/ip.hpp"
#include "capture/decode/internal/transport.hpp"

namespace portproof {
namespace {

// Where an EtherType may be in the payload: behind a header of at most 47 bytes and two MAC addresses, and
// before an IP header.
constexpr std::size_t kFirstType = 12;
constexpr std::size_t kTypes = 48;
constexpr std::size_t kBehindType = 2 + kIpv4Header;

// Where an IP header may be that no EtherType precedes: alone, or behind a header of less than this.
constexpr std::size_t kBareOffsets = 16;
// The same for what is rare, with the padding of an Ethernet frame behind the packet.
constexpr std::size_t kRareOffsets = 65;
constexpr std::uint32_t kMostPadding = 46;

// A bare IP header, and a UDP header behind it.
constexpr std::size_t kSmallest = kIpv4Header + 8;

// Sixteen places at once.
using Places = std::uint8_t __attribute__((vector_size(16)));

Places places_at(const std::uint8_t* bytes) {
  Places places;
  std::memcpy(&places, bytes, sizeof places);
  return places;
}

// The bytes of the big-endian 16-bit numbers `first`, `first` - 1, and so on.
struct Descending {
  Places high;
  Places low;
};
Descending descending_from(std::uint32_t first) {
  constexpr Places kSteps{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const Places low = Places{} + static_cast<std::uint8_t>(first);
  const auto borrowed = reinterpret_cast<Places>(kSteps > low);  // 0xff, which is -1
  return {Places{} + static_cast<std::uint8_t>(first >> 8U) + borrowed, low - kSteps};
}

bool any(Places found) {
  std::array<std::uint64_t, 2> halves{};
  std::memcpy(halves.data(), &found, sizeof found);
  return (halves[0] | halves[1]) != 0;
}

// Does an IP header that states the length from there to the end begin at one of sixteen places? `length`:
// from the first one. Five more bytes are read.
bool has_bare_ip(const std::uint8_t* bytes, std::uint32_t length) {
  const Places version = places_at(bytes) & 0xf0;
  const Descending total = descending_from(length);
  const Descending behind_header = descending_from(length - kIpv6Header);
  const auto v4 =
      (version == 0x40) & (places_at(bytes + 2) == total.high) & (places_at(bytes + 3) == total.low);
  const auto v6 = (version == 0x60) & (places_at(bytes + 4) == behind_header.high) &
                  (places_at(bytes + 5) == behind_header.low);
  return any(reinterpret_cast<Places>(v4 | v6));
}

// Does the type field of IPv4 or IPv6 begin at one of sixteen places? The seventeenth byte is read too.
bool has_type_of_ip(const std::uint8_t* bytes) {
  const Places first = places_at(bytes);
  const Places second = places_at(bytes + 1);
  const auto found = ((first == 0x08) & (second == 0x00)) | ((first == 0x86) & (second == 0xdd));
  return any(reinterpret_cast<Places>(found));
}

// The first bytes of a type field and of the IP header behind it.
constexpr bool begins_ip(std::uint8_t first, std::uint8_t second, std::uint8_t version_and_length) {
  const bool v4 = first == 0x08 && second == 0x00 && version_and_length >> 4U == 4;
  const bool v6 = first == 0x86 && second == 0xdd && version_and_length >> 4U == 6;
  return v4 || v6;
}

// A captured IPv4 header with a right checksum, or with none, as network cards that compute it leave it.
bool is_ipv4(const ByteCursor& at) {
  const std::uint8_t* const header = at.position();
  const std::uint32_t length = (header[0] & 0x0fU) * 4U;
  if (length < kIpv4Header || !at.has(length) || load_be16(header + 2) < length) return false;
  return load_be16(header + 10) == 0 || is_checksum_right(header, length);
}

// Global, local or mapped unicast; a destination may be a group too.
bool is_usual_v6(const std::uint8_t* address) {
  return (*address & 0xe0U) == 0x20 || *address == 0xfd || *address == 0xfc || load_be16(address) == 0xfe80;
}

// An IPv6 header has no checksum, so its next header and its addresses must be usual ones.
bool is_ipv6(const ByteCursor& at) {
  if (!at.has(kIpv6Header)) return false;
  const std::uint8_t* const header = at.position();
  constexpr std::array<std::uint8_t, 10> kUsualNext{0, 4, 6, 17, 41, 44, 47, 50, 58, 132};
  if (header[0] >> 4U != 6) return false;
  const bool known = std::find(kUsualNext.begin(), kUsualNext.end(), header[6]) != kUsualNext.end();
  return known && header[7] != 0 && is_usual_v6(header + 8) &&
         (is_usual_v6(header + 24) || header[24] == 0xff);
}

// Known messages (https://www.iana.org/assignments/icmp-parameters and icmpv6-parameters) with small codes.
bool is_icmp(const std::uint8_t* message) {
  const std::uint8_t type = message[0];
  const bool known = type <= 18 || (type >= 128 && type <= 137);
  return known && message[1] < 16;
}

// Is what follows the IP header, of `stated` bytes in all, what its protocol says? Over encrypted traffic, an
// IP header alone would come up by chance every few hours.
bool is_transport(ByteCursor at, std::uint32_t stated) {
  const std::uint8_t* const header = at.position();
  const bool v4 = *header >> 4U == 4;
  const std::uint32_t length = v4 ? (header[0] & 0x0fU) * 4U : kIpv6Header;
  const std::uint8_t protocol = v4 ? header[9] : header[6];
  at.skip(length);
  const std::uint8_t* const transport = at.position();
  constexpr std::uint8_t kUrgent = 0x20;
  switch (protocol) {
    case kProtocolTcp:
      return at.has(kTcpHeader) && transport[12] >> 4U >= 5 &&
             ((transport[13] & kUrgent) != 0 || load_be16(transport + 18) == 0);
    case kProtocolUdp:
      return at.has(kUdpHeader) && load_be16(transport + 4) == stated - length;
    case kProtocolIcmp:
    case kProtocolIcmpV6:
      return at.has(kIcmpHeader) && is_icmp(transport);
    default:
      return false;
  }
}

// Behind a type field, with `left` bytes to the end of the payload. The packet may fill them, but for a check
// sequence. Otherwise it was padded, or sliced by the mirror.
bool is_ip_in_frame(const ByteCursor& at, std::uint32_t left) {
  if (!is_ip_header(at)) return false;
  const std::uint32_t stated = stated_ip_length(at);
  constexpr std::uint32_t kCheckSequence = 4;
  return stated == left || stated + kCheckSequence == left || is_transport(at, stated);
}

// An IP header at the cursor, without a type field, with `left` bytes to the end of which at most `padding`
// are not the packet's.
bool is_bare_packet(const ByteCursor& at, std::uint32_t left, std::uint32_t padding) {
  const std::uint32_t stated = stated_ip_length(at);
  const bool fits = stated != 0 && stated <= left && left - stated <= padding;
  return fits && is_ip_header(at) && is_transport(at, stated);
}

// Is there a packet behind one of the first bytes? `length`: as sent.
bool has_bare_packet(const ByteCursor& whole, std::uint32_t length, std::size_t offsets,
                     std::uint32_t padding) {
  for (std::size_t offset = 0; offset < offsets && whole.has(offset + kIpv4Header); ++offset) {
    ByteCursor at = whole;
    at.skip(offset);
    if (is_bare_packet(at, length - static_cast<std::uint32_t>(offset), padding)) return true;
  }
  return false;
}

// Is there a packet behind a type field?
bool has_frame(const ByteCursor& whole, std::uint32_t length) {
  for (std::size_t offset = kFirstType; offset < kFirstType + kTypes; ++offset) {
    if (!whole.has(offset + kBehindType)) break;
    ByteCursor at = whole;
    at.skip(offset);
    const std::uint8_t* const type = at.position();
    at.skip(2);
    if (begins_ip(type[0], type[1], type[2]) &&
        is_ip_in_frame(at, length - static_cast<std::uint32_t>(offset) - 2)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::uint32_t stated_ip_length(const ByteCursor& at) {
  const std::uint8_t* const header = at.position();
  const unsigned version = *header >> 4U;
  return version == 4 ? load_be16(header + 2) : version == 6 ? kIpv6Header + load_be16(header + 4) : 0;
}

bool is_checksum_right(const std::uint8_t* bytes, std::uint32_t length) {
  std::uint32_t sum = 0;
  for (std::uint32_t at = 0; at < length; at += 2) sum += load_be16(bytes + at);
  sum = (sum & 0xffffU) + (sum >> 16U);
  return ((sum + (sum >> 16U)) & 0xffffU) == 0xffff;
}

bool is_ip_header(const ByteCursor& at) {
  if (!at.has(kIpv4Header)) return false;
  return *at.position() >> 4U == 4 ? is_ipv4(at) : is_ipv6(at);
}

bool may_hold_packet(const Packet& udp) {
  const std::uint8_t* const payload = udp.payload.data();
  const std::size_t size = udp.payload.size();
  if (size < kSmallest) return false;
  bool found = has_bare_ip(payload, udp.payload_length);
  for (std::size_t at = kFirstType; at < kFirstType + kTypes && at + kBehindType <= size;
       at += sizeof(Places)) {
    found |= has_type_of_ip(payload + at);
  }
  return found;
}

bool holds_packet(const Packet& udp, std::uint32_t length) {
  const ByteCursor whole(udp.payload);
  if (!whole.has(kSmallest)) return false;
  return has_bare_packet(whole, length, kBareOffsets, 0) || has_frame(whole, length);
}

bool hides_packet(std::span<const std::uint8_t> bytes, std::uint32_t length) {
  const ByteCursor whole(bytes);
  return has_bare_packet(whole, length, kRareOffsets, kMostPadding) || has_frame(whole, length);
}

}  // namespace portproof
