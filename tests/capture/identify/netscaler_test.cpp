#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("heartbeats: every field must be in range, and no side asks") {
  const std::string beat = text(say::netscaler_heartbeat());
  check_said(kProtocolUdp, {{"heartbeat", beat, "netscaler-ha"},
                            {"longer", beat + zeroes(40), "netscaler-ha"},
                            {"shorter", beat.substr(0, 135)},
                            {"an unknown version", with(beat, 4, 11)},
                            {"an unknown application", with(beat, 5, 2)},
                            {"an unknown type", with(beat, 6, 2)},
                            {"no state", with(beat, 7, 0)},
                            {"an unknown state", with(beat, 7, 12)},
                            {"never started", with(beat, 8, 0)},
                            {"an unknown master state", with(beat, 16, 5)},
                            {"a large master state", with(beat, 19, 1)},
                            {"an unknown synchronisation", with(beat, 32, 17)},
                            {"a signature too small", with(with(beat, 1, 0), 2, 0)}});
}

TEST_CASE("RPC by its mark; only the login shows which side is which") {
  const std::string login = text(say::netscaler_rpc_login());
  const std::string refused = hex("10000000 a5a5 0000 81 00 6001 00000000");
  check_said(kProtocolTcp, {{"login", login, "netscaler-rpc", Speaker::asks},
                            {"refused", refused, "netscaler-rpc", Speaker::answers},
                            {"keep-alive", hex("10000000 a5a5 0000 05 00 0000 00000000"), "netscaler-rpc"},
                            {"an incorrect mark", with(login, 4, 0xa4)},
                            {"an unknown command", with(login, 8, 0x10)},
                            {"an unknown status", with(refused, 10, 0x59)},
                            {"too long", with(login, 3, 1)}});
}

TEST_CASE("metric exchange by its service entries") {
  const std::string entry = hex("0000 0700 0a140101 0050 0000 07000000");
  const std::string update = hex("0204 0100 2000 0000") + entry + entry;
  check_said(kProtocolTcp,
             {{"update", update, "netscaler-mep"},
              {"with the header counted", with(update, 4, 0x28), "netscaler-mep"},
              {"forced", hex("0203 0600 4800 0000") + entry + zeroes(56), "netscaler-mep"},
              {"request", hex("0206 0200 0c00 0000") + hex("0a140101 0050 0e000000 0100"), "netscaler-mep"},
              {"an incorrect length", with(update, 4, 0x21)},
              {"half an entry", with(update, 4, 0x18).substr(0, 32)},
              {"an unknown state", with(update, 10, 6)},
              {"no address", hex("0204 0100 1000 0000") + hex("0000 0700 00000000 0050 0000 07000000")},
              {"an unknown status", with(update, 6, 1)},
              {"the first version", with(with(update, 0, 1), 1, 0)},
              {"a keep-alive is not enough", hex("0204 0900 0800 0000")}});
}
