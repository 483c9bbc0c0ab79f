// What depends on the bytes after a header: lengths and checksums.
#include "tests/support/packet_builder.hpp"

#include "capture/decode/packet.hpp"

namespace portproof::test {
namespace {

// The Internet checksum (RFC 1071), before inversion.
std::uint32_t sum(const Bytes& bytes, std::uint32_t start = 0) {
  std::uint64_t total = start;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    total += at % 2 == 0 ? std::uint64_t{bytes[at]} << 8U : std::uint64_t{bytes[at]};
  }
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16U);
  return static_cast<std::uint32_t>(total);
}

// CRC32c as SCTP carries it (RFC 9260, appendix A), in wire byte order.
std::uint32_t crc32c(const Bytes& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
  }
  return __builtin_bswap32(~crc);
}

}  // namespace

// The checksum over the pseudo-header (RFC 9293 3.1, RFC 8200 8.1), header and body.
std::uint16_t PacketBuilder::transport_sum(std::size_t index, std::uint8_t number, const Bytes& header,
                                           const Bytes& body) const {
  Bytes covered;
  for (std::size_t below = index; below-- > 0;) {
    const Layer& layer = layers_[below];
    if (layer.kind != Kind::ipv4 && layer.kind != Kind::ipv6) continue;
    covered.assign(layer.header.begin() + (layer.kind == Kind::ipv4 ? 12 : 8),
                   layer.header.begin() + (layer.kind == Kind::ipv4 ? 20 : 40));
    break;
  }
  Bytes lengths(8);
  put32(lengths, 0, static_cast<std::uint32_t>(header.size() + body.size()));
  lengths[7] = number;
  append(covered, lengths);
  append(covered, header);
  append(covered, body);
  return static_cast<std::uint16_t>(~sum(covered));
}

// Fills in what depends on the bytes after the header.
void PacketBuilder::complete(Bytes& header, const Bytes& body, std::size_t index) const {
  const Layer& layer = layers_[index];
  switch (layer.kind) {
    case Kind::llc_ethernet:
      put16(header, 12, body.size());
      break;
    case Kind::llc_tag:
      put16(header, 2, body.size());
      break;
    case Kind::ipv4:
      if (!layer.fixed_length) put16(header, 2, header.size() + body.size());
      put16(header, 10, static_cast<std::uint16_t>(~sum(header)));
      break;
    case Kind::ipv6:
      if (!layer.fixed_length) put16(header, 4, body.size());
      break;
    case Kind::tcp:
      put16(header, 16, transport_sum(index, kProtocolTcp, header, body));
      break;
    case Kind::udp: {
      if (!layer.fixed_length) put16(header, 4, header.size() + body.size());
      const std::uint16_t checksum = transport_sum(index, kProtocolUdp, header, body);
      put16(header, 6, checksum == 0 ? 0xffff : checksum);
      break;
    }
    case Kind::sctp: {
      Bytes covered = header;
      append(covered, body);
      put32(header, 8, crc32c(covered));
      break;
    }
    case Kind::icmp: {
      Bytes covered = header;
      append(covered, body);
      put16(header, 2, static_cast<std::uint16_t>(~sum(covered)));
      break;
    }
    case Kind::icmpv6:
      put16(header, 2, transport_sum(index, kProtocolIcmpV6, header, body));
      break;
    case Kind::ethernet:
    case Kind::tag:
    case Kind::extension:
    case Kind::raw:
      break;
  }
}

Bytes PacketBuilder::bytes() const {
  Bytes frame = payload_;
  for (std::size_t index = layers_.size(); index-- > 0;) {
    Bytes header = layers_[index].header;
    complete(header, frame, index);
    append(header, frame);
    frame = std::move(header);
  }
  if (frame.size() < pad_to_) frame.resize(pad_to_);
  for (const auto& [offset, value] : patches_) frame.at(offset) = value;
  if (frame.size() > cut_at_) frame.resize(cut_at_);
  return frame;
}

}  // namespace portproof::test
