#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

namespace {

const std::string kRequest = text(say::kerberos_request());  // behind its length
const std::string kError = text(say::kerberos_error());

std::string without_length(const std::string& bytes) {
  return bytes.substr(4);
}

// A change of a password: its length, a version, and a Kerberos message of that type in the ticket's place.
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

TEST_CASE("requests and answers, over UDP and behind their length over TCP") {
  check_said(kProtocolTcp, {{"request", kRequest, "kerberos", Speaker::asks},
                            {"error", kError, "kerberos", Speaker::answers},
                            {"without its length", without_length(kRequest)},
                            {"with more behind", kRequest + "x"}});
  check_said(kProtocolUdp, {{"request", without_length(kRequest), "kerberos", Speaker::asks},
                            {"error", without_length(kError), "kerberos", Speaker::answers},
                            {"with its length", kRequest},
                            {"with more behind", without_length(kRequest) + "x"},
                            {"another type", with(without_length(kError), 0, 0x7d)},
                            {"another version", with(without_length(kError), 6, 4)}});
  const std::string goes_on = kRequest.substr(0, 60);
  CHECK(application_of(goes_on) == "kerberos");  // its other segments are still to come
}

TEST_CASE("passwords are changed") {
  const std::string asked = change(0xff80, 14, true);
  check_said(kProtocolUdp, {{"asked for", asked, "kerberos", Speaker::asks},
                            {"of the first version", change(1, 14, true), "kerberos", Speaker::asks},
                            {"changed", change(1, 15, true), "kerberos", Speaker::answers},
                            {"refused", change(1, 30, false), "kerberos", Speaker::answers},
                            {"another version", change(2, 14, true)},
                            {"another length", asked + "x"}});
  check_said(kProtocolTcp,
             {{"asked for", text(Message().u32(asked.size())) + asked, "kerberos", Speaker::asks}});
}
