#include "capture/decode/internal/ip.hpp"

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

constexpr const char* kUdp4 = "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 5";
constexpr const char* kUdp6 = "udp [fd20::1]:5000 > [fd20::2]:53, payload 5";

PacketBuilder hello(PacketBuilder ip) {
  return ip.udp(5000, 53).payload("hello");
}

PacketBuilder options(int count) {
  PacketBuilder frame = v6();
  for (int header = 0; header < count; ++header) frame.destination_options();
  return frame;
}

}  // namespace

TEST_CASE("IPv4 headers") {
  check({
      {"plain", hello(v4()), kUdp4},
      {"with options", hello(v4().ip_options({7, 3, 4})), kUdp4},
      {"with as many options as fit", hello(v4().ip_options(Bytes(40, 1))), kUdp4},
      {"padded to the shortest Ethernet frame", hello(v4()).pad_to(60), kUdp4},
      {"a bare ACK, padded: no payload", v4().tcp(1, 2, kTcpAck).seq(5).pad_to(60),
       "tcp 10.0.0.1:1 > 10.0.0.2:2 flags 10 seq 5 ack 0"},
      {"total length zero: the rest of the frame", hello(v4()).udp_length(0).ip_length(0), kUdp4},
      {"total length beyond the frame", hello(v4()).ip_length(1500).udp_length(1480),
       "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 5 of 1472"},
      {"total length short of the header", hello(v4()).ip_length(19), "rejected: bad-ip-header"},
      {"total length short of the options", hello(v4().ip_options(Bytes(8, 1))).ip_length(24),
       "rejected: bad-ip-header"},
      {"header length below 20", hello(v4()).ip_header_words(4), "rejected: bad-ip-header"},
      {"header length beyond the total length", hello(v4()).ip_header_words(15), "rejected: bad-ip-header"},
      {"version zero", hello(v4()).ip_version(0), "rejected: bad-ip-version"},
      {"a header that is cut", hello(v4()).cut(33), "rejected: cut-headers"},
      {"not a single byte of it", hello(v4()).cut(14), "rejected: cut-headers"},
      {"OSPF", v4().protocol(89).payload("hello"), "89 10.0.0.1 > 10.0.0.2, payload 5"},
      {"ESP", v4().protocol(50).payload("hello"), "50 10.0.0.1 > 10.0.0.2, payload 5"},
      {"IGMP, with a router alert", v4().ip_options({0x94, 4, 0, 0}).protocol(2).payload(Bytes(8)),
       "2 10.0.0.1 > 10.0.0.2, payload 8"},
      {"nothing after the header", v4().protocol(89), "89 10.0.0.1 > 10.0.0.2"},
      {"an authentication header", hello(v4().authentication()), kUdp4},
      {"an authentication header that claims more than there is",
       hello(v4().authentication()).patch(14 + 20 + 1, 200), "rejected: bad-ip-header"},
      {"an authentication header that is cut", hello(v4().authentication()).cut(14 + 20 + 20),
       "rejected: snapped-headers, unread: sliced-headers"},
      {"IPv6 extension numbers mean nothing here", v4().protocol(60).payload(Bytes(8)),
       "60 10.0.0.1 > 10.0.0.2, payload 8"},
  });
}

TEST_CASE("IPv4 fragments") {
  check({
      {"the first has ports", v4().fragment(0, true).udp(5000, 53).payload(Bytes(24)).udp_length(1000),
       "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 24"},
      {"a later one has none", v4().fragment(24, true).protocol(17).payload(Bytes(24)),
       "no flow: later-fragment"},
      {"and neither has the last", v4().fragment(48, false).protocol(17).payload(Bytes(24)),
       "no flow: later-fragment"},
      {"a later fragment of ICMP", v4().fragment(8, false).protocol(1).payload(Bytes(24)),
       "no flow: later-fragment"},
      {"a first one of eight bytes",
       v4().fragment(0, true).protocol(6).payload(Bytes{0, 1, 0, 2, 0, 0, 0, 3}),
       "tcp 10.0.0.1:1 > 10.0.0.2:2, transport cut"},
      {"a whole packet that must not be fragmented", hello(v4()).patch(14 + 6, 0x40), kUdp4},
  });
}

TEST_CASE("IPv6 headers") {
  check({
      {"plain", hello(v6()), kUdp6},
      {"padded", hello(v6()).pad_to(100), kUdp6},
      {"hop-by-hop options", hello(v6().hop_by_hop()), kUdp6},
      {"the whole chain",
       hello(v6().hop_by_hop(16)
                 .destination_options()
                 .routing(24)
                 .fragment(0, false)
                 .authentication()
                 .destination_options(32)),
       kUdp6},
      {"mobility before another header", hello(v6().mobility()), kUdp6},
      {"mobility on its own", v6().mobility(16), "135 fd20::1 > fd20::2, payload 16"},
      {"no next header", v6(), "59 fd20::1 > fd20::2"},
      {"no next header after options", v6().hop_by_hop(), "59 fd20::1 > fd20::2"},
      {"ESP after options", v6().hop_by_hop().protocol(50).payload("hello"),
       "50 fd20::1 > fd20::2, payload 5"},
      {"as many headers as are followed", hello(options(kMaxExtensionHeaders)), kUdp6},
      {"one more", hello(options(kMaxExtensionHeaders + 1)), "rejected: extension-chain"},
      {"a header that claims more than the packet has", hello(v6().hop_by_hop()).patch(14 + 40 + 1, 200),
       "rejected: extension-chain"},
      {"a chain that ends where a header should be", v6().protocol(60).payload(Bytes(4)),
       "rejected: extension-chain"},
      {"a chain whose header is cut", hello(v6().hop_by_hop(16)).cut(14 + 40 + 12),
       "rejected: snapped-headers, unread: sliced-headers"},
      {"a chain that is cut before a header", hello(v6().hop_by_hop()).cut(14 + 40),
       "rejected: snapped-headers, unread: sliced-headers"},
      {"payload length zero: the rest of the frame", hello(v6()).ip_length(0), kUdp6},
      {"payload length beyond the frame", hello(v6()).ip_length(1000).udp_length(1000),
       "udp [fd20::1]:5000 > [fd20::2]:53, payload 5 of 992"},
      {"a header that is cut", hello(v6()).cut(14 + 39), "rejected: cut-headers"},
      {"OSPF", v6().protocol(89).payload("hello"), "89 fd20::1 > fd20::2, payload 5"},
  });
}

TEST_CASE("a jumbogram is as long as its frame") {
  // RFC 2675: payload length zero, with the true length in a hop-by-hop option.
  PacketBuilder frame = v6().hop_by_hop().udp(5000, 53).payload(Bytes(70'000)).ip_length(0).udp_length(0);
  CHECK(summary(frame) == "udp [fd20::1]:5000 > [fd20::2]:53, payload 70000");
}

TEST_CASE("IPv6 fragments") {
  check({
      {"the first has ports", v6().fragment(0, true).udp(5000, 53).payload(Bytes(24)).udp_length(1000),
       "udp [fd20::1]:5000 > [fd20::2]:53, payload 24"},
      {"a later one has none", v6().fragment(32, true).protocol(17).payload(Bytes(24)),
       "no flow: later-fragment"},
      {"and neither has the last, after options",
       v6().hop_by_hop().fragment(1448, false).protocol(17).payload(Bytes(24)), "no flow: later-fragment"},
      {"a fragment header that is cut", v6().fragment(32, true).protocol(17).payload(Bytes(24)).cut(14 + 44),
       "rejected: snapped-headers, unread: sliced-headers"},
  });
}

TEST_CASE("headers cut by a snap length are reported as such") {
  const Bytes frame = hello(v4().ip_options(Bytes(8, 1)));
  CHECK(summary_snapped(frame, 14 + 19) == "rejected: snapped-headers");
  CHECK(summary_snapped(frame, 14 + 20) == "rejected: snapped-headers");
  CHECK(summary_snapped(frame, 14 + 28 + 3) == "rejected: snapped-headers");
  CHECK(summary_snapped(frame, 14 + 28 + 4) ==
        "udp 10.0.0.1:5000 > 10.0.0.2:53, transport cut, unread: snapped-headers");
  CHECK(summary_snapped(frame, 14 + 28 + 10) == "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 2 of 5");
  // Without ports the addresses are enough.
  const Bytes ospf = v4().ip_options(Bytes(8, 1)).protocol(89).payload("hello");
  CHECK(summary_snapped(ospf, 14 + 20) == "89 10.0.0.1 > 10.0.0.2, payload 0 of 5");
  CHECK(summary_snapped(hello(v6().hop_by_hop()), 14 + 44) == "rejected: snapped-headers");
}
