#include "capture/flow/checksum.hpp"

#include <doctest/doctest.h>

#include "capture/decode/decode.hpp"
#include "tests/support/captured_frame.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

Checksum checksum_in(const Bytes& bytes, std::size_t captured = 0) {
  CapturedFrame frame{.bytes = bytes};
  frame.wire_length = static_cast<std::uint32_t>(bytes.size());
  if (captured > 0) frame.bytes.resize(captured);
  Packet packet;
  REQUIRE(decode(frame.view(), packet, {}).kind == Decoded::Kind::packet);
  return checksum_of(packet);
}

PacketBuilder v4(int flags, std::string_view payload = {}) {
  return Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(50000, 1494, flags).seq(0xfffffff0).ack(7).payload(payload);
}

constexpr std::size_t kChecksumAt = 14 + 20 + 16;

}  // namespace

TEST_CASE("the checksum of a TCP segment, of any length and family") {
  CHECK(checksum_in(v4(kTcpSyn)) == Checksum::right);
  CHECK(checksum_in(v4(kTcpAck, "odd")) == Checksum::right);
  CHECK(checksum_in(v4(kTcpAck, "even")) == Checksum::right);
  CHECK(checksum_in(v4(kTcpAck, std::string(1400, '\xff'))) == Checksum::right);
  CHECK(checksum_in(v4(kTcpSyn).tcp_options({2, 4, 5, 0xb4})) == Checksum::right);
  CHECK(checksum_in(Eth().ipv6("fd20::1", "fd20::2").tcp(50000, 1494, kTcpSyn)) == Checksum::right);
  CHECK(checksum_in(Eth().vlan(7).ipv4("10.0.0.1", "10.0.0.2").tcp(50000, 1494, kTcpSyn).pad_to(64)) ==
        Checksum::right);
}

TEST_CASE("a checksum that is off by one bit is wrong, and so is none") {
  const Bytes right = v4(kTcpSyn);
  for (const int bit : {0, 7}) {
    Bytes wrong = right;
    wrong[kChecksumAt + 1] = static_cast<std::uint8_t>(wrong[kChecksumAt + 1] ^ (1U << unsigned(bit)));
    CHECK(checksum_in(wrong) == Checksum::wrong);
  }
  Bytes none = right;
  none[kChecksumAt] = none[kChecksumAt + 1] = 0;
  CHECK(checksum_in(none) == Checksum::wrong);
}

TEST_CASE("nothing is said of a segment that was not captured whole, or came in fragments") {
  CHECK(checksum_in(v4(kTcpAck, "payload"), 14 + 20 + 20 + 3) == Checksum::unknown);
  CHECK(checksum_in(Eth().ipv4("10.0.0.1", "10.0.0.2").fragment(0, true).tcp(50000, 1494, kTcpSyn)) ==
        Checksum::unknown);
  CHECK(checksum_of(Packet{}) == Checksum::unknown);
}
