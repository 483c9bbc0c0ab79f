#include "tests/support/packet_builder.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

#include "capture/base/ip_address.hpp"
#include "capture/decode/packet.hpp"

namespace portproof::test {
namespace {

Bytes address_bytes(std::string_view text, IpFamily family) {
  const auto address = parse_ip_address(text);
  if (!address || address->family != family)
    throw std::logic_error("not an IP address: " + std::string(text));
  return {address->bytes.begin(), address->bytes.begin() + static_cast<std::ptrdiff_t>(address->size())};
}

Bytes mac_bytes(std::string_view text) {
  Bytes mac;
  for (std::size_t at = 0; at + 2 <= text.size(); at += 3) {
    std::uint8_t byte = 0;
    std::from_chars(text.data() + at, text.data() + at + 2, byte, 16);
    mac.push_back(byte);
  }
  if (mac.size() != 6) throw std::logic_error("not a MAC address: " + std::string(text));
  return mac;
}

}  // namespace

PacketBuilder::Layer& PacketBuilder::push(Kind kind, Bytes header, std::size_t next_at,
                                          std::size_t next_size) {
  Layer layer;
  layer.kind = kind;
  layer.header = std::move(header);
  layer.next_at = next_at;
  layer.next_size = next_size;
  layers_.push_back(std::move(layer));
  return layers_.back();
}

PacketBuilder::Layer& PacketBuilder::last() {
  if (layers_.empty()) throw std::logic_error("there is no layer yet");
  return layers_.back();
}

PacketBuilder::Layer& PacketBuilder::last_of(std::initializer_list<Kind> kinds) {
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    if (std::find(kinds.begin(), kinds.end(), layer->kind) != kinds.end()) return *layer;
  }
  throw std::logic_error("no layer before this one allows it");
}

void PacketBuilder::announce_ethertype(std::uint16_t type) {
  if (layers_.empty() || last().next_size != 2) return;
  put16(last().header, last().next_at, type);
}

void PacketBuilder::announce_protocol(std::uint8_t number) {
  if (layers_.empty() || last().next_size != 1) return;
  last().header.at(last().next_at) = number;
}

bool PacketBuilder::over_ipv6() const {
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    if (layer->kind == Kind::ipv4) return false;
    if (layer->kind == Kind::ipv6) return true;
  }
  return false;
}

PacketBuilder& PacketBuilder::eth() {
  push(Kind::ethernet, {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0, 0}, 12, 2);
  return *this;
}

PacketBuilder& PacketBuilder::from_mac(std::string_view mac) {
  const Bytes bytes = mac_bytes(mac);
  std::copy(bytes.begin(), bytes.end(), last_of({Kind::ethernet, Kind::llc_ethernet}).header.begin() + 6);
  return *this;
}

PacketBuilder& PacketBuilder::to_mac(std::string_view mac) {
  const Bytes bytes = mac_bytes(mac);
  std::copy(bytes.begin(), bytes.end(), last_of({Kind::ethernet, Kind::llc_ethernet}).header.begin());
  return *this;
}

PacketBuilder& PacketBuilder::vlan(std::uint16_t id, std::uint16_t tag_type) {
  announce_ethertype(tag_type);
  Bytes header(4);
  put16(header, 0, id);
  push(Kind::tag, std::move(header), 2, 2);
  return *this;
}

PacketBuilder& PacketBuilder::ethertype(std::uint16_t type) {
  announce_ethertype(type);
  return *this;
}

PacketBuilder& PacketBuilder::llc(std::uint8_t destination, std::uint8_t source, std::uint8_t control) {
  Layer& below = last();
  if (below.kind != Kind::ethernet && below.kind != Kind::tag) throw std::logic_error("LLC needs Ethernet");
  below.kind = below.kind == Kind::ethernet ? Kind::llc_ethernet : Kind::llc_tag;
  push(Kind::raw, {destination, source, control});
  return *this;
}

PacketBuilder& PacketBuilder::snap(std::uint32_t organisation) {
  llc(0xaa, 0xaa, 0x03);
  push(Kind::raw,
       {static_cast<std::uint8_t>(organisation >> 16U), static_cast<std::uint8_t>(organisation >> 8U),
        static_cast<std::uint8_t>(organisation), 0, 0},
       3, 2);
  return *this;
}

PacketBuilder& PacketBuilder::arp(std::string_view sender, std::string_view target, std::uint16_t operation) {
  announce_ethertype(0x0806);
  Bytes header{0, 1, 8, 0, 6, 4, 0, 0, 2, 0, 0, 0, 0, 1};
  put16(header, 6, operation);
  append(header, address_bytes(sender, IpFamily::v4));
  append(header, {0, 0, 0, 0, 0, 0});
  append(header, address_bytes(target, IpFamily::v4));
  push(Kind::raw, std::move(header));
  return *this;
}

PacketBuilder& PacketBuilder::ipv4(std::string_view source, std::string_view destination) {
  announce_ethertype(0x0800);
  announce_protocol(4);
  Bytes header{0x45, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0};
  append(header, address_bytes(source, IpFamily::v4));
  append(header, address_bytes(destination, IpFamily::v4));
  push(Kind::ipv4, std::move(header), 9, 1);
  return *this;
}

PacketBuilder& PacketBuilder::ipv6(std::string_view source, std::string_view destination) {
  announce_ethertype(0x86dd);
  announce_protocol(41);
  Bytes header{0x60, 0, 0, 0, 0, 0, 59, 64};
  append(header, address_bytes(source, IpFamily::v6));
  append(header, address_bytes(destination, IpFamily::v6));
  push(Kind::ipv6, std::move(header), 6, 1);
  return *this;
}

PacketBuilder& PacketBuilder::protocol(std::uint8_t number) {
  announce_protocol(number);
  return *this;
}

PacketBuilder& PacketBuilder::ip_options(const Bytes& options) {
  Bytes& header = last_of({Kind::ipv4}).header;
  append(header, options);
  while (header.size() % 4 != 0) header.push_back(0);
  header[0] = static_cast<std::uint8_t>(0x40U | (header.size() / 4));
  return *this;
}

PacketBuilder& PacketBuilder::ip_version(std::uint8_t version) {
  std::uint8_t& first = last_of({Kind::ipv4, Kind::ipv6}).header[0];
  first = static_cast<std::uint8_t>((version << 4U) | (first & 0x0fU));
  return *this;
}

PacketBuilder& PacketBuilder::ip_header_words(std::uint8_t words) {
  std::uint8_t& first = last_of({Kind::ipv4}).header[0];
  first = static_cast<std::uint8_t>((first & 0xf0U) | words);
  return *this;
}

PacketBuilder& PacketBuilder::ip_length(std::uint16_t length) {
  Layer& layer = last_of({Kind::ipv4, Kind::ipv6});
  put16(layer.header, layer.kind == Kind::ipv4 ? 2 : 4, length);
  layer.fixed_length = true;
  return *this;
}

PacketBuilder& PacketBuilder::fragment(std::uint32_t offset, bool more, std::uint32_t id) {
  if (!over_ipv6()) {
    Bytes& header = last_of({Kind::ipv4}).header;
    put16(header, 4, id & 0xffffU);
    put16(header, 6, (more ? 0x2000U : 0U) | (offset / 8));
    return *this;
  }
  announce_protocol(44);
  Bytes header(8);
  header[0] = 59;
  put16(header, 2, offset | (more ? 1U : 0U));
  put32(header, 4, id);
  push(Kind::extension, std::move(header), 0, 1);
  return *this;
}

PacketBuilder& PacketBuilder::authentication() {
  announce_protocol(51);
  Bytes header(24);
  header[0] = 59;
  header[1] = 4;  // RFC 4302: in words of four bytes, minus two
  push(Kind::extension, std::move(header), 0, 1);
  return *this;
}

PacketBuilder& PacketBuilder::extension(std::uint8_t number, std::size_t length) {
  if (length < 8 || length % 8 != 0) throw std::logic_error("extension headers are multiples of 8 bytes");
  announce_protocol(number);
  Bytes header(length);
  header[0] = 59;
  header[1] = static_cast<std::uint8_t>(length / 8 - 1);
  push(Kind::extension, std::move(header), 0, 1);
  return *this;
}

PacketBuilder& PacketBuilder::transport(Kind kind, std::uint8_t number, Bytes header) {
  announce_protocol(number);
  push(kind, std::move(header));
  return *this;
}

PacketBuilder& PacketBuilder::tcp(std::uint16_t from, std::uint16_t to, int flags) {
  Bytes header(20);
  put16(header, 0, from);
  put16(header, 2, to);
  header[12] = 0x50;
  header[13] = static_cast<std::uint8_t>(flags);
  put16(header, 14, 65535);
  return transport(Kind::tcp, kProtocolTcp, std::move(header));
}

PacketBuilder& PacketBuilder::seq(std::uint32_t number) {
  put32(last_of({Kind::tcp}).header, 4, number);
  return *this;
}

PacketBuilder& PacketBuilder::ack(std::uint32_t number) {
  put32(last_of({Kind::tcp}).header, 8, number);
  return *this;
}

PacketBuilder& PacketBuilder::tcp_options(const Bytes& options) {
  Bytes& header = last_of({Kind::tcp}).header;
  append(header, options);
  while (header.size() % 4 != 0) header.push_back(0);
  header[12] = static_cast<std::uint8_t>((header.size() / 4) << 4U);
  return *this;
}

PacketBuilder& PacketBuilder::tcp_header_words(std::uint8_t words) {
  last_of({Kind::tcp}).header[12] = static_cast<std::uint8_t>(words << 4U);
  return *this;
}

PacketBuilder& PacketBuilder::udp(std::uint16_t from, std::uint16_t to) {
  Bytes header(8);
  put16(header, 0, from);
  put16(header, 2, to);
  return transport(Kind::udp, kProtocolUdp, std::move(header));
}

PacketBuilder& PacketBuilder::udp_length(std::uint16_t length) {
  Layer& layer = last_of({Kind::udp});
  put16(layer.header, 4, length);
  layer.fixed_length = true;
  return *this;
}

PacketBuilder& PacketBuilder::sctp(std::uint16_t from, std::uint16_t to, std::uint32_t verification_tag) {
  Bytes header(12);
  put16(header, 0, from);
  put16(header, 2, to);
  put32(header, 4, verification_tag);
  return transport(Kind::sctp, kProtocolSctp, std::move(header));
}

PacketBuilder& PacketBuilder::icmp(std::uint8_t type, std::uint8_t code, std::uint32_t rest) {
  Bytes header{type, code, 0, 0, 0, 0, 0, 0};
  put32(header, 4, rest);
  return transport(Kind::icmp, kProtocolIcmp, std::move(header));
}

PacketBuilder& PacketBuilder::icmpv6(std::uint8_t type, std::uint8_t code, std::uint32_t rest) {
  Bytes header{type, code, 0, 0, 0, 0, 0, 0};
  put32(header, 4, rest);
  return transport(Kind::icmpv6, kProtocolIcmpV6, std::move(header));
}

PacketBuilder& PacketBuilder::echo_request(std::uint16_t id, std::uint16_t sequence) {
  const std::uint32_t rest = (std::uint32_t{id} << 16U) | sequence;
  return over_ipv6() ? icmpv6(128, 0, rest) : icmp(8, 0, rest);
}

PacketBuilder& PacketBuilder::echo_reply(std::uint16_t id, std::uint16_t sequence) {
  const std::uint32_t rest = (std::uint32_t{id} << 16U) | sequence;
  return over_ipv6() ? icmpv6(129, 0, rest) : icmp(0, 0, rest);
}

PacketBuilder& PacketBuilder::unreachable(std::uint8_t code, const Bytes& quoted) {
  (over_ipv6() ? icmpv6(1, code) : icmp(3, code)).payload(quoted);
  return *this;
}

PacketBuilder& PacketBuilder::payload(std::string_view text) {
  payload_.assign(text.begin(), text.end());
  return *this;
}

PacketBuilder& PacketBuilder::payload(const Bytes& bytes) {
  payload_ = bytes;
  return *this;
}

PacketBuilder& PacketBuilder::raw(const Bytes& header) {
  push(Kind::raw, header);
  return *this;
}

PacketBuilder& PacketBuilder::pad_to(std::size_t size) {
  pad_to_ = size;
  return *this;
}

PacketBuilder& PacketBuilder::patch(std::size_t offset, std::uint8_t value) {
  patches_.emplace_back(offset, value);
  return *this;
}

PacketBuilder& PacketBuilder::cut(std::size_t size) {
  cut_at_ = size;
  return *this;
}

}  // namespace portproof::test
