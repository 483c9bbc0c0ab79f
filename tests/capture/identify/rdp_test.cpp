#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("connection requests and confirms of remote desktop, but not of others") {
  const std::string request = text(say::rdp_request());
  const std::string cookie = hex("0300 0024 1f e0 0000 0000 00") + "Cookie: mstshash=alice\r\n" + hex("0d");
  check_said(kProtocolTcp,
             {{"request", request, "rdp", Speaker::asks},
              {"confirm", text(say::rdp_confirm()), "rdp", Speaker::answers},
              {"with a cookie", cookie, "rdp", Speaker::asks},
              {"old style", hex("0300 000b 06 e0 0000 0000 00"), "rdp", Speaker::asks},
              {"old style, confirmed", hex("0300 000b 06 d0 0000 1234 00"), "rdp", Speaker::answers},
              {"with a cookie, in several segments", cookie.substr(0, 16), "rdp", Speaker::asks},
              {"with a negotiation, in several segments", request.substr(0, 16), "rdp", Speaker::asks},
              {"S7, in several segments", hex("0300 0016 11 e0 0000 0001 00 c1020100 c2")},
              {"nothing of what tells it from S7", request.substr(0, 11)},
              {"S7", hex("0300 0016 11 e0 0000 0001 00 c1020100 c2020102 c0010a")},
              {"S7, confirmed", hex("0300 0016 11 d0 0001 0007 00 c0010a c1020100 c2020102")},
              {"data", hex("0300 000c 02 f0 80 0401000100")},
              {"an incorrect length", request + "x"},
              {"an unknown class", with(request, 10, 0x40)}});
}

TEST_CASE("how the UDP transport opens") {
  const auto datagram = [](std::string_view head) { return hex(head) + zeroes(1232 - hex(head).size()); };
  check_said(
      kProtocolUdp,
      {{"opening", datagram("ffffffff 0040 1801 bbff5687 04d0 04d0"), "rdp", Speaker::asks},
       {"opening, answered", datagram("bbff5687 0040 1005 4d677966 04d0 04d0"), "rdp", Speaker::answers},
       {"data", datagram("bbff5687 0040 000c 4d677966 04d0 04d0")},
       {"a size too small", datagram("ffffffff 0040 0001 bbff5687 0400 04d0")},
       {"too long", datagram("ffffffff 0040 0001 bbff5687 04d0 04d0") + "x"}});
}
