#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

namespace {

const std::string kRequest = text(say::kerberos_request());  // after its length
const std::string kError = text(say::kerberos_error());

std::string without_length(const std::string& bytes) {
  return bytes.substr(4);
}

// A password change: its length, a version, and a Kerberos message of that type in the ticket's position.
std::string change(int version, int type, bool ticket) {
  const auto small = static_cast<std::uint8_t>(type);
  const Bytes message = say::der(
      static_cast<std::uint8_t>(0x60 + type),
      say::der_all(0x30, {say::der(0xa0, say::der_integer(5)), say::der(0xa1, say::der_integer(small))}));
  const Bytes rest = ticket ? Bytes{1, 2, 3} : Bytes{};
  const Message body = Message().u16(version).u16(ticket ? message.size() : 0).put(message).put(rest);
  return text(Message().u16(body.size() + 2).put(body));
}

}  // namespace

TEST_CASE("requests and answers, over UDP and after their length over TCP") {
  check_said(kProtocolTcp, {{"request", kRequest, "kerberos", Speaker::asks},
                            {"error", kError, "kerberos", Speaker::answers},
                            {"without its length", without_length(kRequest)},
                            {"with more after it", kRequest + "more"}});
  check_said(kProtocolUdp, {{"request", without_length(kRequest), "kerberos", Speaker::asks},
                            {"error", without_length(kError), "kerberos", Speaker::answers},
                            {"with its length", kRequest},
                            {"with more after it", without_length(kRequest) + "x"},
                            {"an unknown type", with(without_length(kError), 0, 0x7d)},
                            {"an unknown version", with(without_length(kError), 6, 4)}});
  CHECK(application_of(kRequest.substr(0, 60)) == "kerberos");  // its other segments are still to come
}

TEST_CASE("several messages in one segment") {
  check_said(kProtocolTcp,
             {{"two requests", kRequest + kRequest, "kerberos", Speaker::asks},
              {"three", kRequest + kRequest + kRequest, "kerberos", Speaker::asks},
              {"two errors", kError + kError, "kerberos", Speaker::answers},
              {"the second continues", kRequest + kRequest.substr(0, 60), "kerberos", Speaker::asks},
              {"its length continues", kRequest + kRequest.substr(0, 3), "kerberos", Speaker::asks},
              {"something else behind the first", kRequest + with(kRequest, 4, 0x30)}});
}

TEST_CASE("password changes") {
  const std::string asked = change(0xff80, 14, true);
  check_said(kProtocolUdp, {{"request", asked, "kerberos", Speaker::asks},
                            {"of the first version", change(1, 14, true), "kerberos", Speaker::asks},
                            {"changed", change(1, 15, true), "kerberos", Speaker::answers},
                            {"refused", change(1, 30, false), "kerberos", Speaker::answers},
                            {"an unknown version", change(2, 14, true)},
                            {"an incorrect length", asked + "x"}});
  check_said(kProtocolTcp,
             {{"request", text(Message().u32(asked.size())) + asked, "kerberos", Speaker::asks}});
}
