#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

namespace {

std::string message(std::string_view header, std::string_view rest) {
  return hex(header) + std::string(rest);
}

const std::string kName = std::string("\1a\7example\0", 11);
const std::string kAddress = hex("0001 0001");  // type and class
const std::string kQuery = message("2026 0100 0001 0000 0000 0000", kName + kAddress);

}  // namespace

TEST_CASE("queries ask, and answers answer") {
  check_said(
      kProtocolUdp,
      {{"query", kQuery, "dns", Speaker::asks},
       {"as in the samples", text(say::dns_query(7, "a.example", true)), "dns", Speaker::asks},
       {"answer", text(say::dns_answer(7, "a.example", "10.0.0.1")), "dns", Speaker::answers},
       {"no such name", message("2026 8183 0001 0000 0000 0000", kName + kAddress), "dns", Speaker::answers},
       {"with options",
        message("2026 0120 0001 0000 0000 0001", kName + kAddress + hex("00 0029 04d0 00000000 0000")), "dns",
        Speaker::asks},
       {"servers of the root", message("2026 0100 0001 0000 0000 0000", hex("00 0002 0001")), "dns",
        Speaker::asks},
       {"an update", message("2026 2800 0001 0000 0001 0000", kName + hex("0006 0001") + zeroes(20)), "dns",
        Speaker::asks},
       {"notice of a change", message("2026 2400 0001 0000 0000 0000", kName + hex("0006 0001")), "dns",
        Speaker::asks}});
}

TEST_CASE("anyone may send multicast DNS") {
  const std::string service = std::string("\4_tcp\5local\0", 12);
  check_said(
      kProtocolUdp,
      {{"question",
        message("0000 0000 0002 0000 0000 0000", service + hex("000c 0001") + service + hex("000c 8001")),
        "dns"},
       {"announcement",
        message("0000 8400 0000 0001 0000 0000", service + hex("000c 0001 00000078 0002 c00c")), "dns"},
       {"question with an id",
        message("0004 0000 0002 0000 0000 0000", service + hex("000c 0001") + service + hex("000c 0001")),
        "dns"},
       {"announcement with an id",
        message("0004 8400 0000 0001 0000 0000", service + hex("000c 0001 00000078 0002 c00c")), "dns"},
       {"the same from an ordinary server",
        message("0004 8000 0000 0001 0000 0000", service + hex("000c 0001 00000078 0002 c00c"))},
       {"several questions to a resolver",
        message("0004 0100 0002 0000 0000 0000", service + hex("000c 0001") + service + hex("000c 0001"))},
       {"zeroes and a one", message("0000 0000 0001 0000 0000 0000", hex("00 0001 0001"))}});
}

TEST_CASE("messages that are not DNS") {
  const std::string netbios = "\x20" + std::string(32, 'C') + '\0';
  check_said(
      kProtocolUdp,
      {{"a reserved bit", with(kQuery, 3, 0x40)},
       {"an unknown operation", with(kQuery, 2, 0x18)},
       {"no question", with(kQuery, 5, 0)},
       {"a result in a question", with(kQuery, 3, 3)},
       {"more records than fit", with(with(kQuery, 2, 0x81), 7, 9)},
       {"an unknown class", with(kQuery, kQuery.size() - 1, 9)},
       {"an update of an address", with(kQuery, 2, 0x28)},
       {"a long label", with(kQuery, 12, 0x41)},
       {"unprintable characters", with(kQuery, 13, 7)},
       {"a NetBIOS name", message("2026 0110 0001 0000 0000 0000", netbios + hex("0020 0001"))},
       {"a damaged one", message("2026 0110 0001 0000 0000 0000", with(netbios, 9, 'S') + hex("0020 0001"))},
       {"damaged in letter and type",
        message("2026 0110 0001 0000 0000 0000", with(netbios, 9, 0xf5) + hex("0028 0001"))},
       {"in its type only", message("2026 0110 0001 0000 0000 0000", netbios + hex("0001 0001"))},
       {"an answer",
        message("2026 8500 0000 0001 0000 0000", netbios + hex("0020 0001 00000000 0006 000000000000"))},
       {"its status", message("2026 0000 0001 0000 0000 0000", netbios + hex("0021 0001"))}});
  const std::string digest =
      "\x20"
      "d41d8cd98f00b204e9800998ecf8427e" +
      kName;
  check_said(kProtocolUdp,
             {{"a label of the same length", message("2026 0100 0001 0000 0000 0000", digest + kAddress),
               "dns", Speaker::asks}});
}

TEST_CASE("over TCP after its length") {
  const std::string length = text(Message().u16(kQuery.size()));
  check_said(kProtocolTcp, {{"query", length + kQuery, "dns", Speaker::asks},
                            {"that continues", hex("0400") + with(kQuery, 2, 0x81), "dns", Speaker::answers},
                            {"without its length", kQuery}});
}
