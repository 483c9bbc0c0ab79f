#include "capture/decode/internal/icmp_error.hpp"

#include <doctest/doctest.h>

#include <array>

#include "capture/base/ip_protocol.hpp"
#include "capture/decode/decode.hpp"
#include "tests/support/captured_frame.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr std::array<std::uint8_t, 4> kNoLength{};

// The beginning of a packet of so many bytes, by its own header, then zeros up to `size`.
Bytes quote(std::uint16_t own_length, std::size_t size, bool v6 = false) {
  Bytes bytes(size);
  bytes[0] = v6 ? 0x60 : 0x45;
  const std::size_t at = v6 ? 4 : 2;
  bytes[at] = static_cast<std::uint8_t>(own_length >> 8U);
  bytes[at + 1] = static_cast<std::uint8_t>(own_length);
  return bytes;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

bool exceeds(const Bytes& body, std::array<std::uint8_t, 4> rest = kNoLength, bool v6 = false) {
  return exceeds_error(v6 ? kProtocolIcmpV6 : kProtocolIcmp, rest, body,
                       static_cast<std::uint32_t>(body.size()));
}

const Bytes kExtension{0x20, 0, 0, 0, 0, 8, 1, 1, 0, 0, 0, 1};  // one label of MPLS (RFC 4950)

}  // namespace

TEST_CASE("an error carries the quoted packet, whole or not") {
  CHECK_FALSE(exceeds(quote(40, 28)));
  CHECK_FALSE(exceeds(quote(40, 40)));
  CHECK_FALSE(exceeds(quote(1500, 548)));
  CHECK_FALSE(exceeds(quote(1460, 1232, true), kNoLength, true));
  CHECK_FALSE(exceeds(quote(0, 100)));
  CHECK_FALSE(exceeds({}));
  // Its length without its header.
  CHECK_FALSE(exceeds(quote(20, 40)));
}

TEST_CASE("and nothing behind it, nor more than a host must accept") {
  CHECK(exceeds(quote(40, 61)));
  CHECK(exceeds(quote(40, 140)));
  CHECK(exceeds(quote(8, 400, true), kNoLength, true));
  CHECK(exceeds(quote(1500, 549)));
  CHECK(exceeds(quote(1460, 1233, true), kNoLength, true));
}

TEST_CASE("but extensions") {
  CHECK_FALSE(exceeds(quote(40, 128) + kExtension));
  CHECK_FALSE(exceeds(quote(40, 128) + kExtension, {0, 32, 0, 0}));
  CHECK_FALSE(exceeds(quote(8, 128, true) + kExtension, {16, 0, 0, 0}, true));
  CHECK_FALSE(exceeds(quote(1500, 128) + kExtension, {0, 32, 0, 0}));
  SUBCASE("that are well formed") {
    Bytes wrong = quote(40, 128) + kExtension;
    wrong[128] = 0x10;
    CHECK(exceeds(wrong));
    wrong[128] = 0x20;
    wrong[133] = 9;
    CHECK(exceeds(wrong));
    CHECK(exceeds(quote(40, 128) + kExtension + Bytes(1)));
  }
  SUBCASE("right behind the quote") {
    CHECK(exceeds(quote(40, 256) + kExtension, {0, 64, 0, 0}));
  }
}

TEST_CASE("a message that carries more than an error does is a conversation") {
  const auto decoded = [](const std::string& behind) {
    Bytes about = Ip().ipv4("10.0.0.1", "10.0.0.9").udp(5000, 53).payload("?");
    about.insert(about.end(), behind.begin(), behind.end());
    const CapturedFrame frame{.bytes = Eth().ipv4("10.0.0.9", "10.0.0.1").unreachable(3, about)};
    Packet packet;
    REQUIRE(decode(frame.view(), packet, {}).kind == Decoded::Kind::packet);
    return packet.icmp;
  };
  CHECK(decoded("") == IcmpClass::error);
  CHECK(decoded(std::string(100, 'x')) == IcmpClass::other);
  CHECK(decoded(std::string(900, 'x')) == IcmpClass::other);
}
