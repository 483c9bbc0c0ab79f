// Opening messages spread over several packets, as the flow table sees them.
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "capture/flow/flow_shards.hpp"
#include "capture/identify/assembly.hpp"
#include "capture/observe/observe.hpp"
#include "tests/capture/identify/hellos.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/quic_packet.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

Bytes from_client(std::uint32_t sequence, std::string_view payload, int flags = kTcpAck) {
  return Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(50000, 443, flags).seq(sequence).payload(payload);
}

Bytes from_server(std::string_view payload) {
  return Eth().ipv4("10.0.0.2", "10.0.0.1").tcp(443, 50000, kTcpAck).seq(9).payload(payload);
}

Bytes datagram(const Bytes& payload) {
  return Eth().ipv4("10.0.0.1", "10.0.0.2").udp(50000, 443).payload(payload);
}

Bytes datagram(const std::string& payload) {
  return datagram(Bytes(payload.begin(), payload.end()));
}

// "tls given a.example" for the only flow.
std::string spoken(const std::vector<Bytes>& frames) {
  MemorySource source;
  for (const Bytes& frame : frames) source.add(frame);
  const FlowListing listing = list_flows(source, {});
  REQUIRE(listing.flows.size() == 1);
  const LooseFlow& flow = listing.flows[0];
  return std::string(name(flow.facts.application)) + " " +
         std::string(kNameStateNames[static_cast<std::size_t>(flow.facts.name_state)]) +
         (flow.name.empty() ? "" : " " + flow.name.text());
}

const std::string kHello = tls_record(22, tls_handshake(1, hello_body(long_extensions("a.example"))));

}  // namespace

TEST_CASE("a hello in two segments, whatever comes between") {
  const Bytes first = from_client(1000, kHello.substr(0, 1400));
  const Bytes second = from_client(2400, kHello.substr(1400));
  CHECK(spoken({first, second}) == "tls given a.example");
  CHECK(spoken({first, from_server("x"), first, second}) == "tls given a.example");
  CHECK(spoken({first, from_client(2400, ""), second, from_client(5000, "more")}) == "tls given a.example");
  CHECK(spoken({first}) == "tls unseen");
  CHECK(spoken({first, from_client(2400, "", kTcpRst), second}) == "tls given a.example");
}

TEST_CASE("a greeting byte by byte, in any order, sent again or not") {
  const std::string greeting = "SSH-2.0-OpenSSH_9.2\r\n";
  std::vector<Bytes> frames;
  for (std::uint32_t at = 0; at < greeting.size(); ++at) {
    frames.push_back(from_client(1000 + at, greeting.substr(at, 1)));
  }
  CHECK(spoken(frames) == "ssh unseen");
  std::vector<Bytes> twice;
  for (const Bytes& frame : frames) twice.insert(twice.end(), {frame, frame});
  CHECK(spoken(twice) == "ssh unseen");
  CHECK(spoken({from_client(1003, greeting.substr(3)), from_client(1000, "SSH")}) == "ssh unseen");
  CHECK(spoken({from_client(1000, "S"), from_client(1000, greeting.substr(0, 3)),
                from_client(1003, greeting.substr(3))}) == "ssh unseen");
  // Both ends, one after the other.
  CHECK(spoken({from_server("x"), from_client(1000, "SSH"), from_server("y"),
                from_client(1003, greeting.substr(3))}) == "ssh unseen");
  // With a hole, nobody knows what it says.
  CHECK(spoken({from_client(1000, "SSH"), from_client(1004, greeting.substr(3))}) == "unknown unseen");
}

TEST_CASE("a hello cut anywhere has its name") {
  const std::string hello = tls_record(22, tls_handshake(1, hello_body(server_name_extension("a.example"))));
  for (std::uint32_t cut = 1; cut < hello.size(); ++cut) {
    CAPTURE(cut);
    CHECK(spoken({from_client(1000, hello.substr(0, cut)), from_client(1000 + cut, hello.substr(cut))}) ==
          "tls given a.example");
  }
}

TEST_CASE("data with a wrong checksum") {
  const auto forged = [](Bytes frame) {
    constexpr std::size_t kChecksumAt = 14 + 20 + 16;
    frame[kChecksumAt] ^= 0xff;
    return frame;
  };
  const std::string hello = tls_record(22, tls_handshake(1, hello_body(server_name_extension("a.example"))));
  const std::string ssh = "SSH-2.0-OpenSSH_9.2\r\n";
  const Bytes syn = from_client(999, "", kTcpSyn);
  const Bytes first = from_client(1000, ssh);
  const Bytes wrong = forged(from_client(1000, hello));
  SUBCASE("tells nothing, if its sender has shown a right one") {
    CHECK(spoken({syn, wrong, first}) == "ssh unseen");
    CHECK(spoken({syn, wrong, wrong, wrong, wrong, wrong, first}) == "ssh unseen");
  }
  SUBCASE("gives way to data that was received") {
    CHECK(spoken({wrong, first}) == "ssh unseen");
    CHECK(spoken({wrong, from_server(ssh)}) == "ssh unseen");
    CHECK(spoken({forged(from_client(1000, hello.substr(0, 60))), first}) == "ssh unseen");
    CHECK(spoken({wrong, from_client(1000, "something else than any application that is known")}) ==
          "unknown unseen");
  }
  SUBCASE("counts as long as there is nothing else, or nothing that speaks against it") {
    CHECK(spoken({wrong}) == "tls given a.example");
    CHECK(spoken({forged(syn), wrong, wrong, from_server("x")}) == "tls given a.example");
    CHECK(spoken({forged(from_client(1000, hello.substr(0, 60))),
                  forged(from_client(1060, hello.substr(60)))}) == "tls given a.example");
  }
}

TEST_CASE("the flow ends before its hello does, and another takes its ports") {
  const Bytes first = from_client(1000, kHello.substr(0, 1400));
  const Bytes second = from_client(2400, kHello.substr(1400));
  const Bytes again = from_client(999, "", kTcpSyn);
  CHECK(spoken({first, from_client(2400, "", kTcpRst), again, second}) == "tls unseen");
  CHECK(spoken({first, from_client(2400, "", kTcpRst), again, first, second}) != "tls absent");
}

TEST_CASE("more flows than there is room for, each with half a hello") {
  MemorySource source;
  for (std::uint16_t port = 1; port <= 600; ++port) {
    source.add(
        Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(port, 443, kTcpAck).seq(1).payload(kHello.substr(0, 300)));
  }
  for (const auto port : std::array<std::uint16_t, 2>{1, 600}) {
    source.add(Eth()
                   .ipv4("10.0.0.1", "10.0.0.2")
                   .tcp(port, 443, kTcpAck)
                   .seq(301)
                   .payload(kHello.substr(300, 1400)));
    source.add(
        Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(port, 443, kTcpAck).seq(1701).payload(kHello.substr(1700)));
  }
  const Evidence evidence = observe(source, {});
  CHECK(evidence.limits_hit[Limit::flow_openings] ==
        600 - Assemblies::kUsualSlots / kFlowShards);  // of two hosts
  std::size_t named = 0;
  for (const LooseFlow& flow : evidence.loose) named += flow.name == "a.example" ? 1 : 0;
  CHECK(named == 1);
}

TEST_CASE("a request, a hello of DTLS and one of QUIC, each in two packets") {
  CHECK(spoken({from_client(1, "GET / HTTP/1.1\r\nCookie: c\r\n"),
                from_client(28, "Host: a.example\r\n\r\n")}) == "http given a.example");
  const std::string body = dtls_hello_body(long_extensions("a.example"));
  CHECK(spoken({datagram(dtls_record(dtls_fragment(body, 0, 1000))),
                datagram(dtls_record(dtls_fragment(body, 1000, 2000)))}) == "dtls given a.example");
  const std::string hello = tls_handshake(1, hello_body(long_extensions("a.example")));
  CHECK(spoken({datagram(quic_initial(quic_crypto(1000, hello.substr(1000)))),
                datagram(quic_initial(quic_crypto(0, hello.substr(0, 1000)), {.number = 1}))}) ==
        "quic given a.example");
}
