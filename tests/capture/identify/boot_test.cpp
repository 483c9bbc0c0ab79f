#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"
#include "tests/support/application.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

TEST_CASE("DHCP by its cookie, or by the zeroes before it") {
  const std::string discover = text(say::dhcp_discover("02:00:00:00:00:01"));
  const std::string offer = text(say::dhcp_offer("02:00:00:00:00:01", "10.0.0.9"));
  check_said(kProtocolUdp, {{"discover", discover, "dhcp", Speaker::asks},
                            {"offer", offer, "dhcp", Speaker::answers},
                            {"an incorrect cookie", with(discover, 236, 0)},
                            {"an unknown operation", with(discover, 0, 3)},
                            {"too many hops", with(discover, 3, 17)}});
  const auto cut = [&](std::string bytes) {
    return identify_text(bytes.substr(0, 122), static_cast<std::uint32_t>(bytes.size() - 122), kProtocolUdp);
  };
  CHECK(cut(discover).application == application("dhcp"));
  CHECK(cut(offer).speaker == Speaker::answers);
  CHECK(cut(with(discover, 40, 1)).application == application("unknown"));
  CHECK(cut(with(discover, 11, 1)).application == application("unknown"));
}

TEST_CASE("TFTP by its requests, and by the options granted") {
  const std::string read = text(say::tftp_read("ARDBP32.BIN"));
  check_said(kProtocolUdp,
             {{"read", read, "tftp", Speaker::asks},
              {"write, with options",
               hex("0002") + "a" + zeroes(1) + "OCTET" + zeroes(1) + "tsize" + zeroes(1) + "0" + zeroes(1),
               "tftp", Speaker::asks},
              {"granted", hex("0006") + "blksize" + zeroes(1) + "1456" + zeroes(1), "tftp"},
              {"granted something else", hex("0006") + "colour" + zeroes(1) + "1456" + zeroes(1)},
              {"no file name", hex("0001 00") + "octet" + zeroes(1)},
              {"an unknown mode", hex("0001") + "a" + zeroes(1) + "octal" + zeroes(1)},
              {"an unreadable name", hex("0001 0102 00") + "octet" + zeroes(1)},
              {"data is not enough", text(say::tftp_data())},
              {"nor is its acknowledgement", text(say::tftp_acknowledgement())}});
}
