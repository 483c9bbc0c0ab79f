#include "capture/decode/internal/transport.hpp"

#include <doctest/doctest.h>

#include "tests/capture/decode/summary.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

PacketBuilder v4() {
  return Eth().ipv4("10.0.0.1", "10.0.0.2");
}
PacketBuilder v6() {
  return Eth().ipv6("fd20::1", "fd20::2");
}

}  // namespace

TEST_CASE("TCP") {
  check({
      {"a SYN", v4().tcp(50000, 1494, kTcpSyn).seq(7),
       "tcp 10.0.0.1:50000 > 10.0.0.2:1494 flags 02 seq 7 ack 0"},
      {"data", v4().tcp(50000, 1494, kTcpAck | kTcpPsh).seq(8).ack(0xfffffffe).payload("hello"),
       "tcp 10.0.0.1:50000 > 10.0.0.2:1494 flags 18 seq 8 ack 4294967294, payload 5"},
      {"data over IPv6", v6().tcp(50000, 1494, kTcpAck).seq(8).ack(9).payload("hello"),
       "tcp [fd20::1]:50000 > [fd20::2]:1494 flags 10 seq 8 ack 9, payload 5"},
      {"every flag set", v4().tcp(1, 2, 0xff).seq(1), "tcp 10.0.0.1:1 > 10.0.0.2:2 flags ff seq 1 ack 0"},
      {"options are not payload",
       v4().tcp(1, 2, kTcpSyn).tcp_options({2, 4, 5, 0xb4, 4, 2}).seq(1).payload("hi"),
       "tcp 10.0.0.1:1 > 10.0.0.2:2 flags 02 seq 1 ack 0, payload 2"},
      {"the longest header", v4().tcp(1, 2, kTcpSyn).tcp_options(Bytes(40, 1)).seq(1).payload("hi"),
       "tcp 10.0.0.1:1 > 10.0.0.2:2 flags 02 seq 1 ack 0, payload 2"},
      {"a data offset below five", v4().tcp(1, 2, kTcpSyn).seq(1).tcp_header_words(4).payload("hello"),
       "tcp 10.0.0.1:1 > 10.0.0.2:2, transport cut"},
      {"a data offset beyond the packet", v4().tcp(1, 2, kTcpSyn).seq(1).tcp_header_words(7).payload("hello"),
       "tcp 10.0.0.1:1 > 10.0.0.2:2, transport cut"},
      {"a data offset beyond the packet, in padding",
       v4().tcp(1, 2, kTcpSyn).seq(1).tcp_header_words(7).pad_to(80),
       "tcp 10.0.0.1:1 > 10.0.0.2:2, transport cut"},
      {"an IP length that ends within the header", v4().tcp(1, 2, kTcpSyn).seq(1).ip_length(39),
       "tcp 10.0.0.1:1 > 10.0.0.2:2, transport cut"},
      {"an IP length that ends after the ports", v4().tcp(1, 2, kTcpSyn).ip_length(24),
       "tcp 10.0.0.1:1 > 10.0.0.2:2, transport cut"},
      {"an IP length that ends within the ports", v4().tcp(1, 2, kTcpSyn).ip_length(23),
       "rejected: cut-headers"},
      {"a frame that ends within the ports", v4().tcp(1, 2, kTcpSyn).cut(14 + 20 + 3),
       "rejected: snapped-headers, unread: sliced-headers"},
      {"equal ports", v4().tcp(500, 500, kTcpSyn).seq(1),
       "tcp 10.0.0.1:500 > 10.0.0.2:500 flags 02 seq 1 ack 0"},
  });
}

TEST_CASE("what a snap length leaves of TCP") {
  const Bytes frame = v4().tcp(50000, 80, kTcpAck).tcp_options(Bytes(12, 1)).seq(1).payload("hello");
  CHECK(summary_snapped(frame, 14 + 20 + 3) == "rejected: snapped-headers");
  CHECK(summary_snapped(frame, 14 + 20 + 4) ==
        "tcp 10.0.0.1:50000 > 10.0.0.2:80, transport cut, unread: snapped-headers");
  CHECK(summary_snapped(frame, 14 + 20 + 19) ==
        "tcp 10.0.0.1:50000 > 10.0.0.2:80, transport cut, unread: snapped-headers");
  // Nothing in the options is needed, and the length of the payload is known without them.
  CHECK(summary_snapped(frame, 14 + 20 + 20) ==
        "tcp 10.0.0.1:50000 > 10.0.0.2:80 flags 10 seq 1 ack 0, payload 0 of 5");
  CHECK(summary_snapped(frame, 14 + 20 + 34) ==
        "tcp 10.0.0.1:50000 > 10.0.0.2:80 flags 10 seq 1 ack 0, payload 2 of 5");
}

TEST_CASE("the packet's own length takes precedence over the snap length") {
  // The sender sent only two bytes after the IP header; the rest of the frame is padding.
  const Bytes frame = v4().protocol(6).payload("ab").pad_to(60);
  CHECK(summary_snapped(frame, 40) == "rejected: cut-headers");
}

TEST_CASE("UDP") {
  check({
      {"data", v4().udp(5000, 53).payload("hello"), "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 5"},
      {"a long one", v4().udp(5000, 53).payload(Bytes(1400)),
       "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1400"},
      {"no data", v4().udp(5000, 53).pad_to(60), "udp 10.0.0.1:5000 > 10.0.0.2:53"},
      {"data over IPv6", v6().udp(5000, 53).payload("hello"), "udp [fd20::1]:5000 > [fd20::2]:53, payload 5"},
      {"a length shorter than the IP payload", v4().udp(5000, 53).payload(Bytes(40)).udp_length(18),
       "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 10"},
      {"a length beyond the IP payload", v4().udp(5000, 53).payload(Bytes(40)).udp_length(500),
       "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 40"},
      {"length zero: the IP payload", v4().udp(5000, 53).payload(Bytes(40)).udp_length(0),
       "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 40"},
      {"a length below the header's own", v4().udp(5000, 53).payload(Bytes(40)).udp_length(7),
       "udp 10.0.0.1:5000 > 10.0.0.2:53, transport cut"},
      {"an IP length that ends within the header", v4().udp(5000, 53).ip_length(27),
       "udp 10.0.0.1:5000 > 10.0.0.2:53, transport cut"},
      {"an IP length that ends within the ports", v4().udp(5000, 53).ip_length(22), "rejected: cut-headers"},
  });
}

TEST_CASE("SCTP") {
  check({
      {"an INIT", v4().sctp(5000, 2905, 0).payload(Bytes{1, 0, 0, 4}),
       "sctp 10.0.0.1:5000 > 10.0.0.2:2905, payload 4"},
      {"over IPv6", v6().sctp(5000, 2905).payload(Bytes{1, 0, 0, 4}),
       "sctp [fd20::1]:5000 > [fd20::2]:2905, payload 4"},
      {"a header that is cut", v4().sctp(5000, 2905).cut(14 + 20 + 11),
       "sctp 10.0.0.1:5000 > 10.0.0.2:2905, transport cut, unread: sliced-headers"},
      {"ports that are cut", v4().sctp(5000, 2905).cut(14 + 20 + 3),
       "rejected: snapped-headers, unread: sliced-headers"},
  });
}

TEST_CASE("ICMP") {
  check({
      {"an echo request", v4().echo_request().payload("abcd"),
       "icmp 10.0.0.1 > 10.0.0.2 echo-request, payload 4"},
      {"an echo reply", v4().echo_reply().payload("abcd"), "icmp 10.0.0.1 > 10.0.0.2 echo-reply, payload 4"},
      {"an echo request over IPv6", v6().echo_request(), "icmpv6 fd20::1 > fd20::2 echo-request"},
      {"an echo reply over IPv6", v6().echo_reply(), "icmpv6 fd20::1 > fd20::2 echo-reply"},
      {"a timestamp request", v4().icmp(13, 0).payload(Bytes(12)),
       "icmp 10.0.0.1 > 10.0.0.2 other, payload 12"},
      {"a neighbour solicitation", v6().icmpv6(135, 0).payload(Bytes(16)),
       "icmpv6 fd20::1 > fd20::2 other, payload 16"},
      {"a type that means echo in the other family", v6().icmpv6(8, 0), "icmpv6 fd20::1 > fd20::2 other"},
      {"a cut message still has its type", v4().echo_request().cut(14 + 20 + 1),
       "icmp 10.0.0.1 > 10.0.0.2 echo-request, transport cut, unread: sliced-headers"},
      {"an empty message", v4().echo_request().cut(14 + 20),
       "icmp 10.0.0.1 > 10.0.0.2 other, transport cut, unread: sliced-headers"},
  });
}

TEST_CASE("what ICMP errors quote") {
  const auto sent = [] { return Ip().ipv4("10.0.0.2", "10.0.0.1"); };
  const auto sent6 = [] { return Ip().ipv6("fd20::2", "fd20::1"); };
  check({
      {"a datagram that was refused", v4().unreachable(3, sent().udp(5000, 53).payload("hello")),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 33, quotes udp 10.0.0.2:5000 > 10.0.0.1:53"},
      {"eight bytes of a SYN", v4().unreachable(13, sent().tcp(5000, 1494, kTcpSyn).cut(28)),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 28, quotes tcp 10.0.0.2:5000 > 10.0.0.1:1494"},
      {"time exceeded", v4().icmp(11, 0).payload(sent().tcp(5000, 1494, kTcpSyn)),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 40, quotes tcp 10.0.0.2:5000 > 10.0.0.1:1494"},
      {"a redirect", v4().icmp(5, 1).payload(sent().udp(5000, 53)),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 28, quotes udp 10.0.0.2:5000 > 10.0.0.1:53"},
      {"a quote with options", v4().unreachable(3, sent().ip_options(Bytes(8, 1)).udp(5000, 53)),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 36, quotes udp 10.0.0.2:5000 > 10.0.0.1:53"},
      {"a quote that ends before the ports", v4().unreachable(3, sent().udp(5000, 53).cut(23)),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 23, quotes udp 10.0.0.2 > 10.0.0.1"},
      {"a quote that ends before the addresses", v4().unreachable(3, sent().udp(5000, 53).cut(19)),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 19"},
      {"no quote at all", v4().unreachable(3, Bytes{}), "icmp 10.0.0.1 > 10.0.0.2 error"},
      {"a quoted later fragment has no ports",
       v4().unreachable(3, sent().fragment(64, false).protocol(17).payload(Bytes(8, 9))),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 28, quotes udp 10.0.0.2 > 10.0.0.1"},
      {"a quoted echo has no ports", v4().unreachable(1, sent().echo_request()),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 28, quotes icmp 10.0.0.2 > 10.0.0.1"},
      {"a quote of another IP version", v4().unreachable(3, sent().udp(5000, 53).ip_version(7)),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 28"},
      {"a quote with an impossible header length",
       v4().unreachable(3, sent().udp(5000, 53).ip_header_words(3)),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 28"},
      {"a quoted authentication header", v4().unreachable(3, sent().authentication().udp(5000, 53)),
       "icmp 10.0.0.1 > 10.0.0.2 error, payload 52, quotes udp 10.0.0.2:5000 > 10.0.0.1:53"},
      {"over IPv6", v6().unreachable(4, sent6().udp(5000, 53).payload("hello")),
       "icmpv6 fd20::1 > fd20::2 error, payload 53, quotes udp [fd20::2]:5000 > [fd20::1]:53"},
      {"packet too big", v6().icmpv6(2, 0, 1280).payload(sent6().tcp(5000, 80, kTcpAck)),
       "icmpv6 fd20::1 > fd20::2 error, payload 60, quotes tcp [fd20::2]:5000 > [fd20::1]:80"},
      {"over IPv6, after options",
       v6().unreachable(4, sent6().hop_by_hop().destination_options().udp(5000, 53)),
       "icmpv6 fd20::1 > fd20::2 error, payload 64, quotes udp [fd20::2]:5000 > [fd20::1]:53"},
      {"over IPv6, options that are cut", v6().unreachable(4, sent6().hop_by_hop(16).udp(5000, 53).cut(50)),
       "icmpv6 fd20::1 > fd20::2 error, payload 50, quotes 0 fd20::2 > fd20::1"},
      {"over IPv6, addresses that are cut", v6().unreachable(4, sent6().udp(5000, 53).cut(39)),
       "icmpv6 fd20::1 > fd20::2 error, payload 39"},
  });
}
