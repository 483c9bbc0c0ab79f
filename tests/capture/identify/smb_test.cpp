#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("SMB of every version, and the sides that its flags show") {
  const std::string negotiate = text(say::smb_negotiate());
  const std::string old = hex("00 000023 ff") + "SMB" + hex("72 00000000 18") + zeroes(25);
  check_said(kProtocolTcp, {{"2, request", negotiate, "smb", Speaker::asks},
                            {"2, answer", text(say::smb_negotiated()), "smb", Speaker::answers},
                            {"1, request", old, "smb", Speaker::asks},
                            {"1, answer", with(old, 13, 0x98), "smb", Speaker::answers},
                            {"1, a lock break", with(old, 8, 0x24), "smb"},
                            {"encrypted", with(negotiate, 4, 0xfd), "smb"},
                            {"compressed", with(negotiate, 4, 0xfc), "smb"},
                            {"an unknown version", with(negotiate, 4, 0xfb)},
                            {"an incorrect name", with(negotiate, 5, 's')},
                            {"an unknown type", with(negotiate, 0, 1)}});
}

TEST_CASE("a session request has two names") {
  const std::string name = "\x20" + std::string(30, 'C') + "AA" + '\0';
  const std::string request = hex("81 000044") + name + name;
  check_said(kProtocolTcp, {{"request", request, "netbios-session", Speaker::asks},
                            {"an incorrect length", with(request, 3, 0x45)},
                            {"an invalid letter", with(request, 10, 'Q')},
                            {"a grant is not enough", hex("82 000000")}});
}
