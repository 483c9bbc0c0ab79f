#include "capture/flow/checksum.hpp"

#include <bit>
#include <cstring>
#include <span>

namespace portproof {
namespace {

// The sum of 16-bit words does not depend on their byte order, but for that of the result (RFC 1071, 2), and
// 2^16 is 1 in it, so that a word of 32 bits counts as its two halves do. So words are taken as they lie,
// four bytes at a time: a loop that compilers turn into vector instructions. An odd last byte counts as if a
// zero followed.
std::uint64_t sum_of(std::span<const std::uint8_t> bytes) {
  const std::size_t words = bytes.size() / sizeof(std::uint32_t);
  std::uint64_t sum = 0;
  for (std::size_t index = 0; index < words; ++index) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + index * sizeof word, sizeof word);
    sum += word;
  }
  const std::span<const std::uint8_t> rest = bytes.subspan(words * sizeof(std::uint32_t));
  std::uint32_t last = 0;
  if (!rest.empty()) std::memcpy(&last, rest.data(), rest.size());
  return sum + last;
}

// Of an IPv4 address, all but the first four bytes are zero.
std::uint64_t sum_of(const IpAddress& address) {
  const std::uint64_t first = address.word(0);
  const std::uint64_t second = address.word(8);
  constexpr std::uint64_t kHalf = 0xffffffff;
  return (first & kHalf) + (first >> 32U) + (second & kHalf) + (second >> 32U);
}

// A number below 2^16, as the words above lie.
std::uint64_t as_it_lies(std::uint64_t number) {
  if constexpr (std::endian::native == std::endian::big) return number;
  return ((number & 0xffU) << 8U) | (number >> 8U);
}

constexpr std::size_t kUdpHeader = 8;

// Zero means that the sender computed none.
bool has_none(std::span<const std::uint8_t> datagram) {
  constexpr std::size_t kChecksumAt = 6;
  return datagram[kChecksumAt] == 0 && datagram[kChecksumAt + 1] == 0;
}

}  // namespace

Checksum checksum_of(const Packet& packet) {
  const bool whole = packet.payload.size() == packet.payload_length && packet.payload.data() != nullptr;
  const bool plain = !packet.transport_cut && packet.fragment.part == Fragment::Part::none;
  const std::size_t header = packet.protocol == kProtocolUdp ? kUdpHeader : packet.tcp_header_length;
  if (header == 0 || !whole || !plain) return Checksum::unknown;
  const std::size_t length = header + packet.payload.size();
  const std::span<const std::uint8_t> segment{packet.payload.data() - header, length};
  if (packet.protocol == kProtocolUdp && has_none(segment)) return Checksum::unknown;
  std::uint64_t sum = sum_of(packet.source) + sum_of(packet.destination) + as_it_lies(packet.protocol) +
                      as_it_lies(length >> 16U) + as_it_lies(length & 0xffffU) + sum_of(segment);
  while ((sum >> 16U) != 0) sum = (sum & 0xffffU) + (sum >> 16U);
  return sum == 0xffff ? Checksum::right : Checksum::wrong;
}

}  // namespace portproof
