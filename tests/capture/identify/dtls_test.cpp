#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

namespace {

std::string record(int type, int epoch, const std::string& body) {
  const Message head = Message().u8(type).u16(0xfefd).u16(epoch).zeroes(6).u16(body.size());
  return text(head) + body;
}

std::string message(int type) {
  return record(22, 0,
                hex("0" + std::string(1, "0123456789abcdef"[type]) + "000004 0000 000000 000004 01020304"));
}

}  // namespace

TEST_CASE("hellos and other messages that only one side sends") {
  check_said(kProtocolUdp, {{"client", text(say::dtls_client_hello()), "dtls", Speaker::asks},
                            {"verify", text(say::dtls_verify_request()), "dtls", Speaker::answers},
                            {"server hello", message(2), "dtls", Speaker::answers},
                            {"done", message(14), "dtls", Speaker::answers},
                            {"certificate", message(11), "dtls"},
                            {"two at once", message(2) + message(11), "dtls", Speaker::answers},
                            {"an unknown message", message(6)}});
  check_said(kProtocolTcp, {{"not over TCP", text(say::dtls_client_hello())}});
}

TEST_CASE("records fill the datagram, or are not DTLS") {
  const std::string data = record(23, 1, std::string(40, 'x'));
  check_said(kProtocolUdp, {{"encrypted", data, "dtls"},
                            {"two of them", data + data, "dtls"},
                            {"encrypted handshake", record(22, 1, std::string(40, 'x')), "dtls"},
                            {"something after it", data + "x"},
                            {"something longer after it", data + std::string(20, 'x')},
                            {"something missing", data.substr(0, data.size() - 1)},
                            {"an unknown version", with(data, 2, 0xfc)},
                            {"an unknown type", with(data, 0, 27)},
                            {"an empty record", record(23, 1, "")},
                            {"before the standard", with(with(data, 1, 1), 2, 0), "dtls"},
                            {"an older version", with(with(data, 1, 1), 2, 1)}});
}

TEST_CASE("a fragment lies within its message") {
  const std::string part = record(22, 0, hex("01 000100 0000 000000 000008 0102030405060708"));
  check_said(kProtocolUdp, {{"the first part", part, "dtls", Speaker::asks},
                            {"beyond the end", with(part, 13 + 7, 0xff)},
                            {"longer than its record", with(part, 13 + 11, 9)}});
}
