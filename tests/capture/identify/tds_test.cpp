#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("how a connection opens") {
  const std::string offer = text(say::tds_prelogin(true));
  const std::string login = hex("10 01 001c 0000 0100 14000000 04000074") + zeroes(12);
  check_said(kProtocolTcp, {{"offer", offer, "tds", Speaker::asks},
                            {"chosen", text(say::tds_prelogin(false)), "tds", Speaker::answers},
                            {"TLS inside", hex("12 01 0010 0000 0100 160301 0003 010000"), "tds"},
                            {"login", login, "tds", Speaker::asks},
                            {"an incorrect length", offer + "x"},
                            {"an incorrect window", with(offer, 7, 1)},
                            {"another option first", with(offer, 8, 1)},
                            {"a login of incorrect length", with(login, 8, 0x15)},
                            {"a login of an unknown version", with(login, 15, 0x75)}});
}

TEST_CASE("picked up mid-stream") {
  const std::string headers = hex("16000000 12000000 0200 0000000000000000 01000000");
  check_said(kProtocolTcp,
             {{"a batch", hex("01 01 0020 0000 0100") + headers + "x" + zeroes(1), "tds", Speaker::asks},
              {"a call", hex("03 01 0020 0000 0100") + headers + zeroes(2), "tds", Speaker::asks},
              {"an error", hex("04 01 0012 0035 0100 aa 0700 01020304050607"), "tds", Speaker::answers},
              {"rows are not enough", hex("04 01 0012 0035 0100 d1 0700 01020304050607")},
              {"a notice beyond the end", hex("04 01 0012 0035 0100 ab 0800 01020304050607")}});
}

TEST_CASE("the browser answers in text") {
  const std::string answer = hex("05 1800") + "ServerName;SQL1;Instance";
  check_said(kProtocolUdp, {{"answer", answer, "sql-browser", Speaker::answers},
                            {"an incorrect length", answer + "x"},
                            {"another text", with(answer, 3, 's')},
                            {"a question is not enough", hex("03")},
                            {"nor is a name", hex("04") + "SQL1" + zeroes(1)}});
}
