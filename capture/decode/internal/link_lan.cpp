#include "capture/decode/internal/link_lan.hpp"

#include "capture/decode/internal/ip.hpp"
#include "capture/decode/link.hpp"

namespace portproof {
namespace {

// ARCNET protocols (RFC 1201, and RFC 1051 before it).
constexpr std::uint8_t kArcIpv6 = 196;
constexpr std::uint8_t kArcIp = 212;
constexpr std::uint8_t kArcArp = 213;
constexpr std::uint8_t kArcOldIp = 240;
constexpr std::uint8_t kArcOldArp = 241;

// At the protocol. Except in the old ones, a split flag and a sequence number follow. A flag of 0xff means
// that both are repeated; an odd flag marks a first piece.
Decoded decode_arcnet_protocol(ByteCursor& at, Layers& layers) {
  const std::uint8_t protocol = at.u8();
  if (at.failed()) return header_missing(layers);
  if (protocol == kArcOldIp) return decode_ip(at, layers);
  if (protocol == kArcOldArp || protocol == kArcArp) return no_flow(NoFlowReason::arp);
  if (protocol != kArcIp && protocol != kArcIpv6) return no_packet();
  std::uint8_t flag = at.u8();
  at.skip(2);
  if (flag == 0xff) {
    flag = at.u8();
    at.skip(2);
  }
  if (at.failed()) return header_missing(layers);
  if (flag != 0 && (flag & 1U) == 0) return later_piece();
  return decode_ip(at, layers);
}

}  // namespace

// Access control, frame control, addresses; then a route if the first bit of the source is set.
Decoded decode_token_ring(ByteCursor& at, Layers& layers) {
  if (!at.has(14)) return header_missing(layers);
  const std::uint8_t* const header = at.position();
  layers.packet.broadcast_frame = is_broadcast_mac(header + 2);
  constexpr std::uint8_t kFrameType = 0xc0;
  constexpr std::uint8_t kLlcFrame = 0x40;
  if ((header[1] & kFrameType) != kLlcFrame) return no_packet();
  const bool routed = (header[8] & 0x80U) != 0;
  at.skip(14);
  if (routed && !at.has(1)) return header_missing(layers);
  if (routed) at.skip(*at.position() & 0x1fU);
  return decode_llc(at, layers);
}

Decoded decode_fddi(ByteCursor& at, Layers& layers) {
  if (!at.has(13)) return header_missing(layers);
  const std::uint8_t* const header = at.position();
  layers.packet.broadcast_frame = is_broadcast_mac(header + 1);
  constexpr std::uint8_t kLlcFrame = 0x50;
  if ((header[0] & 0xf0U) != kLlcFrame) return no_packet();
  at.skip(13);
  return decode_llc(at, layers);
}

Decoded decode_arcnet(ByteCursor& at, Layers& layers) {
  at.skip(2);  // from, to
  return decode_arcnet_protocol(at, layers);
}

Decoded decode_arcnet_linux(ByteCursor& at, Layers& layers) {
  at.skip(4);  // from, to, offset
  return decode_arcnet_protocol(at, layers);
}

Decoded decode_fibre_channel(ByteCursor& at, Layers& layers) {
  at.skip(16);  // network addresses
  return decode_llc(at, layers);
}

}  // namespace portproof
