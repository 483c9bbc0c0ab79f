#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("IPFIX: sets fill the message") {
  const std::string message = text(say::ipfix_template());
  check_said(kProtocolUdp, {{"template", message, "ipfix", Speaker::asks},
                            {"data", hex("000a 0018 65000000 00000001 00000001 0100 0008 01020304"), "ipfix",
                             Speaker::asks},
                            {"an unknown version", with(message, 1, 11)},
                            {"an incorrect length", message + "x"},
                            {"an unknown set number", with(message, 17, 4)},
                            {"a set too long", with(message, 19, 0x7f)},
                            {"a set too short", with(message, 19, 3)}});
  check_said(kProtocolTcp, {{"over TCP", message, "ipfix", Speaker::asks},
                            {"two of them", message + message, "ipfix", Speaker::asks},
                            {"one that continues", with(message, 3, 0xff)}});
}

TEST_CASE("NetFlow 5 and 9") {
  const std::string five = hex("0005 0002") + zeroes(20 + 96);
  const std::string nine = hex("0009 0001") + zeroes(16) + hex("0000 000c 0100 0001 0008 0004");
  check_said(kProtocolUdp, {{"five", five, "netflow", Speaker::asks},
                            {"an incorrect count", with(five, 3, 3)},
                            {"nine", nine, "netflow", Speaker::asks},
                            {"version 9, another set", with(nine, 21, 2)},
                            {"version 9, with more after it", nine + "x"},
                            {"version 9, empty", hex("0009 0001") + zeroes(16)},
                            {"seven", with(five, 1, 7)}});
}
