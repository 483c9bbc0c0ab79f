// Services that answer from a port other than the one the request went to.
#include "capture/flow/internal/asked_ports.hpp"

#include <doctest/doctest.h>

#include "tests/capture/flow/closed_flows.hpp"
#include "tests/capture/flow/packets.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr std::string_view kBooting = "10.0.0.9";
constexpr std::string_view kServer = "10.0.0.1";

Packet read_request() {
  using namespace std::string_view_literals;
  return udp(kBooting, 2070, kServer, 69, "\0\1boot\0octet\0"sv);
}

// The flow with this port on the server's side.
const FlowFacts& facts_of_port(const std::vector<Closed>& flows, std::uint16_t port) {
  const auto found = std::find_if(flows.begin(), flows.end(),
                                  [port](const Closed& flow) { return flow.key.low.port == port; });
  REQUIRE(found != flows.end());
  return found->facts;
}

}  // namespace

TEST_CASE("an answer from another port belongs to the request") {
  Watched watched;
  watched.see(read_request(), 1);
  watched.see(udp(kServer, 3500, kBooting, 2070), 1.1);
  watched.see(udp(kBooting, 2070, kServer, 3500), 1.2);
  const FlowFacts& answer = facts_of_port(watched.end(), 3500);
  CHECK(answer.asked_port == 69);
  CHECK(answer.initiator == Side::high);
  CHECK(answer.basis == DirectionBasis::request);
}

TEST_CASE("what is asked at that other port is a flow of its own, but for TFTP") {
  Watched watched;
  watched.see(udp(kBooting, 2070, kServer, 443), 1);
  watched.see(udp(kServer, 3500, kBooting, 2070), 1.1);
  watched.see(udp(kServer, 3500, kBooting, 2070), 1.2);
  watched.see(udp(kBooting, 2070, kServer, 3500), 1.3);
  watched.see(udp(kServer, 3500, kBooting, 2070), 1.4);
  std::vector<Closed> flows = watched.end();
  std::erase_if(flows, [](const Closed& flow) { return flow.key.low.port != 3500; });
  REQUIRE(flows.size() == 2);
  CHECK(flows[0].facts.asked_port == 443);
  CHECK(flows[0].facts.packets() == 2);
  CHECK(flows[1].facts.asked_port == 0);
  CHECK(flows[1].facts.packets() == 2);
  CHECK(flows[1].facts.first_sender == Side::high);
}

TEST_CASE("except when") {
  Watched watched;
  SUBCASE("what was asked at the port of TFTP is none") {
    watched.see(udp(kBooting, 2070, kServer, 69), 1);
    watched.see(udp(kServer, 3500, kBooting, 2070), 1.1);
  }
  SUBCASE("the request was already answered from the port it was sent to") {
    watched.see(read_request(), 1);
    watched.see(udp(kServer, 69, kBooting, 2070), 1.1);
    watched.see(udp(kServer, 3500, kBooting, 2070), 1.2);
  }
  SUBCASE("the answer goes to another port of the host that asked") {
    watched.see(read_request(), 1);
    watched.see(udp(kServer, 3500, kBooting, 2071), 1.1);
  }
  SUBCASE("the first packet was itself an answer, to a question that was not captured") {
    watched.see(udp(kBooting, 53, kServer, 40012), 1);
    watched.see(udp(kServer, 3500, kBooting, 53), 1.1);
  }
  SUBCASE("another host answers") {
    watched.see(udp(kBooting, 2070, "10.0.0.2", 69), 1);
    watched.see(udp(kServer, 3500, kBooting, 2070), 1.1);
  }
  SUBCASE("it comes too late") {
    watched.see(read_request(), 1);
    watched.see(udp(kServer, 3500, kBooting, 2070), 11.5);
  }
  const FlowFacts& answer = facts_of_port(watched.end(), 3500);
  CHECK(answer.asked_port == 0);
  CHECK_FALSE(answer.initiator);
}
