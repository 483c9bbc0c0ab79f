#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("RADIUS: attributes fill the message, and requests identify themselves") {
  const std::string request = text(say::radius_request());
  const std::string accept = text(say::radius_accept());
  check_said(kProtocolUdp, {{"request", request, "radius", Speaker::asks},
                            {"accept", accept, "radius", Speaker::answers},
                            {"reject", with(accept, 0, 3), "radius", Speaker::answers},
                            {"accounting", with(request, 0, 4), "radius", Speaker::asks},
                            {"change of authorization", with(request, 0, 43), "radius", Speaker::asks},
                            {"an empty request", with(accept, 0, 1)},
                            {"an empty challenge", with(accept, 0, 11)},
                            {"an unknown code", with(request, 0, 6)},
                            {"padded", request + "padding", "radius", Speaker::asks},
                            {"padded, without attributes", hex("02 01 0014") + zeroes(16) + "padding"},
                            {"longer than the datagram", request.substr(0, request.size() - 1)},
                            {"an attribute too long", with(request, 21, 0x40)},
                            {"an attribute too short", with(request, 21, 1)},
                            {"neither a user nor a requester", with(with(request, 20, 25), 27, 26)}});
  check_said(kProtocolTcp, {{"not over TCP", request}});
}

TEST_CASE("TACACS+: clients send the odd numbers") {
  const std::string packet = hex("c0 01 01 00 01020304 00000005") + "hello";
  check_said(kProtocolTcp, {{"first", packet, "tacacs", Speaker::asks},
                            {"second", with(packet, 2, 2), "tacacs", Speaker::answers},
                            {"an unknown version", with(packet, 0, 0xc2)},
                            {"an unknown type", with(packet, 1, 4)},
                            {"no sequence number", with(packet, 2, 0)},
                            {"unknown flags", with(packet, 3, 2)},
                            {"an incorrect length", packet + "x"}});
}
