#include "capture/flow/tcp_checksum.hpp"

#include <span>

#include "capture/base/byte_cursor.hpp"

namespace portproof {
namespace {

// Of 16-bit words, big-endian; an odd last byte counts as if a zero followed. Four bytes at a time: 2^16 is 1
// in this sum, so that a word of 32 bits counts as its two halves do (RFC 1071, 2).
std::uint64_t sum_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t sum = 0;
  std::size_t at = 0;
  for (; at + 3 < bytes.size(); at += 4) sum += load_be32(bytes.data() + at);
  for (; at + 1 < bytes.size(); at += 2) sum += load_be16(bytes.data() + at);
  if (at < bytes.size()) sum += unsigned{bytes[at]} << 8U;
  return sum;
}

std::uint64_t sum_of(const IpAddress& address) {
  const bool v4 = address.family == IpFamily::v4;
  return sum_of(std::span<const std::uint8_t>(address.bytes).first(v4 ? 4 : 16));
}

}  // namespace

TcpChecksum checksum_of(const Packet& packet) {
  const bool whole = packet.payload.size() == packet.payload_length && packet.payload.data() != nullptr;
  const bool plain = !packet.transport_cut && packet.fragment.part == Fragment::Part::none;
  if (packet.tcp_header_length == 0 || !whole || !plain) return TcpChecksum::unknown;
  const std::size_t length = packet.tcp_header_length + packet.payload.size();
  const std::span<const std::uint8_t> segment{packet.payload.data() - packet.tcp_header_length, length};
  std::uint64_t sum = sum_of(packet.source) + sum_of(packet.destination) + kProtocolTcp + (length >> 16U) +
                      (length & 0xffffU) + sum_of(segment);
  while ((sum >> 16U) != 0) sum = (sum & 0xffffU) + (sum >> 16U);
  return sum == 0xffff ? TcpChecksum::right : TcpChecksum::wrong;
}

}  // namespace portproof
