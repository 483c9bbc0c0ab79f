#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("operations of the first versions, and who sends which") {
  const std::string get = text(say::snmp_get());
  check_said(kProtocolUdp,
             {{"get", get, "snmp", Speaker::asks},
              {"answer", text(say::snmp_answer()), "snmp", Speaker::answers},
              {"trap", text(say::snmp_trap()), "snmp", Speaker::asks},
              {"an old trap", hex("301a 020100 0402 6162 a411 0603 2b0601 4004 0a000001 020106 020100"),
               "snmp", Speaker::asks},
              {"an unknown version", with(get, 4, 2)},
              {"an incorrect length", get + "x"},
              {"no operation", with(get, 24, 0xa9)},
              {"no request number", with(get, 26, 4)}});
  check_said(kProtocolTcp, {{"not over TCP", get}});
}

TEST_CASE("version 3: an unencrypted message shows its operation, an encrypted one no side") {
  const auto message = [](int flags, const std::string& rest) {
    const std::string global = hex("300d 020101 020205c0 0401") + static_cast<char>(flags) + hex("020103");
    const std::string body = hex("020103") + global + rest;
    return hex("30") + static_cast<char>(body.size()) + body;
  };
  const std::string encrypted = hex("0402 3000 0406 010203040506");
  const auto open = [](int operation) {
    return hex("0402 3000 300b 0400 0400") + static_cast<char>(operation) + hex("05 0203010203");
  };
  check_said(kProtocolUdp, {{"encrypted, reportable", message(7, encrypted), "snmp"},
                            {"encrypted", message(3, encrypted), "snmp"},
                            {"unencrypted, request", message(4, open(0xa0)), "snmp", Speaker::asks},
                            {"unencrypted, answer", message(0, open(0xa2)), "snmp", Speaker::answers},
                            {"unencrypted, report", message(0, open(0xa8)), "snmp", Speaker::answers},
                            {"unknown flags", message(8, encrypted)}});
}
