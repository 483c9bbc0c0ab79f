#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("messages by their priority, over TCP also after their length") {
  const std::string message = "<134>1 2026-11-21T08:00:00Z adc1 ns - - - logon";
  const std::string counted = "47 " + message;
  check_said(kProtocolUdp,
             {{"new format", message, "syslog", Speaker::asks},
              {"old format", "<13>Nov 21 08:00:00 adc1 su: failed", "syslog", Speaker::asks},
              {"from a NetScaler", "<134> 11/21/2026:08:00:00 GMT adc1 0-PPE-0", "syslog", Speaker::asks},
              {"an impossible priority", "<192>1 2026-11-21T08:00:00Z adc1"},
              {"with a leading zero", "<013>Nov 21 08:00:00 adc1 su:"},
              {"no number", "<a>1 2026-11-21T08:00:00Z adc1"},
              {"none", "<>1 2026-11-21T08:00:00Z adc1"},
              {"too short to recognise", "<13>hello"},
              {"no text", "<13>" + hex("0102030405060708090a0b0c0d0e0f10")},
              {"counted", counted}});
  check_said(kProtocolTcp, {{"plain", message, "syslog", Speaker::asks},
                            {"counted", counted, "syslog", Speaker::asks},
                            {"a page", "<1><2><3><4><5><6><7>"}});
}
