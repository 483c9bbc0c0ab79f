#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("associations are opened by one side; calls may go either way") {
  const std::string bind = text(say::rpc_bind(true));
  const std::string big = hex("05 00 0b 03 00000000 0018 0000 00000001") + zeroes(8);
  check_said(kProtocolTcp,
             {{"bind", bind, "ms-rpc", Speaker::asks},
              {"bound", text(say::rpc_bind(false)), "ms-rpc", Speaker::answers},
              {"call", hex("05 00 00 03 10000000 1800 0000 01000000") + zeroes(8), "ms-rpc"},
              {"a call that continues", hex("05 00 00 03 10000000 d016 0000 01000000") + zeroes(8), "ms-rpc"},
              {"the other byte order", big, "ms-rpc", Speaker::asks},
              {"the same, of incorrect length", big + "x"},
              {"an unknown version", with(bind, 0, 4)},
              {"an unknown type", with(bind, 2, 20)},
              {"a type of the other form", with(bind, 2, 4)},
              {"an unknown byte order", with(bind, 4, 0x20)},
              {"reserved", with(bind, 6, 1)},
              {"too short", with(with(bind, 8, 15), 9, 0)},
              {"a verifier longer than the message", with(bind, 11, 0x7f)}});
}

TEST_CASE("connectionless") {
  const std::string call = hex("04 00 20 00 100000 00") + zeroes(16) + std::string(32, 'i') + zeroes(18) +
                           hex("0400 0000 00 00") + "body";
  check_said(kProtocolUdp, {{"call", call, "ms-rpc"},
                            {"answer", with(call, 1, 2), "ms-rpc"},
                            {"an incorrect length", call + "x"},
                            {"an unknown version", with(call, 0, 5)},
                            {"an unknown type", with(call, 1, 11)},
                            {"unknown flags", with(call, 3, 4)},
                            {"no interface", hex("04 00 20 00 100000 00") + zeroes(72)}});
}
