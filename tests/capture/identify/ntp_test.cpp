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

TEST_CASE("private requests and answers: items fill them, or zeros") {
  const std::string request = hex("17 00 03 2a 0000 0000");
  check_said(kProtocolUdp, {{"request", request, "ntp", Speaker::asks},
                            {"as long as all of them", request + zeroes(184), "ntp", Speaker::asks},
                            {"signed", hex("17 80 03 2a 0000 0000") + zeroes(184) + std::string(20, 'k'),
                             "ntp", Speaker::asks},
                            {"with an item", hex("17 00 03 2a 0001 0004 01020304"), "ntp", Speaker::asks},
                            {"of any implementation", hex("17 00 00 00 0000 0000"), "ntp", Speaker::asks},
                            {"given", hex("97 00 03 2a 0002 0004 0102030405060708"), "ntp", Speaker::answers},
                            {"incomplete", hex("97 00 03 2a 0002 0004 01020304050607")},
                            {"of another program", hex("17 00 04 2a 0000 0000")},
                            {"an unknown request", hex("17 00 03 2e 0000 0000")},
                            {"an error", hex("17 00 03 2a 1000 0000")},
                            {"data without items", request + "data"},
                            {"an item that does not fit", hex("17 00 03 2a 0001 0008 01020304")},
                            {"too long", request + zeroes(212)}});
}

TEST_CASE("control messages: the data has the length given, filled up to words") {
  const std::string request = hex("16 02 0001 0000 0000 0000 0000");
  const std::string answer = hex("16 82 0001 0618 0000 0000 0005") + "a=b,c" + zeroes(3);
  check_said(kProtocolUdp,
             {{"request", request, "ntp", Speaker::asks},
              {"about a variable", hex("16 02 0001 0000 0000 0000 0004") + "leap", "ntp", Speaker::asks},
              {"signed", request + std::string(20, 'k'), "ntp", Speaker::asks},
              {"answer", answer, "ntp", Speaker::answers},
              {"without the padding", answer.substr(0, 17), "ntp", Speaker::answers},
              {"a later part of it", with(with(answer, 1, 0xa2), 9, 12), "ntp", Speaker::answers},
              {"an unknown operation", with(request, 1, 13)},
              {"a request with a status", with(request, 4, 6)},
              {"a request from the middle", with(request, 9, 12)},
              {"a request that is an error", with(request, 1, 0x42)},
              {"more than it announces", request + "data"},
              {"less", answer.substr(0, 16)},
              {"a leap second", with(request, 0, 0x56)},
              {"version 1", with(request, 0, 0x0e)}});
}
