// Nothing that a listed host sends or receives gets past an audit: it is judged, or named as not judged.
#include <functional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "capture/decode/link.hpp"
#include "capture/evidence/evidence_file.hpp"
#include "capture/observe/observe.hpp"
#include "catalog/load.hpp"
#include "classify/audit.hpp"
#include "classify/inventory.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr std::string_view kInventory = R"(
[site]
internal = ["10.20.0.0/16", "fd20::/48"]
[[host]]
name = "vda1"
addresses = ["10.20.4.11", "fd20::4:11"]
roles = ["vda"]
[[host]]
name = "gateway1"
addresses = ["10.20.3.10"]
roles = ["gateway-snip"]
)";

constexpr auto kVda = "10.20.4.11";
constexpr auto kVda6 = "fd20::4:11";
constexpr auto kFar = "198.51.100.66";
constexpr auto kFar6 = "2001:db8::66";

class Site {
 public:
  Site() {
    auto catalog = load_built_in_catalog();
    REQUIRE(catalog);
    catalog_ = std::move(*catalog);
    auto inventory = parse_inventory(kInventory, "site.toml", catalog_);
    REQUIRE_MESSAGE(inventory, (inventory ? std::string() : message(inventory.error())));
    inventory_ = std::move(*inventory);
  }

  [[nodiscard]] Audit run(const std::vector<Bytes>& frames, const std::string& more = {}) {
    if (!more.empty()) {
      auto inventory = parse_inventory(std::string(kInventory) + more, "site.toml", catalog_);
      REQUIRE_MESSAGE(inventory, (inventory ? std::string() : message(inventory.error())));
      inventory_ = std::move(*inventory);
    }
    MemorySource source;
    for (const Bytes& frame : frames) source.add(frame);
    return audit(observe(source, {}), catalog_, &inventory_, {});
  }

 private:
  Catalog catalog_;
  Inventory inventory_;
};

// ICA from the gateway, complete enough for an audit that passes.
std::vector<Bytes> documented() {
  const auto there = [](int flags) {
    return Eth().ipv4("10.20.3.10", kVda).tcp(50000, 1494, flags).seq(1).ack(1);
  };
  const auto back = [](int flags) {
    return Eth().ipv4(kVda, "10.20.3.10").tcp(1494, 50000, flags).seq(1).ack(2);
  };
  return {there(kTcpSyn), back(kTcpSyn | kTcpAck), there(kTcpAck).seq(2).ack(2)};
}

std::vector<Bytes> together(std::vector<Bytes> frames, const std::vector<Bytes>& more) {
  frames.insert(frames.end(), more.begin(), more.end());
  return frames;
}

// Is there a word of the frame, by itself, in an audit: a flagged conversation, a gap, a stray error, or
// control traffic with its sender?
bool is_noticed(Site& site, const Bytes& frame, std::string_view sender) {
  const Audit alone = site.run({frame});
  for (const JudgedConversation& one : alone.conversations) {
    if (is_flagged(one.judgement.verdict)) return true;
  }
  for (const auto& [protocol, count] : alone.evidence->protocols) {
    const bool control = protocol != "icmp-error" && protocol != "icmpv6-error";
    if (control && count.has_host(parse_ip_address(sender).value())) return true;
  }
  const Input& input = alone.evidence->inputs.at(0);
  const bool counted = input.gaps.undecoded + input.gaps.snapped_headers > 0 ||
                       input.accounting.decoded > input.accounting.in_flows;
  return counted || !alone.evidence->stray_errors.empty();
}

// The start of a frame with an outer packet, which IP or Ethernet can follow.
struct Tunnel {
  const char* name;
  std::uint8_t protocol;
  std::uint16_t port;  // of UDP
  Bytes header;
  bool ethernet;
};
const std::vector<Tunnel>& tunnels() {
  static const std::vector<Tunnel> kTunnels{
      {"4in4", 4, 0, {}, false},
      {"GRE", 47, 0, {0, 0, 8, 0}, false},
      {"GRE with Ethernet", 47, 0, {0, 0, 0x65, 0x58}, true},
      {"ERSPAN I", 47, 0, {0, 0, 0x88, 0xbe}, true},
      {"ERSPAN II", 47, 0, {0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 10, 0, 100, 0, 0, 0, 0}, true},
      {"EtherIP", 97, 0, {0x30, 0}, true},
      {"MPLS in IP", 137, 0, {0, 1, 1, 64}, false},
      {"Ethernet in IP", 143, 0, {}, true},
      {"VXLAN", kProtocolUdp, 4789, {8, 0, 0, 0, 0, 0, 7, 0}, true},
      {"GENEVE", kProtocolUdp, 6081, {0, 0, 0x65, 0x58, 0, 0, 7, 0}, true},
      {"MPLS in UDP", kProtocolUdp, 6635, {0, 1, 1, 64}, false},
      {"GRE in UDP", kProtocolUdp, 4754, {0, 0, 8, 0}, false}};
  return kTunnels;
}

PacketBuilder begin(const Tunnel& tunnel, std::string_view from, std::string_view to) {
  PacketBuilder frame = Eth().ipv4(from, to);
  if (tunnel.protocol == kProtocolUdp) {
    frame.udp(50001, tunnel.port);
  } else {
    frame.protocol(tunnel.protocol);
  }
  if (!tunnel.header.empty()) frame.raw(tunnel.header);
  if (tunnel.ethernet) frame.eth();
  return frame;
}

// RDP from a listed host to the outside, with or without something around it.
std::vector<Bytes> flagged(const std::function<PacketBuilder(std::string_view, std::string_view)>& around) {
  return {around(kVda, kFar).ipv4(kVda, kFar).tcp(50000, 3389, kTcpSyn).seq(1),
          around(kFar, kVda).ipv4(kFar, kVda).tcp(3389, 50000, kTcpSyn | kTcpAck).seq(1).ack(2),
          around(kVda, kFar).ipv4(kVda, kFar).tcp(50000, 3389, kTcpAck).seq(2).ack(2)};
}

}  // namespace

TEST_CASE("every packet: the estate by itself passes") {
  Site site;
  const Audit audit = site.run(documented());
  CHECK(audit.result_reasons == std::vector<std::string>{});
  CHECK(audit.result == AuditResult::pass);
}

TEST_CASE("every packet: each IP protocol of a listed host is noticed, in either direction") {
  Site site;
  for (unsigned protocol = 0; protocol < 256; ++protocol) {
    CAPTURE(protocol);
    const auto number = static_cast<std::uint8_t>(protocol);
    const Bytes data(64, 0x65);
    CHECK(is_noticed(site, Eth().ipv4(kVda, kFar).protocol(number).payload(data), kVda));
    CHECK(is_noticed(site, Eth().ipv4(kFar, kVda).protocol(number).payload(data), kVda));
    CHECK(is_noticed(site, Eth().ipv6(kVda6, kFar6).protocol(number).payload(data), kVda6));
  }
}

TEST_CASE("every packet: each ICMP message of a listed host is noticed") {
  Site site;
  for (unsigned type = 0; type < 256; ++type) {
    CAPTURE(type);
    const auto number = static_cast<std::uint8_t>(type);
    const Bytes data(64, 0x65);
    CHECK(is_noticed(site, Eth().ipv4(kVda, kFar).icmp(number, 0).payload(data), kVda));
    CHECK(is_noticed(site, Eth().ipv6(kVda6, kFar6).icmpv6(number, 0).payload(data), kVda6));
    CHECK(is_noticed(site, Eth().ipv6(kVda6, "ff02::1").icmpv6(number, 0).payload(data), kVda6));
  }
}

TEST_CASE("every packet: a tunnel of a listed host is noticed, whatever it carries") {
  Site site;
  std::mt19937 random(13);
  for (const Tunnel& tunnel : tunnels()) {
    CAPTURE(tunnel.name);
    const auto ends = [&](const char* from, const char* to) { return begin(tunnel, from, to); };
    const Bytes inner[] = {
        ends(kVda, kFar).ipv4("203.0.113.200", "203.0.113.201").tcp(50000, 4444, kTcpSyn),
        ends(kFar, kVda).ipv4("127.0.0.1", "127.0.0.1").tcp(50000, 4444, kTcpSyn),
        ends(kVda, kFar).ipv6("2001:db8::1", "2001:db8::2").udp(1, 2),
        ends(kVda, kFar).ipv4("203.0.113.200", "203.0.113.201").udp(1, 2).fragment(8, false)};
    for (const Bytes& frame : inner) CHECK(is_noticed(site, frame, kVda));
    for (int times = 0; times < 50; ++times) {
      Bytes junk(1 + random() % 80);
      for (std::uint8_t& byte : junk) byte = static_cast<std::uint8_t>(random());
      CAPTURE(times);
      CHECK(is_noticed(site, ends(kVda, kFar).payload(junk), kVda));
    }
  }
}

TEST_CASE("every packet: a tunnel around a flagged conversation never betters the result") {
  Site site;
  const auto bare = [](std::string_view, std::string_view) { return Eth(); };
  CHECK(site.run(together(documented(), flagged(bare))).result == AuditResult::fail);
  const std::vector<std::pair<const char*, const char*>> ends{
      {kVda, kFar}, {"192.0.2.1", "192.0.2.2"}, {"10.20.9.1", "10.20.9.2"}};
  for (const Tunnel& tunnel : tunnels()) {
    for (const auto& [near, far] : ends) {
      CAPTURE(tunnel.name);
      CAPTURE(near);
      const auto around = [&](std::string_view from, std::string_view) {
        return from == kVda ? begin(tunnel, near, far) : begin(tunnel, far, near);
      };
      CHECK(site.run(together(documented(), flagged(around))).result == AuditResult::fail);
    }
  }
}

TEST_CASE("every packet: a flagged conversation in anything that is not opened keeps an audit from passing") {
  Site site;
  const Bytes packet =
      Ip().ipv4(kVda, kFar).tcp(50000, 3389, kTcpAck).seq(2).ack(2).payload("remote desktop");
  const auto outcome = [&](const Bytes& frame) { return site.run(together(documented(), {frame})).result; };
  const auto outside = [] { return Eth().ipv4("192.0.2.1", "192.0.2.2"); };
  for (unsigned protocol = 0; protocol < 256; ++protocol) {
    CAPTURE(protocol);
    const auto number = static_cast<std::uint8_t>(protocol);
    if (has_ports(number) || number == kProtocolEsp || number == kProtocolAh) continue;
    CHECK(outcome(outside().protocol(number).payload(packet)) != AuditResult::pass);
  }
  for (unsigned type = kFirstEthertype; type <= 0xffff; ++type) {
    const auto number = static_cast<std::uint16_t>(type);
    if (!is_without_ip(number)) continue;  // the others are unread, whatever they carry
    CAPTURE(type);
    CHECK(outcome(Eth().ethertype(number).payload(packet)) != AuditResult::pass);
  }
  for (unsigned point = 0; point < 256; point += 2) {
    CAPTURE(point);
    const auto number = static_cast<std::uint8_t>(point);
    CHECK(outcome(Eth().llc(number, number, 3).payload(packet)) != AuditResult::pass);
  }
  CHECK(outcome(outside().udp(5000, 5001).payload(packet)) != AuditResult::pass);
  CHECK(outcome(outside().sctp(5000, 5001).payload(packet)) != AuditResult::pass);
  CHECK(outcome(outside().echo_request().payload(packet)) != AuditResult::pass);
}

TEST_CASE("every packet: a tunnel between hosts that nobody lists is a mere carrier") {
  Site site;
  const auto around = [](std::string_view, std::string_view) {
    return begin(tunnels()[4], "192.0.2.1", "192.0.2.2");
  };
  std::vector<Bytes> frames;
  for (int flags : {int{kTcpSyn}, kTcpSyn | kTcpAck, int{kTcpAck}}) {
    const bool back = flags == (kTcpSyn | kTcpAck);
    frames.push_back(around({}, {})
                         .ipv4(back ? kVda : "10.20.3.10", back ? "10.20.3.10" : kVda)
                         .tcp(back ? 1494 : 50000, back ? 50000 : 1494, flags)
                         .seq(flags == kTcpAck ? 2 : 1)
                         .ack(2));
  }
  const Audit audit = site.run(frames);
  CHECK(audit.result_reasons == std::vector<std::string>{});
  CHECK(audit.result == AuditResult::pass);
  const Accounting& accounting = audit.evidence->inputs.at(0).accounting;
  CHECK(accounting.in_flows == 3);
  CHECK(accounting.carriers == 3);
  std::uint64_t packets = 0;
  for (const JudgedConversation& one : audit.conversations) packets += one.facts.packets;
  CHECK(packets == accounting.in_flows + accounting.carriers);
}

TEST_CASE("every packet: evidence of tunnels agrees with its own sums") {
  MemorySource source;
  for (const Tunnel& tunnel : tunnels()) {
    source.add(begin(tunnel, kVda, kFar).ipv4("203.0.113.200", "203.0.113.201").tcp(50000, 4444, kTcpSyn));
    source.add(begin(tunnel, kVda, kFar).payload("junk"));
  }
  source.add(Eth().ipv4("10.20.4.1", kVda).unreachable(1, Ip().ipv4(kVda, kFar).udp(5000, 53)));
  const Evidence evidence = observe(source, {});
  std::stringstream file;
  write_evidence(evidence, file);
  const auto back = read_evidence(file, "x.evidence");
  REQUIRE_MESSAGE(back, (back ? std::string() : message(back.error())));
  CHECK(*back == evidence);
}

TEST_CASE("every packet: the site can document a protocol, in both directions, and waive one") {
  const std::vector<Bytes> esp{Eth().ipv4(kFar, kVda).protocol(50).payload("encrypted"),
                               Eth().ipv4(kVda, kFar).protocol(50).payload("encrypted")};
  const std::string allow =
      "[[allow]]\nid = \"esp\"\nfrom = [\"vda\"]\nto = [\"internet\"]\ntransport = [\"esp\"]\n";
  const std::string waiver =
      "[[waiver]]\nid = \"w\"\nfrom = \"vda1\"\nto = \"198.51.100.66\"\ntransport = \"ip-50\"\n"
      "owner = \"o\"\nreason = \"r\"\nexpires = 2027-01-31\n";
  CHECK(Site().run(together(documented(), esp)).result == AuditResult::fail);
  CHECK(Site().run(together(documented(), esp), allow).result == AuditResult::pass);
  CHECK(Site().run(together(documented(), esp), waiver).result == AuditResult::pass);
}

TEST_CASE("every packet: a listed host that speaks a routing protocol with another router is noticed") {
  const auto hello = [](std::string_view from) {
    return Eth().ipv4(from, "224.0.0.5").protocol(kProtocolOspf).payload("hello");
  };
  const Bytes exchange = Eth().ipv4(kVda, "10.20.4.1").protocol(kProtocolOspf).payload("database");
  const std::vector<Bytes> frames = together(documented(), {hello(kVda), hello("10.20.4.1"), exchange});
  CHECK(Site().run(frames).result == AuditResult::fail);
  const std::string allow =
      "[[allow]]\nid = \"ospf\"\nfrom = [\"vda1\"]\nto = [\"10.20.4.1\"]\ntransport = [\"ospf\"]\n";
  CHECK(Site().run(frames, allow).result == AuditResult::pass);
  const Bytes others = Eth().ipv4("10.20.4.2", "10.20.4.1").protocol(kProtocolOspf).payload("database");
  CHECK(Site().run(together(documented(), {hello("10.20.4.2"), hello("10.20.4.1"), others})).result ==
        AuditResult::pass);
}

TEST_CASE("every packet: an ICMP error about a flow that was never seen keeps an audit from passing") {
  const Bytes about = Ip().ipv4(kVda, kFar).udp(5000, 53).payload("?");
  const Bytes error = Eth().ipv4("10.20.4.1", kVda).unreachable(1, about);
  CHECK(Site().run(together(documented(), {error})).result == AuditResult::inconclusive);
  const Bytes others = Eth()
                           .ipv4("10.20.9.1", "10.20.9.2")
                           .unreachable(1, Ip().ipv4("10.20.9.2", "10.20.9.3").udp(5000, 53).payload("?"));
  CHECK(Site().run(together(documented(), {others})).result == AuditResult::pass);
}
