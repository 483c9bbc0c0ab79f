// Nothing is passed over: whatever may hold a packet is opened, or the frame is marked as unread.
#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "capture/decode/decode.hpp"
#include "capture/decode/link.hpp"
#include "tests/capture/decode/every_kind.hpp"
#include "tests/capture/decode/summary.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

const std::string kUdp = "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1";
const std::string kUdpInFabricPath = kUdp + ", in fabricpath:32";

PacketBuilder udp_in(PacketBuilder below) {
  return below.ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?");
}
PacketBuilder to(std::uint16_t port, std::uint16_t from = 40000) {
  return Eth().ipv4("192.0.2.1", "192.0.2.2").udp(from, port);
}
PacketBuilder typed(std::uint16_t type) {
  return Eth().ethertype(type);
}
PacketBuilder over(std::uint8_t protocol) {
  return Eth().ipv4("192.0.2.1", "192.0.2.2").protocol(protocol);
}

const Bytes kPacket = udp_in(Ip());

struct Answer {
  Decoded decoded;
  Packet packet;
};
Answer answer_to(const CapturedFrame& frame) {
  Answer answer;
  answer.decoded = decode(frame.view(), answer.packet);
  return answer;
}
Answer answer_to(const Bytes& bytes) {
  CapturedFrame frame;
  frame.bytes = bytes;
  return answer_to(frame);
}

bool is_packet(const Answer& answer) {
  return answer.decoded.kind == Decoded::Kind::packet;
}
bool is_inner(const Answer& answer) {
  return is_packet(answer) && answer.packet.destination_port == 53;
}

// Does the part of a frame say as much as the whole: the same conversation, or that something is missing?
bool tells_all(const Answer& part, const Answer& whole) {
  if (part.decoded.unread || part.decoded.kind == Decoded::Kind::rejected) return true;
  if (part.decoded.kind != whole.decoded.kind) return false;
  if (!is_packet(whole)) return part.decoded.no_flow == whole.decoded.no_flow;
  return part.packet.source == whole.packet.source && part.packet.destination == whole.packet.destination &&
         part.packet.source_port == whole.packet.source_port &&
         part.packet.destination_port == whole.packet.destination_port &&
         part.packet.protocol == whole.packet.protocol && part.packet.tunnels == whole.packet.tunnels;
}

Bytes first_bytes(const Bytes& bytes, std::size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::uint32_t next_random(std::uint32_t& state) {
  state = state * 1'664'525 + 1'013'904'223;
  return state >> 8U;
}

}  // namespace

TEST_CASE("types that may carry IP") {
  check({
      {"an unknown EtherType", udp_in(typed(0x8200).raw({0, 10, 8, 0})),
       "no flow: other-non-ip, unread: unknown-ethertype 8200"},
      {"below a VLAN tag", Eth().vlan(10).ethertype(0x88b5).payload(Bytes(40)),
       "no flow: other-non-ip, unread: unknown-ethertype 88b5"},
      {"neither a type nor a length", typed(0x05ff).payload(Bytes(20)),
       "no flow: other-non-ip, unread: unknown-ethertype 05ff"},
      {"LACP", typed(0x8809).payload(Bytes(40)), "no flow: other-non-ip"},
      {"unknown access points", Eth().llc(0x22, 0x22, 3).payload(Bytes(40)),
       "no flow: other-non-ip, unread: unknown-llc 2222"},
      {"IPX", Eth().llc(0xe0, 0xe0, 3).payload(Bytes(40)), "no flow: other-non-ip, unread: unknown-llc e0e0"},
      {"IPX to all", Eth().broadcast().llc(0xe0, 0xe0, 3).payload(Bytes(40)), "no flow: other-non-ip"},
      {"NetBIOS to a group", Eth().to_mac("03:00:00:00:00:01").llc(0xf0, 0xf0, 3).payload(Bytes(40)),
       "no flow: other-non-ip"},
      {"Novell's own frames", Eth().ethertype(40).raw({0xff, 0xff, 0, 40}).payload(Bytes(36)),
       "no flow: other-non-ip, unread: unknown-llc ffff"},
      {"RDMA without IP", typed(0x8915).payload(Bytes(60)),
       "no flow: other-non-ip, unread: unknown-ethertype 8915"},
      {"TIPC", typed(0x88ca).payload(Bytes(60)), "no flow: other-non-ip, unread: unknown-ethertype 88ca"},
      {"a broadcast of TIPC", Eth().broadcast().ethertype(0x88ca).payload(Bytes(60)),
       "no flow: other-non-ip"},
      {"AppleTalk in SNAP", Eth().snap(0x080007).ethertype(0x809b).payload(Bytes(40)),
       "no flow: other-non-ip, unread: unknown-ethertype 809b"},
      {"CDP", Eth().snap(0x00000c).ethertype(0x2000).payload(Bytes(40)), "no flow: other-non-ip"},
      {"a vendor's SNAP protocol with the number of IP", udp_in(Eth().snap(0x00000c).ethertype(0x0800)),
       "no flow: other-non-ip, unread: unknown-snap 000c"},
      {"a packet in CDP", udp_in(Eth().snap(0x00000c).ethertype(0x2000)),
       "no flow: other-non-ip, unread: unknown-snap 000c"},
      {"a packet as ARP", typed(0x0806).payload(kPacket),
       "no flow: other-non-ip, unread: unknown-ethertype 0806"},
      {"ARP with addresses beyond its end", typed(0x0806).raw({0, 1, 8, 0, 6, 99, 0, 1}).payload(Bytes(20)),
       "no flow: other-non-ip, unread: unknown-ethertype 0806"},
      {"a packet behind ARP", udp_in(typed(0x0806).raw({0, 1, 8, 0, 6, 4, 0, 1}).raw(Bytes(20))),
       "no flow: arp, unread: unknown-ethertype 0806"},
      {"a packet as LLDP", typed(0x88cc).payload(kPacket), "no flow: lldp, unread: unknown-ethertype 88cc"},
      {"a packet as spanning tree", udp_in(Eth().llc(0x42, 0x42, 3)),
       "no flow: stp, unread: unknown-llc 4242"},
      {"a packet in a test of the link", udp_in(Eth().llc(0x22, 0x22, 0xf3)),
       "no flow: other-non-ip, unread: unknown-llc 2222"},
      {"a packet in PPP's link control", udp_in(typed(0x8864).raw({0x11, 0, 0, 7, 0, 31, 0xc0, 0x21})),
       "no flow: other-non-ip, unread: unknown-ppp c021"},
      {"IPX over PPP", typed(0x8864).raw({0x11, 0, 0, 7, 0, 32, 0, 0x2b}).payload(Bytes(30)),
       "no flow: other-non-ip, unread: unknown-ppp 002b"},
      {"CLNP", Eth().llc(0xfe, 0xfe, 3).payload(Bytes{0x81, 27, 1}),
       "no flow: other-non-ip, unread: unknown-llc fefe"},
      {"a test of the link", Eth().llc(0x22, 0x22, 0xf3).payload(Bytes(40)), "no flow: other-non-ip"},
      {"IP as an ISO protocol", udp_in(Eth().llc(0xfe, 0xfe, 3).raw({0xcc})), kUdp.c_str()},
      {"IS-IS", Eth().llc(0xfe, 0xfe, 3).payload(Bytes{0x83, 27, 1}), "no flow: other-non-ip"},
      {"a SNAP protocol of somebody", Eth().snap(0x123456).ethertype(1).payload(Bytes(40)),
       "no flow: other-non-ip, unread: unknown-snap 123456"},
      {"compressed PPP", typed(0x8864).raw({0x11, 0, 0, 7, 0, 8, 0, 0xfd}).payload(Bytes(6)),
       "no flow: other-non-ip, unread: unknown-ppp 00fd"},
      {"PPP control traffic", typed(0x8864).raw({0x11, 0, 0, 7, 0, 6, 0xc0, 0x21, 9, 1, 0, 4}),
       "no flow: other-non-ip"},
      {"encrypted MACsec", typed(0x88e5).raw({0x0c, 0, 0, 0, 0, 1}).payload(Bytes(40)),
       "no flow: other-non-ip, unread: encrypted-frame"},
      {"an unknown pseudowire", typed(0x8847).raw({0, 1, 1, 64}).payload(Bytes(40, 0x77)),
       "no flow: other-non-ip, unread: unknown-content"},
  });
}

TEST_CASE("tags and fabrics") {
  check({
      {"0x9200 and 0x9300", udp_in(Eth().vlan(5, 0x9200).vlan(10, 0x9300)), kUdp.c_str()},
      {"a fine-grained label", udp_in(Eth().vlan(5, 0x893b).vlan(10, 0x893b)), kUdp.c_str()},
      {"HSR", udp_in(typed(0x892f).raw({0, 40, 0, 1, 8, 0})), kUdp.c_str()},
      {"supervision of PRP", typed(0x88fb).payload(Bytes(40)), "no flow: other-non-ip"},
      {"FabricPath", udp_in(typed(0x8903).raw({8, 1}).eth()), kUdpInFabricPath.c_str()},
      {"inter-switch link",
       udp_in(Eth()
                  .to_mac("01:00:0c:00:00:02")
                  .ethertype(80)
                  .raw({0xaa, 0xaa, 3, 0, 0, 0x0c, 0, 10, 0, 1, 0, 0})
                  .eth()),
       kUdp.c_str()},
  });
}

TEST_CASE("reserved bits are ignored where a standard says so") {
  const std::vector<std::pair<std::string, Bytes>> rows{
      {"VXLAN: flags", udp_in(to(4789).raw({0x48, 0, 0, 0, 0, 0, 7, 0}).eth())},
      {"VXLAN: the last byte", udp_in(to(4789).raw({0x08, 0, 0, 0, 0, 0, 7, 0x7f}).eth())},
      {"VXLAN: all of them", udp_in(to(4789).raw({0xff, 1, 2, 3, 0, 0, 7, 0xff}).eth())},
      {"VXLAN around IP, named on VXLAN's own port", udp_in(to(4789).raw({0x0c, 0, 0, 1, 0, 0, 7, 0}))},
      {"VXLAN-GPE: broadcast", udp_in(to(4790).raw({0x0e, 0, 0, 3, 0, 0, 7, 0}).eth())},
      {"VXLAN-GPE: no next protocol", udp_in(to(4790).raw({0x08, 0, 0, 0, 0, 0, 7, 0}).eth())},
      {"VXLAN-GPE: reserved bytes", udp_in(to(4790).raw({0xcc, 9, 9, 3, 0, 0, 7, 9}).eth())},
      {"Geneve: reserved bits", udp_in(to(6081).raw({0, 0x3f, 0x65, 0x58, 0, 0, 7, 0xff}).eth())},
      {"GTP-U: the spare bit", udp_in(to(2152).raw({0x38, 255, 0, 29, 0, 0, 0, 9}))},
      {"L2TP: reserved bits", udp_in(to(1701).raw({0x34, 0xf2, 0, 17, 0, 3, 0xff, 3, 0, 0x21}))},
      {"L2TPv3: reserved bits", udp_in(to(1701).raw({0x10, 0x13, 9, 9, 0, 0, 0, 5}).eth())},
      {"GRE: reserved bits", udp_in(over(47).raw({0x07, 0xf8, 8, 0}))},
      {"GRE: a reserved word", udp_in(over(47).raw({0x80, 0, 8, 0, 1, 2, 9, 9}))},
      {"EtherIP: reserved bits", udp_in(over(97).raw({0x3f, 0xff}).eth())},
      {"EtherIP with its version in the wrong half", udp_in(over(97).raw({0x03, 0}).eth())},
      {"LISP: reserved bits", udp_in(to(4341).raw({0x80, 0, 0, 0, 0, 0, 0, 1}))},
      {"LISP with a next protocol", udp_in(to(4341).raw({0x04, 0, 0, 3, 0, 0, 0, 1}).eth())},
      {"CAPWAP: the first fragment", udp_in(to(5247).raw({0, 0x10, 2, 0x80, 0, 0, 0, 0}).eth())},
      {"ERSPAN III of a reserved type",
       udp_in(over(47).raw({0, 0, 0x22, 0xeb, 0x20, 10, 0, 5, 0, 0, 0, 0, 0, 0, 0x40, 0}).eth())},
      {"ERSPAN III under the type of II",
       udp_in(over(47).raw({0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x20, 10, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0}).eth())},
      {"VXLAN in Cisco's fabric", udp_in(to(48879).raw({0x88, 0, 0, 5, 0, 0, 7, 0x80}).eth())},
      {"TZSP with padding and tags", udp_in(to(37008).raw({1, 0, 0, 1, 0, 10, 1, 0xd0, 1}).eth())},
      {"HP's remote mirroring", udp_in(to(7932).raw(Bytes(12)).eth())},
      {"Aruba's remote mirroring", udp_in(to(5555)
                                              .raw({0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 61, 0, 0, 0, 61})
                                              .raw({8, 1})
                                              .raw(Bytes(22))
                                              .raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0}))},
  };
  for (const auto& [sentence, frame] : rows) {
    CAPTURE(sentence);
    const std::string text = summary(frame);
    CHECK(text.find(kUdp + ", in ") == 0);
    CHECK(text.find("unread") == std::string::npos);
  }
}

TEST_CASE("tunnels with something else inside") {
  check({
      {"an unknown EtherType in VXLAN",
       to(4789).raw({8, 0, 0, 0, 0, 0, 7, 0}).eth().ethertype(0x8200).payload(Bytes(40)),
       "udp 192.0.2.1:40000 > 192.0.2.2:4789, payload 62, unread: unknown-ethertype 8200"},
      {"the same behind an unusual header: nobody knows that it is VXLAN",
       to(4789).raw({8, 0, 0, 0, 0, 0, 7, 9}).eth().ethertype(0x8200).payload(Bytes(40)),
       "udp 192.0.2.1:40000 > 192.0.2.2:4789, payload 62"},
      {"an unknown next protocol", to(4790).raw({0x0c, 0, 0, 99, 0, 0, 7, 0}).payload(Bytes(40)),
       "udp 192.0.2.1:40000 > 192.0.2.2:4790, payload 48, unread: unread-carrier 4790"},
      {"TZSP around something unknown", to(37008).raw({1, 0, 0, 99, 1}).payload(Bytes(40)),
       "udp 192.0.2.1:40000 > 192.0.2.2:37008, payload 45, unread: unread-carrier 37008"},
      {"a keep-alive of TZSP", to(37008).raw({1, 4, 0, 0}),
       "udp 192.0.2.1:40000 > 192.0.2.2:37008, payload 4"},
      {"GRE around an unknown type", over(47).raw({0, 0, 0x12, 0x34}).payload(Bytes(40)),
       "47 192.0.2.1 > 192.0.2.2, payload 44, unread: unknown-ethertype 1234"},
      {"a later version of GRE", over(47).raw({0, 2, 8, 0}).payload(Bytes(40)),
       "47 192.0.2.1 > 192.0.2.2, payload 44, unread: unread-tunnel 47"},
      {"L2TPv3 around something unknown", over(115).raw({0, 0, 0, 9}).payload(Bytes(60, 0x77)),
       "115 192.0.2.1 > 192.0.2.2, payload 64, unread: unread-tunnel 115"},
  });
}

TEST_CASE("a frame that the capture cut tells all that the whole frame does, or that it is cut") {
  for (const Bytes& bytes : every_kind()) {
    const Answer whole = answer_to(bytes);
    REQUIRE(whole.decoded.kind != Decoded::Kind::rejected);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CapturedFrame cut;
      cut.bytes = first_bytes(bytes, size);
      cut.wire_length = static_cast<std::uint32_t>(bytes.size());
      CAPTURE(summary(bytes));
      CAPTURE(summary(cut));
      CHECK(tells_all(answer_to(cut), whole));
    }
  }
}

TEST_CASE("so does one that was cut before it was captured") {
  for (const Bytes& bytes : every_kind()) {
    const Answer whole = answer_to(bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const Bytes cut = first_bytes(bytes, size);
      CAPTURE(summary(bytes));
      CAPTURE(summary(cut));
      CHECK(tells_all(answer_to(cut), whole));
    }
  }
}

TEST_CASE("and one that a mirror cut before it carried it away") {
  for (const Bytes& bytes : every_kind()) {
    const Answer whole = answer_to(bytes);
    for (std::size_t size = 14; size < bytes.size(); ++size) {
      const Bytes cut = first_bytes(bytes, size);
      const std::vector<Bytes> carried{
          to(4789).raw({8, 0, 0, 0, 0, 0, 7, 0}).payload(cut),
          to(6081).raw({0, 0, 0x65, 0x58, 0, 0, 7, 0}).payload(cut),
          to(37008).raw({1, 0, 0, 1, 1}).payload(cut),
          over(47).raw({0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 10, 4, 100, 0, 0, 0, 0}).payload(cut),
          typed(0x8903).raw({8, 1}).payload(cut),
      };
      for (const Bytes& frame : carried) {
        CAPTURE(summary(bytes));
        CAPTURE(summary(frame));
        const Answer answer = answer_to(frame);
        // The carrier itself comes first in what carried the packet.
        const bool same = is_packet(answer) && is_packet(whole) &&
                          answer.packet.source == whole.packet.source &&
                          answer.packet.destination_port == whole.packet.destination_port &&
                          answer.packet.protocol == whole.packet.protocol;
        CHECK((same || answer.decoded.unread || !is_packet(whole)));
      }
    }
  }
}

TEST_CASE("kinds of cuts") {
  const Bytes frame = Eth().ipv6("fd20::1", "fd20::2").tcp(50000, 443, kTcpSyn);
  CHECK(summary_snapped(frame, 60) ==
        "tcp [fd20::1]:50000 > [fd20::2]:443, transport cut, unread: snapped-headers");
  CHECK(summary(first_bytes(frame, 60)) ==
        "tcp [fd20::1]:50000 > [fd20::2]:443, transport cut, unread: sliced-headers");
  CHECK(summary(first_bytes(frame, 56)) == "rejected: snapped-headers, unread: sliced-headers");
  // The sender's own fault: the IP header says that no more was sent.
  CHECK(summary(Eth().ipv4("10.0.0.1", "10.0.0.2").protocol(6).payload(Bytes(10, 1))) ==
        "tcp 10.0.0.1:257 > 10.0.0.2:257, transport cut");
  const Bytes vxlan = udp_in(to(4789).raw({8, 0, 0, 0, 0, 0, 7, 0}).eth());
  for (std::size_t size = 42; size < 50; ++size) {
    CHECK(summary_snapped(vxlan, size).find("unread: snapped-headers") != std::string::npos);
  }
  CHECK(summary(to(37008).raw({1, 0, 0, 1, 41, 2, 5, 0xdc, 1}).eth().payload(Bytes{8}))
            .find("unread: sliced-headers") != std::string::npos);
}

TEST_CASE("a packet behind any EtherType and tag is read or missed") {
  // These have a header of another form, and find something else in it. For any other, even one that is known
  // to carry no IP, the packet is found.
  const std::set<unsigned> other_headers{kEthertypeTrill,  kEthertypeMpls,    kEthertypeMplsUpstream,
                                         kEthertypeMacsec, kEthertypeLongLlc, kEthertypeETag};
  for (unsigned type = kFirstEthertype; type <= 0xffff; ++type) {
    const auto ethertype = static_cast<std::uint16_t>(type);
    const Answer answer = answer_to(udp_in(typed(ethertype).raw({0, 10, 8, 0})));
    const bool tells = answer.decoded.unread || is_inner(answer);
    if (!tells && other_headers.count(type) == 0) {
      FAIL_CHECK("EtherType " << type);
    }
  }
}

TEST_CASE("a frame in VXLAN is read or missed, whatever the port") {
  for (unsigned port = 1; port <= 0xffff; port += 31) {
    const auto chosen = static_cast<std::uint16_t>(port);
    const Answer answer = answer_to(udp_in(to(chosen).raw({8, 0, 0, 0, 0, 0, 7, 0}).eth()));
    if (!answer.decoded.unread && !is_inner(answer)) FAIL_CHECK("port " << port);
  }
}

TEST_CASE("what looks like a packet inside UDP is unread") {
  const auto inner = [](const Bytes& header) { return udp_in(to(8473).raw(header).eth()); };
  for (std::size_t header = 0; header <= 36; ++header) {
    CAPTURE(header);
    CHECK(answer_to(inner(Bytes(header))).decoded.unread.kind == UnreadKind::unread_carrier);
    CHECK(answer_to(inner(Bytes(header)).pad_to(200)).decoded.unread.kind == UnreadKind::unread_carrier);
  }
  for (std::size_t header = 0; header < 16; ++header) {
    CAPTURE(header);
    CHECK(answer_to(udp_in(to(8473).raw(Bytes(header)))).decoded.unread.kind == UnreadKind::unread_carrier);
    CHECK(
        answer_to(to(8473).raw(Bytes(header)).ipv6("fd20::1", "fd20::2").tcp(5000, 443, kTcpAck).payload("x"))
            .decoded.unread.kind == UnreadKind::unread_carrier);
  }
  const Answer answer = answer_to(inner({8, 0, 0, 0, 0, 0, 7, 0}));
  CHECK(answer.decoded.unread.number == 8473);
  CHECK(is_packet(answer));
  // An IP header that nothing follows, or that another length contradicts, is chance.
  CHECK_FALSE(answer_to(to(8473).payload(Bytes(60, 0x45))).decoded.unread);
}

TEST_CASE("what looks like a packet inside any other IP protocol is unread") {
  for (unsigned number = 0; number < 256; ++number) {
    const auto protocol = static_cast<std::uint8_t>(number);
    CAPTURE(number);
    if (has_ports(protocol) || protocol == kProtocolEsp || protocol == kProtocolAh) continue;
    for (const std::size_t header : {8U, 20U, 28U, 40U}) {
      CAPTURE(header);
      // Zeros, which no header of a known tunnel has.
      const Answer v4 = answer_to(udp_in(over(protocol).raw(Bytes(header))));
      CHECK((v4.decoded.unread || is_inner(v4) || v4.decoded.kind == Decoded::Kind::rejected));
      const Answer in_frame = answer_to(udp_in(over(protocol).raw(Bytes(header)).eth()));
      CHECK((in_frame.decoded.unread || is_inner(in_frame) ||
             in_frame.decoded.kind == Decoded::Kind::rejected));
    }
  }
  check({
      {"a packet in an experimental protocol", over(253).payload(kPacket),
       "253 192.0.2.1 > 192.0.2.2, payload 29, unread: unread-tunnel 253"},
      {"padding behind it", over(98).payload(kPacket).raw(Bytes(20)),
       "98 192.0.2.1 > 192.0.2.2, payload 49, unread: unread-tunnel 98"},
      {"a packet in a ping", udp_in(Eth().ipv4("192.0.2.1", "192.0.2.2").echo_request()),
       "icmp 192.0.2.1 > 192.0.2.2 echo-request, payload 29, unread: unread-tunnel 1"},
      {"a packet in a chunk of SCTP",
       udp_in(Eth().ipv4("192.0.2.1", "192.0.2.2").sctp(5000, 2905).raw({0, 3, 0, 45}).raw(Bytes(12))),
       "sctp 192.0.2.1:5000 > 192.0.2.2:2905, payload 45, unread: unread-tunnel 132"},
      {"a compressed packet", over(108).raw({6, 0, 0, 2}).payload(Bytes(30, 0x77)),
       "108 192.0.2.1 > 192.0.2.2, payload 34, unread: unread-tunnel 108"},
      {"GRE without a type", udp_in(over(47).raw({0, 0, 0, 0})),
       "47 192.0.2.1 > 192.0.2.2, payload 33, unread: unread-tunnel 47"},
      {"a packet in GRE around ARP", udp_in(over(47).raw({0, 0, 8, 6})),
       "47 192.0.2.1 > 192.0.2.2, payload 33, unread: unknown-ethertype 0806"},
  });
  CapturedFrame kept;
  kept.bytes = over(253).payload(kPacket);
  CHECK(summary(kept, {.peel_tunnels = false}) == "253 192.0.2.1 > 192.0.2.2, payload 29");
}

TEST_CASE("random packets of other protocols do not look like tunnels") {
  std::uint32_t state = 253;
  int marked = 0;
  for (int round = 0; round < 50'000; ++round) {
    Bytes payload(next_random(state) % 200);
    for (std::uint8_t& byte : payload) byte = static_cast<std::uint8_t>(next_random(state));
    const std::uint8_t protocol = round % 2 == 0 ? 253 : kProtocolUdpLite;
    const Answer answer = answer_to(over(protocol).payload(payload));
    marked += answer.decoded.unread.kind == UnreadKind::unread_tunnel ? 1 : 0;
  }
  CHECK(marked == 0);
}

TEST_CASE("random datagrams do not look like tunnels, on whatever port") {
  std::uint32_t state = 4789;
  int marked = 0;
  for (int round = 0; round < 50'000; ++round) {
    Bytes payload(next_random(state) % 200);
    for (std::uint8_t& byte : payload) byte = static_cast<std::uint8_t>(next_random(state));
    const auto port = round % 2 == 0 ? kTunnelPorts.at(next_random(state) % kTunnelPorts.size())
                                     : static_cast<std::uint16_t>(next_random(state));
    const Answer answer = answer_to(to(port, 53).payload(payload));
    if (!answer.decoded.unread && answer.packet.source_port == 53) continue;
    ++marked;
  }
  CHECK(marked == 0);
}

TEST_CASE("VXLAN on a port that the site names") {
  DecodeOptions options;
  CHECK(options.tunnel_ports.add_vxlan(8473));
  CHECK(options.tunnel_ports.add_vxlan(6081));
  CapturedFrame frame;
  frame.bytes = udp_in(to(8473).raw({8, 0, 0, 0, 0, 0, 7, 0}).eth());
  CHECK(summary(frame, options) == kUdp + ", in vxlan:7");
  // Such a port is nothing else any more.
  frame.bytes = udp_in(to(6081).raw({8, 0, 0, 0, 0, 0, 7, 0}).eth());
  CHECK(summary(frame, options) == kUdp + ", in vxlan:7");
  for (std::uint16_t port = 1; port <= 6; ++port) CHECK(options.tunnel_ports.add_vxlan(port));
  CHECK(options.tunnel_ports.add_vxlan(8473));
  CHECK_FALSE(options.tunnel_ports.add_vxlan(7));
}

TEST_CASE("wireless frames") {
  const Bytes header{8, 1};
  const Bytes llc{0xaa, 0xaa, 3, 0, 0, 0, 8, 0};
  constexpr LinkType kWireless = 105;
  check({{"encrypted", Ip().raw({8, 0x41}).raw(Bytes(22)).payload(Bytes(40)),
          "no flow: other-non-ip, unread: encrypted-frame"},
         {"a beacon", Ip().raw({0x80, 0}).raw(Bytes(22)).payload(Bytes(40)), "no flow: other-non-ip"},
         {"a later fragment", udp_in(Ip().raw(header).raw(Bytes(20)).raw({1, 0}).raw(llc)),
          "no flow: later-fragment, unread: later-fragment"}},
        kWireless);
  // Two frames in one: the second is missed.
  const Bytes first = udp_in(Ip().raw(Bytes(12)).raw({0, 37}).raw(llc));
  PacketBuilder frame = Ip().raw({0x88, 1}).raw(Bytes(22)).raw({0x80, 0}).raw(first).raw(Bytes(1));
  CHECK(summary(frame, kWireless) == kUdp);
  CHECK(summary(udp_in(frame.raw(Bytes(12)).raw({0, 37}).raw(llc)), kWireless) ==
        kUdp + ", unread: aggregated-frames");
}

TEST_CASE("a wireless controller that swaps bytes swaps the fragment's number too") {
  PacketBuilder frame =
      to(5247).raw({0, 0x10, 3, 0, 0, 0, 0, 0}).raw({2, 8}).raw(Bytes(20)).raw({0x76, 0x30});
  CHECK(summary(udp_in(frame.raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0}))) == kUdp + ", in capwap");
}
