#include "tests/fuzz/seeds/frames.hpp"

#include "capture/decode/packet.hpp"
#include "samples/payloads.hpp"

namespace portproof::test {

namespace say = portproof::samples;

Bytes cut(const Bytes& bytes, std::size_t missing) {
  return {bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(missing)};
}

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

PacketBuilder udp_over(PacketBuilder below) {
  return below.ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?");
}

std::vector<Bytes> session() {
  const auto client = [] { return Eth().ipv4("10.0.0.1", "10.0.0.2"); };
  const auto server = [] { return Eth().ipv4("10.0.0.2", "10.0.0.1"); };
  return {client().tcp(50000, 443, kTcpSyn).seq(1),
          server().tcp(443, 50000, kTcpSyn | kTcpAck).seq(9).ack(2),
          client().tcp(50000, 443, kTcpAck).seq(2).ack(10).payload(say::tls_client_hello("a.example")),
          server().tcp(443, 50000, kTcpAck).seq(10).ack(90).payload("HTTP/1.1 200 OK\r\n\r\n"),
          client().tcp(50000, 443, kTcpFin | kTcpAck).seq(90).ack(29),
          server().tcp(443, 50000, kTcpFin | kTcpAck).seq(29).ack(91),
          client().tcp(50000, 443, kTcpAck).seq(91).ack(30)};
}

std::vector<Bytes> mixture() {
  const Bytes query =
      Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload(say::dns_query(1, "a.example", false));
  return {
      query,
      Eth().ipv4("10.0.0.2", "10.0.0.1").udp(53, 5000).payload(say::dns_answer(1, "a.example", "10.0.0.7")),
      Eth().ipv4("10.0.0.9", "10.0.0.1").unreachable(3, Ip().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53)),
      Eth().broadcast().arp("10.0.0.1", "10.0.0.2").pad_to(60),
      Eth().vlan(10).ipv6("fd20::1", "fd20::2").echo_request(),
      Eth().ipv4("10.0.0.1", "10.0.0.2").fragment(8, true).protocol(17).payload("later"),
      Eth().ipv4("10.0.0.1", "10.0.0.2").sctp(1, 2),
      Eth().ipv4("10.0.0.3", "224.0.0.1").protocol(2).payload("igmp"),
      udp_over(Eth().ipv4("10.1.0.1", "10.1.0.2").protocol(47).raw({0, 0, 8, 0})),
      Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(1, 2, kTcpRst).cut(40)};
}

PcapWriter pcap_of(const std::vector<Bytes>& frames, PcapOptions options) {
  PcapWriter capture(options);
  Timestamp time = kStart;
  for (const Bytes& frame : frames) capture.add(frame, time = time + milliseconds(1));
  return capture;
}

}  // namespace portproof::test
