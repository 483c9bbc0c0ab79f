#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("answers of the license manager") {
  const std::string answer = text(say::flexlm_answer());
  check_said(kProtocolTcp, {{"answer", answer, "flexlm", Speaker::answers},
                            {"refused", hex("5742") + "-60" + zeroes(142), "flexlm", Speaker::answers},
                            {"an incorrect length", answer + zeroes(1)},
                            {"data inside", with(answer, 50, 1)},
                            {"a request is not enough", text(say::flexlm_request())}});
}
