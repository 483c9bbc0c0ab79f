#include "capture/flow/flow_table.hpp"

#include <doctest/doctest.h>

#include "capture/flow/flow.hpp"
#include "tests/capture/flow/closed_flows.hpp"
#include "tests/capture/flow/packets.hpp"
#include "tests/support/application.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr std::string_view kClient = "10.0.0.9";
constexpr std::string_view kServer = "10.0.0.1";

// Both sides begin with number 0, and acknowledge that.
Packet acknowledging(Packet packet) {
  if ((packet.tcp_flags & kTcpAck) != 0) packet.tcp_acknowledgement = 1;
  return packet;
}
Packet from_client(int flags, std::string_view payload = {}) {
  return acknowledging(tcp(kClient, 50000, kServer, 1494, flags, payload));
}
Packet from_server(int flags, std::string_view payload = {}) {
  return acknowledging(tcp(kServer, 1494, kClient, 50000, flags, payload));
}
constexpr int kSynAck = kTcpSyn | kTcpAck;
constexpr int kFinAck = kTcpFin | kTcpAck;
constexpr Side kClientSide = Side::high;  // 10.0.0.9 sorts after 10.0.0.1

}  // namespace

TEST_CASE("a connection from SYN to FIN is one flow with exact counts") {
  Watched watched;
  watched.see(from_client(kTcpSyn));
  watched.see(from_server(kSynAck));
  watched.see(from_client(kTcpAck));
  watched.see(from_client(kTcpAck | kTcpPsh, "hello"));
  watched.see(from_server(kFinAck));
  watched.see(from_client(kFinAck));
  watched.see(from_server(kTcpAck));
  CHECK(watched.table.size() == 1);
  watched.see(udp("10.0.0.7", 1, "10.0.0.8", 2), 30);
  watched.table.expire(kBegin + seconds(30));
  REQUIRE(watched.sink.flows.size() == 1);
  const Closed& flow = watched.sink.flows[0];
  CHECK(flow.reason == CloseReason::fin);
  CHECK(flow.facts.initiator == kClientSide);
  CHECK(flow.facts.basis == DirectionBasis::syn);
  CHECK(flow.facts.openings == 1);
  CHECK(flow.facts.side(kClientSide).packets == 4);
  CHECK(flow.facts.side(other(kClientSide)).packets == 3);
  CHECK(flow.facts.bytes() == 7 * kWireLength);
  CHECK(flow.facts.first_frame == 1);
  CHECK(flow.facts.first == kBegin);
  CHECK(flow.facts.last == kBegin + seconds(6));
}

TEST_CASE("a SYN-ACK that comes first makes its receiver the initiator") {
  Watched watched;
  watched.see(from_server(kSynAck));
  const auto& flows = watched.end();
  REQUIRE(flows.size() == 1);
  CHECK(flows[0].facts.initiator == kClientSide);
  CHECK(flows[0].facts.basis == DirectionBasis::syn_ack);
  CHECK(flows[0].facts.openings == 0);
}

TEST_CASE("a forged SYN does not relabel a flow under way") {
  SUBCASE("one that was seen to open") {
    Watched watched;
    watched.see(from_client(kTcpSyn));
    watched.see(from_server(kSynAck));
    watched.see(from_server(kTcpSyn));
    watched.see(from_server(kTcpAck, "data"));
    const auto& flows = watched.end();
    REQUIRE(flows.size() == 1);
    CHECK(flows[0].facts.initiator == kClientSide);
    CHECK(flows[0].facts.openings == 1);
  }
  SUBCASE("one picked up mid-stream") {
    Watched watched;
    watched.see(from_client(kTcpAck, "data"));
    watched.see(from_server(kTcpSyn));
    watched.see(from_server(kSynAck));
    const auto& flows = watched.end();
    REQUIRE(flows.size() == 1);
    CHECK_FALSE(flows[0].facts.initiator);
    CHECK(flows[0].facts.first_sender == kClientSide);
    CHECK(flows[0].facts.openings == 0);
  }
}

TEST_CASE("repeated SYNs, with any sequence number, are one session") {
  Watched watched;
  for (std::uint32_t attempt = 0; attempt < 4; ++attempt) {
    Packet syn = from_client(kTcpSyn);
    syn.tcp_sequence = attempt * 77;
    watched.see(syn);
  }
  SUBCASE("of one side") {
    const auto& flows = watched.end();
    REQUIRE(flows.size() == 1);
    CHECK(flows[0].facts.openings == 1);
    CHECK(flows[0].facts.initiator == kClientSide);
  }
  SUBCASE("of both sides, where neither is the initiator") {
    watched.see(from_server(kTcpSyn));
    const auto& flows = watched.end();
    REQUIRE(flows.size() == 1);
    CHECK(flows[0].facts.openings == 1);
    CHECK_FALSE(flows[0].facts.initiator);
    CHECK(flows[0].facts.basis == DirectionBasis::contested);
  }
}

TEST_CASE("a reused port makes a new flow") {
  Watched watched;
  watched.see(from_client(kTcpSyn));
  watched.see(from_server(kTcpRst | kTcpAck));
  watched.see(from_client(kTcpSyn));
  watched.see(from_server(kSynAck));
  watched.see(from_client(kFinAck));
  watched.see(from_server(kFinAck));
  watched.see(from_server(kTcpSyn));  // this time the other side opens
  const auto& flows = watched.end();
  REQUIRE(flows.size() == 3);
  CHECK(flows[0].reason == CloseReason::reset);
  CHECK(flows[1].reason == CloseReason::fin);
  CHECK(flows[2].reason == CloseReason::end_of_capture);
  CHECK(flows[1].facts.initiator == kClientSide);
  CHECK(flows[2].facts.initiator == other(kClientSide));
  CHECK(watched.table.counts().opened == 3);
}

TEST_CASE("expiry is exact, swept or not") {
  for (const bool sweep : {false, true}) {
    Watched watched;
    watched.see(udp(kClient, 5000, kServer, 53), 0);
    watched.see(udp(kServer, 53, kClient, 5000), 180);
    if (sweep) watched.table.expire(kBegin + seconds(360));
    CHECK(watched.sink.flows.empty());
    if (sweep) watched.table.expire(kBegin + seconds(361));
    CHECK(watched.sink.flows.size() == (sweep ? 1 : 0));
    watched.see(udp(kServer, 53, kClient, 5000), 361);
    const auto& flows = watched.end();
    REQUIRE(flows.size() == 2);
    CHECK(flows[0].reason == CloseReason::idle);
    CHECK(flows[0].facts.packets() == 2);
    CHECK(flows[1].facts.first == kBegin + seconds(361));
  }
}

TEST_CASE("the end of the capture closes every flow, each with its own reason") {
  Watched watched;
  watched.see(udp(kClient, 5000, kServer, 53), 0);
  watched.see(from_client(kTcpSyn), 1);
  watched.see(from_client(kTcpRst), 2);
  watched.see(udp(kClient, 5001, kServer, 53), 200);
  CHECK(watched.end().size() == 3);
  CHECK(watched.table.size() == 0);
  const FlowCounts& counts = watched.table.counts();
  CHECK(counts.opened == 3);
  CHECK(counts.closed[static_cast<std::size_t>(CloseReason::idle)] == 1);
  CHECK(counts.closed[static_cast<std::size_t>(CloseReason::reset)] == 1);
  CHECK(counts.closed[static_cast<std::size_t>(CloseReason::end_of_capture)] == 1);
}

TEST_CASE("the direction of echoes shows who asked") {
  Watched watched;
  watched.see(icmp(kClient, kServer, IcmpClass::echo_request));
  watched.see(icmp(kServer, kClient, IcmpClass::echo_reply));
  watched.see(icmp("10.0.0.3", "10.0.0.4", IcmpClass::echo_reply));
  const auto& flows = watched.end();
  REQUIRE(flows.size() == 2);
  CHECK(flows[0].facts.initiator == kClientSide);
  CHECK(flows[0].facts.basis == DirectionBasis::icmp);
  CHECK(flows[1].facts.initiator == Side::high);  // 10.0.0.4 asked
}

TEST_CASE("an ICMP error marks the side whose packet it quotes, and is counted in a flow of its own") {
  Watched watched;
  const Packet ask = udp(kClient, 5000, kServer, 53);
  watched.see(ask);
  watched.see(icmp_error(kServer, ask));
  // An unknown flow is not created.
  watched.see(icmp_error(kServer, udp(kClient, 5001, kServer, 53)));
  const auto flows = (watched.end(), watched.sink.sorted());
  REQUIRE(flows.size() == 2);
  CHECK(flows[0].key.kind == FlowKind::icmp_error);
  CHECK(flows[0].facts.packets() == 2);
  CHECK(flows[1].key.protocol == kProtocolUdp);
  CHECK(flows[1].facts.packets() == 1);
  CHECK(flows[1].facts.side(kClientSide).icmp_refused);
  CHECK_FALSE(flows[1].facts.side(other(kClientSide)).icmp_refused);
  CHECK(state_of(kProtocolUdp, flows[1].facts, kClientSide) == FlowState::refused);
}

TEST_CASE("a flow keeps the tunnels of its first packet, and stays the same flow in another tunnel") {
  Watched watched;
  Packet packet = udp(kClient, 5000, kServer, 53);
  packet.tunnels.push({.kind = TunnelKind::vxlan, .has_id = true, .id = 5000});
  watched.see(packet);
  Packet answer = udp(kServer, 53, kClient, 5000);
  answer.tunnels.push({.kind = TunnelKind::gre});
  watched.see(answer);
  watched.see(udp(kClient, 5001, kServer, 53));
  const auto flows = (watched.end(), watched.sink.sorted());
  REQUIRE(flows.size() == 2);
  CHECK(flows[0].facts.packets() == 2);
  CHECK(flows[0].facts.tunnels == packet.tunnels);
  CHECK(flows[1].facts.tunnels.empty());
}

TEST_CASE(
    "with VLAN IDs in their keys, flows of the same addresses are distinct, and an error finds its own") {
  Watched watched;
  Packet first = udp(kClient, 5000, kServer, 53);
  first.vlans = 10U << 12U;
  Packet second = udp(kClient, 5000, kServer, 53);
  second.vlans = 20U << 12U;
  watched.see(first);
  watched.see(second);
  Packet error = icmp_error(kServer, second);
  error.vlans = second.vlans;
  watched.see(error);
  const auto flows = (watched.end(), watched.sink.sorted());
  REQUIRE(flows.size() == 3);
  for (const Closed& flow : flows) {
    if (flow.key.protocol != kProtocolUdp) continue;
    CHECK(flow.facts.packets() == 1);
    CHECK(flow.facts.side(kClientSide).icmp_refused == (flow.key.vlans == second.vlans));
  }
}

TEST_CASE("a late ICMP error neither keeps a flow alive nor marks one that has ended") {
  Watched watched;
  const Packet ask = udp(kClient, 5000, kServer, 53);
  watched.see(ask, 0);
  watched.see(icmp_error(kServer, ask), 181);
  const auto flows = (watched.end(), watched.sink.sorted());
  REQUIRE(flows.size() == 2);
  CHECK_FALSE(flows[1].facts.side(kClientSide).icmp_refused);
  CHECK(flows[1].reason == CloseReason::idle);
}

TEST_CASE("a packet whose transport header is cut counts, but shows nothing") {
  Watched watched;
  Packet cut = from_client(kTcpSyn, "x");
  cut.transport_cut = true;
  watched.see(cut);
  const auto& flows = watched.end();
  REQUIRE(flows.size() == 1);
  CHECK_FALSE(flows[0].facts.initiator);
  CHECK(flows[0].facts.side(kClientSide).packets == 1);
  CHECK_FALSE(flows[0].facts.side(kClientSide).syn);
}

TEST_CASE("protocols, families and equal ports make separate flows") {
  Watched watched;
  watched.see(tcp(kClient, 53, kServer, 53, kTcpSyn));
  watched.see(udp(kClient, 53, kServer, 53));
  watched.see(udp(kServer, 53, kClient, 53));
  watched.see(packet_of(kProtocolSctp, kClient, 53, kServer, 53));
  watched.see(packet_of(47, kClient, 0, kServer, 0));
  watched.see(udp("::", 53, "::1", 53));
  watched.see(udp("0.0.0.0", 53, "0.0.0.1", 53));
  CHECK(watched.end().size() == 6);
}

TEST_CASE("traffic decrypted by the appliance was TLS on the wire, whatever is readable in it") {
  Watched watched;
  Packet request = tcp(kClient, 50000, kServer, 443, kTcpAck, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
  request.decrypted = true;
  watched.see(request);
  const auto flows = (watched.end(), watched.sink.sorted());
  REQUIRE(flows.size() == 1);
  CHECK(flows[0].facts.application == application("tls"));
  CHECK(flows[0].facts.name_state == NameState::unseen);
}

TEST_CASE(
    "the application and the name come from a side's first data, and later data shows only what begins") {
  constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: Shop.Example:8080\r\n\r\n";
  SUBCASE("in the first data packet") {
    Watched watched;
    watched.see(from_client(kTcpSyn));
    watched.see(from_client(kTcpAck, kRequest));
    watched.see(from_server(kTcpAck, "SSH-2.0-x\r\n"));
    const auto& flows = watched.end();
    REQUIRE(flows.size() == 1);
    CHECK(flows[0].facts.application == application("http"));
    CHECK(flows[0].facts.name_state == NameState::given);
    CHECK(flows[0].name == "shop.example");
    CHECK(flows[0].facts.side(kClientSide).examined == 1);
    CHECK(flows[0].facts.side(kClientSide).announced);
    CHECK(flows[0].facts.side(other(kClientSide)).examined == 0);
    CHECK(later_applications(flows[0].facts).any());  // its beginning was seen, nothing else of it
  }
  SUBCASE("in the fourth, not in the fifth") {
    for (const int before : {3, 4}) {
      Watched watched;
      for (int packet = 0; packet < before; ++packet) watched.see(from_client(kTcpAck, "................"));
      watched.see(from_client(kTcpAck, kRequest));
      CHECK(watched.end()[0].facts.application == (before == 3 ? application("http") : kUnknownApplication));
    }
  }
  SUBCASE("text that is not a name is not kept as one") {
    Watched watched;
    watched.see(from_client(kTcpAck, "GET / HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n"));
    const auto& flows = watched.end();
    CHECK(flows[0].facts.name_state == NameState::absent);
    CHECK(flows[0].name.empty());
  }
}

namespace {

ApplicationSet set_of(std::initializer_list<std::string_view> names) {
  ApplicationSet applications;
  for (const std::string_view name : names) applications.set(static_cast<std::size_t>(application(name)));
  return applications;
}

}  // namespace

TEST_CASE("a flow that turns to another application shows both") {
  constexpr std::string_view kIca = "\x7f\x7fICA";  // with the zero behind it
  const std::string_view hello{kIca.data(), kIca.size() + 1};
  Watched watched;
  watched.see(from_client(kTcpSyn));
  watched.see(from_server(kTcpAck, hello));
  SUBCASE("far behind its first data, whoever begins") {
    for (int packet = 0; packet < 20; ++packet) watched.see(from_client(kTcpAck, "...."));
    watched.see(from_server(kTcpAck, "SSH-2.0-x\r\n"));
    const FlowFacts facts = watched.end()[0].facts;
    CHECK(facts.application == application("ica"));
    CHECK(facts.banners == set_of({"ica", "ssh"}));
    CHECK(later_applications(facts) == set_of({"ssh"}));
  }
  SUBCASE("to several") {
    watched.see(from_client(kTcpAck, "GET / HTTP/1.1\r\n\r\n"));
    watched.see(from_server(kTcpAck, "HTTP/1.1 200 OK\r\n\r\n"));
    watched.see(from_client(kTcpAck, "SSH-2.0-x\r\n"));
    CHECK(later_applications(watched.end()[0].facts) == set_of({"http", "ssh"}));
  }
  SUBCASE("only where it really begins one") {
    watched.see(from_client(kTcpAck, "GET lost"));
    watched.see(from_client(kTcpAck, ".SSH-2.0-x\r\n"));
    watched.see(from_client(kTcpAck, hello));
    CHECK(later_applications(watched.end()[0].facts).none());
  }
}

TEST_CASE("what was not identified at first may show itself later") {
  Watched watched;
  for (int packet = 0; packet < 9; ++packet) watched.see(from_client(kTcpAck, "................"));
  watched.see(from_client(kTcpAck, "SSH-2.0-x\r\n"));
  const FlowFacts facts = watched.end()[0].facts;
  CHECK(facts.application == kUnknownApplication);
  CHECK(first_application(facts) == application("ssh"));
  CHECK(later_applications(facts).none());
}

TEST_CASE("a connection that takes the ports of another is examined from its beginning") {
  const auto numbered = [](Packet packet, std::uint32_t sequence) {
    packet.tcp_sequence = sequence;
    return packet;
  };
  constexpr std::string_view kBind = "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80";
  const std::string_view bind{kBind.data(), 14};
  Watched watched;
  watched.see(numbered(from_client(kTcpSyn), 100));
  watched.see(numbered(from_client(kTcpAck, "GET / HTTP/1.1\r\n\r\n"), 101));
  watched.see(numbered(from_client(kTcpSyn), 9000));
  SUBCASE("once its data confirms the SYN") {
    watched.see(numbered(from_client(kTcpAck, bind), 9001));
    const auto& flows = watched.end();
    REQUIRE(flows.size() == 1);
    CHECK(flows[0].facts.application == application("http"));
    CHECK(later_applications(flows[0].facts) == set_of({"ldap"}));
  }
  SUBCASE("once the SYN is answered: a flow of its own, which may be joined") {
    Packet answer = numbered(from_server(kTcpSyn | kTcpAck), 500);
    answer.tcp_acknowledgement = 9001;
    watched.see(answer);
    watched.see(numbered(from_client(kTcpAck, bind), 9001));
    watched.end();
    const auto flows = watched.sink.sorted();
    REQUIRE(flows.size() == 2);
    CHECK(flows[1].facts.application == application("ldap"));
    FlowFacts joined = flows[0].facts;
    join(joined, flows[1].facts);
    CHECK(joined.application == application("http"));
    CHECK(later_applications(joined) == set_of({"ldap"}));
  }
  SUBCASE("a SYN that nothing confirms changes nothing") {
    watched.see(numbered(from_client(kTcpAck, bind), 119));
    CHECK(later_applications(watched.end()[0].facts).none());
  }
}

TEST_CASE("a flow is a broadcast if all its frames went to the broadcast MAC address, and none came back") {
  const Packet frame = udp("10.0.0.9", 68, "10.0.0.255", 67);
  Packet to_all = frame;
  to_all.broadcast_frame = true;
  Packet answer = udp("10.0.0.255", 67, "10.0.0.9", 68);
  Packet answer_to_all = answer;
  answer_to_all.broadcast_frame = true;
  const auto broadcasts_of = [](const std::vector<Packet>& packets) {
    Watched watched;
    for (const Packet& packet : packets) watched.see(packet);
    return kBroadcastsNames[static_cast<std::size_t>(watched.end()[0].facts.broadcasts)];
  };
  CHECK(broadcasts_of({frame, answer}) == "none");
  CHECK(broadcasts_of({to_all}) == "all");
  CHECK(broadcasts_of({to_all, to_all, to_all}) == "all");
  CHECK(broadcasts_of({frame, to_all}) == "some");
  CHECK(broadcasts_of({to_all, frame, to_all}) == "some");
  CHECK(broadcasts_of({to_all, answer}) == "some");
  CHECK(broadcasts_of({to_all, answer_to_all}) == "some");
}
