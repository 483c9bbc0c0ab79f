#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("pings, messages and session openings") {
  const std::string status = hex("06 00 ff 07 00 00000000 00000000 09 20 18 c8 81 04 38 0e 04 31");
  const std::string open = hex("06 00 ff 07 06 10 00000000 00000000 0400 01020304");
  check_said(
      kProtocolUdp,
      {{"ping", hex("06 00 ff 06 000011be 80 00 00 00"), "ipmi", Speaker::asks},
       {"pong", hex("06 00 ff 06 000011be 40 00 00 10") + zeroes(16), "ipmi", Speaker::answers},
       {"a ping of another vendor", hex("06 00 ff 06 000011bf 80 00 00 00")},
       {"request", status, "ipmi", Speaker::asks},
       {"padded", status + zeroes(1), "ipmi", Speaker::asks},
       {"answer", with(with(status, 15, 0x1c), 16, 0xc4), "ipmi", Speaker::answers},
       {"an incorrect checksum", with(status, 16, 0xc9)},
       {"an incorrect length", status + "xx"},
       {"opens", open, "ipmi", Speaker::asks},
       {"opened", with(open, 5, 0x11), "ipmi", Speaker::answers},
       {"a session request", with(open, 6, 1)},
       {"within a session", hex("06 00 ff 07 06 c0 01000000 01000000 0400 01020304 0000 0207"), "ipmi"},
       {"an unknown version", with(status, 0, 5)},
       {"an unknown class", with(status, 3, 8)}});
}
