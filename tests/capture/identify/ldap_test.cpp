#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("operations over TCP, and who sends which") {
  const std::string bind = text(say::ldap_bind());
  check_said(kProtocolTcp,
             {{"bind", bind, "ldap", Speaker::asks},
              {"bound", text(say::ldap_bound()), "ldap", Speaker::answers},
              {"lengths in four bytes", hex("3084 00000010 020105 6184 00000007 0a0100 0400 0400"), "ldap",
               Speaker::answers},
              {"StartTLS", hex("301d 020101 7718 8016") + "1.3.6.1.4.1.1466.20037", "ldap", Speaker::asks},
              {"with controls",
               hex("301d 020102 6107 0a0100 0400 0400 a00f 300d 0405") + "1.2.3" + hex("0404 30020500"),
               "ldap", Speaker::answers},
              {"unbind", hex("3005 020103 4200"), "ldap", Speaker::asks},
              {"that continues", hex("3082 0400 020104 6482 03f9 0403") + "a=b" + std::string(40, 'x'),
               "ldap", Speaker::answers},
              {"no operation", with(bind, 5, 0x70)},
              {"no number", with(bind, 2, 4)},
              {"a negative number", with(bind, 4, 0x81)},
              {"an operation longer than its message", with(bind, 6, 8)},
              {"something else after it", hex("3010 020101 6007 020103 0400 8000 04020500")},
              {"unexpected content", with(bind, 7, 4)}});
}

TEST_CASE("the search for a domain controller over UDP") {
  const std::string search =
      hex("3025 020101 6320 0400 0a0100 0a0100 020100 020100 010100 8709") + "objectCla" + hex("3002 0400");
  const std::string done = hex("300c 020101 6507 0a0100 0400 0400");
  const std::string entry = hex("3009 020101 6404 0400 3000");
  check_said(kProtocolUdp, {{"search", search, "ldap", Speaker::asks},
                            {"found", entry + done, "ldap", Speaker::answers},
                            {"nothing found", done, "ldap", Speaker::answers},
                            {"with more after it", search + "x"},
                            {"no bind over UDP", text(say::ldap_bind())}});
}
