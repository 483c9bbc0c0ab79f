// Builds frames, outermost layer first, with correct lengths, next-protocol fields and checksums:
//
//   Eth().vlan(10).ipv4("10.0.0.1", "10.0.0.2").tcp(50000, 80, kTcpAck).seq(7).ack(9).payload("GET /")
//   Eth().ipv6("fd20::1", "fd20::2").hop_by_hop().udp(546, 547).payload("?")
//   Eth().ipv4("10.0.0.9", "10.0.0.1").unreachable(3, Ip().ipv4("10.0.0.1", "10.0.0.9").udp(5000, 53))
//
// A builder converts to the frame's bytes. Layers nest to any depth (`eth` and `raw` begin an inner frame or
// a tunnel header). A setter acts on the last layer added. Values set wrong on purpose (lengths, versions,
// patches) stay wrong. Misuse throws std::logic_error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/bytes.hpp"

namespace portproof::test {

class PacketBuilder {
 public:
  // Link layer. The MAC addresses are 02:00:00:00:00:01 and 02:00:00:00:00:02 unless set.
  PacketBuilder& eth();
  PacketBuilder& from_mac(std::string_view mac);
  PacketBuilder& to_mac(std::string_view mac);
  PacketBuilder& broadcast() { return to_mac("ff:ff:ff:ff:ff:ff"); }
  PacketBuilder& vlan(std::uint16_t id, std::uint16_t tag_type = 0x8100);
  // Sets the type field of the preceding Ethernet header or tag, for protocols that have no layer here.
  PacketBuilder& ethertype(std::uint16_t type);
  // IEEE 802.3: the type field becomes the length, and an LLC header follows.
  PacketBuilder& llc(std::uint8_t destination, std::uint8_t source, std::uint8_t control);
  PacketBuilder& snap(
      std::uint32_t organisation = 0);  // LLC with a SNAP header; the next layer sets its type
  PacketBuilder& arp(std::string_view sender, std::string_view target, std::uint16_t operation = 1);

  // IP.
  PacketBuilder& ipv4(std::string_view source, std::string_view destination);
  PacketBuilder& ipv6(std::string_view source, std::string_view destination);
  PacketBuilder& protocol(std::uint8_t number);        // the next protocol, where no layer here sets it
  PacketBuilder& ip_options(const Bytes& options);     // IPv4; padded to four bytes
  PacketBuilder& ip_version(std::uint8_t version);     // an incorrect one
  PacketBuilder& ip_header_words(std::uint8_t words);  // IPv4, an incorrect header length
  PacketBuilder& ip_length(std::uint16_t length);      // an incorrect total (IPv4) or payload (IPv6) length
  // IPv4: in the header; IPv6: a fragment header. `offset` is in bytes, a multiple of eight.
  PacketBuilder& fragment(std::uint32_t offset, bool more, std::uint32_t id = 1);
  PacketBuilder& hop_by_hop(std::size_t length = 8) { return extension(0, length); }
  PacketBuilder& routing(std::size_t length = 8) { return extension(43, length); }
  PacketBuilder& destination_options(std::size_t length = 8) { return extension(60, length); }
  PacketBuilder& mobility(std::size_t length = 8) { return extension(135, length); }
  PacketBuilder& authentication();  // AH with a check value of 12 bytes
  // An IPv6 extension header of `length` bytes in total, a multiple of eight.
  PacketBuilder& extension(std::uint8_t number, std::size_t length);

  // Transports.
  PacketBuilder& tcp(std::uint16_t from, std::uint16_t to, int flags);
  PacketBuilder& seq(std::uint32_t number);
  PacketBuilder& ack(std::uint32_t number);
  PacketBuilder& tcp_options(const Bytes& options);  // padded to four bytes
  PacketBuilder& tcp_header_words(std::uint8_t words);
  PacketBuilder& udp(std::uint16_t from, std::uint16_t to);
  PacketBuilder& udp_length(std::uint16_t length);
  PacketBuilder& sctp(std::uint16_t from, std::uint16_t to, std::uint32_t verification_tag = 1);
  PacketBuilder& icmp(std::uint8_t type, std::uint8_t code, std::uint32_t rest = 0);
  PacketBuilder& icmpv6(std::uint8_t type, std::uint8_t code, std::uint32_t rest = 0);
  // ICMP or ICMPv6, to match the IP layer before it.
  PacketBuilder& echo_request(std::uint16_t id = 1, std::uint16_t sequence = 1);
  PacketBuilder& echo_reply(std::uint16_t id = 1, std::uint16_t sequence = 1);
  PacketBuilder& unreachable(std::uint8_t code, const Bytes& quoted);

  PacketBuilder& payload(std::string_view text);
  PacketBuilder& payload(const Bytes& bytes);
  // Header bytes of a protocol that has no layer here; IP or Ethernet may follow.
  PacketBuilder& raw(const Bytes& header);

  // Act on the whole frame, in this order: pad, patch, cut.
  PacketBuilder& pad_to(std::size_t size);  // zero bytes at the end, as on a short Ethernet frame
  PacketBuilder& patch(std::size_t offset, std::uint8_t value);
  PacketBuilder& cut(std::size_t size);

  [[nodiscard]] Bytes bytes() const;
  operator Bytes() const { return bytes(); }  // NOLINT: a builder is meant to stand for its frame

 private:
  enum class Kind : std::uint8_t {
    ethernet,
    llc_ethernet,
    tag,
    llc_tag,
    ipv4,
    ipv6,
    extension,
    tcp,
    udp,
    sctp,
    icmp,
    icmpv6,
    raw
  };
  struct Layer {
    Kind kind{Kind::raw};
    Bytes header;
    std::size_t next_at{0};    // offset of the field that names the next protocol
    std::size_t next_size{0};  // its size in bytes; 0: none
    bool fixed_length{false};  // a length was set explicitly
  };

  Layer& push(Kind kind, Bytes header, std::size_t next_at = 0, std::size_t next_size = 0);
  PacketBuilder& transport(Kind kind, std::uint8_t number, Bytes header);
  Layer& last();
  Layer& last_of(std::initializer_list<Kind> kinds);
  void announce_ethertype(std::uint16_t type);
  void announce_protocol(std::uint8_t number);
  [[nodiscard]] bool over_ipv6() const;
  void complete(Bytes& header, const Bytes& body, std::size_t index) const;
  [[nodiscard]] std::uint16_t transport_sum(std::size_t index, std::uint8_t number, const Bytes& header,
                                            const Bytes& body) const;

  std::vector<Layer> layers_;
  Bytes payload_;
  std::size_t pad_to_{0};
  std::vector<std::pair<std::size_t, std::uint8_t>> patches_;
  std::size_t cut_at_{static_cast<std::size_t>(-1)};
};

// A frame that begins with an Ethernet header.
inline PacketBuilder Eth() {
  return PacketBuilder{}.eth();
}
// A frame that begins with an IP header: quotes in ICMP errors, raw link layers.
inline PacketBuilder Ip() {
  return PacketBuilder{};
}

}  // namespace portproof::test
