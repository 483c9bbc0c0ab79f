#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("logins and their answers") {
  const std::string keys = "InitiatorName=iqn.2026-11.example:a";
  const std::string login = hex("43 87 0000 00 000024 4000 01370000 0000 00000001 0000 0000") +
                            hex("00000001 00000000") + zeroes(16) + keys + zeroes(1);
  const std::string answer =
      hex("23 87 0000 00 000000 4000 01370000 0001 00000001 00000000 00000001 00000002 00000022 0000 0000") +
      zeroes(8);
  check_said(kProtocolTcp, {{"login", login, "iscsi", Speaker::asks},
                            {"its header alone", login.substr(0, 48), "iscsi", Speaker::asks},
                            {"answer", answer, "iscsi", Speaker::answers},
                            {"refused", with(answer, 36, 2), "iscsi", Speaker::answers},
                            {"another operation", with(login, 0, 0x41)},
                            {"an unknown version", with(login, 2, 1)},
                            {"more headers", with(login, 4, 1)},
                            {"a reserved field in use", with(login, 40, 1)},
                            {"an unknown status", with(answer, 36, 4)},
                            {"more than its text", login + "xxxx"}});
}
