#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("clients ask, servers answer, peers do either") {
  const std::string answer = text(say::ntp_answer());
  const std::string simple = hex("1b") + zeroes(47);
  check_said(kProtocolUdp,
             {{"request", text(say::ntp_request()), "ntp", Speaker::asks},
              {"from a client without a clock", simple, "ntp", Speaker::asks},
              {"with the time", zeroes(0) + hex("23") + zeroes(39) + "12345678", "ntp", Speaker::asks},
              {"answer", answer, "ntp", Speaker::answers},
              {"signed", answer + zeroes(20), "ntp", Speaker::answers},
              {"between peers", with(answer, 0, 0x21), "ntp"},
              {"broadcast", with(answer, 0, 0x25), "ntp"},
              {"an incorrect length", answer + "x"},
              {"too short", answer.substr(0, 44)},
              {"version 5", with(answer, 0, 0x2c)},
              {"an impossible stratum", with(answer, 1, 17)},
              {"an impossible poll interval", with(answer, 2, 18)},
              {"an impossible precision", with(answer, 3, 0)},
              {"off by a minute", with(answer, 5, 60)},
              {"off by a day", with(answer, 8, 1)},
              {"not quite empty", with(simple, 20, 1)},
              {"an old client, empty", with(simple, 0, 0x0b)}});
}

TEST_CASE("lists from old servers") {
  check_said(kProtocolUdp, {{"request", hex("17 00 03 2a 0000 0000"), "ntp", Speaker::asks},
                            {"given", hex("97 00 03 2a 0002 0004 0102030405060708"), "ntp", Speaker::answers},
                            {"incomplete", hex("97 00 03 2a 0002 0004 01020304050607")},
                            {"of another program", hex("17 00 04 2a 0000 0000")}});
}
