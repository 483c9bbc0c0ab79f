#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("the version line, which both sides send") {
  check_said(kProtocolTcp, {{"3.8", "RFB 003.008\n", "vnc"},
                            {"with more after it", "RFB 003.889\nx", "vnc"},
                            {"incomplete", "RFB 003.00"},
                            {"no number", "RFB 003.0x8\n"},
                            {"no end", "RFB 003.008 "}});
}
