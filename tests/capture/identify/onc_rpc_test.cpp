#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("calls of NFS and its companions") {
  const std::string call = text(say::nfs_null_call());
  const auto program = [&](std::string_view number) {
    return call.substr(0, 16) + hex(number) + call.substr(20);
  };
  check_said(kProtocolTcp, {{"NFS", call, "nfs", Speaker::asks},
                            {"mount", program("000186a5"), "nfs", Speaker::asks},
                            {"locks, with calls in both directions", program("000186b5"), "nfs"},
                            {"the port mapper serves other programs too", program("000186a0")},
                            {"an answer names no program", text(say::nfs_null_reply())},
                            {"an unknown RPC version", with(call, 15, 3)},
                            {"an unknown NFS version", with(call, 23, 5)},
                            {"too long", with(call, 0, 0xff)}});
  check_said(kProtocolUdp,
             {{"over UDP", call.substr(4), "nfs", Speaker::asks}, {"with a record mark", call}});
}
