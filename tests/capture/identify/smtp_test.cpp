#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("greetings") {
  check_said(kProtocolTcp,
             {{"server", "220 mail.example ESMTP\r\n", "smtp", Speaker::answers},
              {"in several lines", "220-mail.example ESMTP\r\n220 no spam\r\n", "smtp", Speaker::answers},
              {"client", "EHLO adm.example\r\n", "smtp", Speaker::asks},
              {"old style", "helo adm\r\n", "smtp", Speaker::asks},
              {"FTP", "220 ftp.example FTP server ready\r\n"},
              {"only the second line says so", "220-hello\r\n220 ESMTP\r\n"},
              {"nobody", "EHLO \r\n"},
              {"prose", "HELO my dear\r\n"}});
}
