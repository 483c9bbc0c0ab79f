#include "capture/identify/internal/quic_protection.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "capture/identify/internal/quic_initial.hpp"
#include "tests/support/quic_packet.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

template <typename Range>
std::string hex(const Range& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    bytes += static_cast<char>(std::stoi(std::string(text.substr(at, 2)), nullptr, 16));
  }
  return bytes;
}

// The CRYPTO frame of RFC 9001, A.2, which RFC 9369 uses as well, and the padding after it.
std::string sample_frames() {
  return from_hex(
             "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868"
             "04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578"
             "616d706c652e636f6dff01000100000a00080006001d00170018001000070005"
             "04616c706e000500050100000000003300260024001d00209370b2c9caa47fba"
             "baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400"
             "0d0010000e0403050306030203080408050806002d00020101001c0002400100"
             "3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000"
             "75300901100f088394c8f03e51570806048000ffff") +
         std::string(917, '\0');
}

constexpr std::array<std::uint8_t, 8> kId{0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08};

}  // namespace

TEST_CASE("keys of RFC 9001, A.1, and of RFC 9369, A.1") {
  QuicProtection protection;
  const QuicInitialKeys first = protection.client_keys(kQuicVersion1, kId);
  CHECK(hex(first.key) == "1f369613dd76d5467730efcbe3b1a22d");
  CHECK(hex(first.iv) == "fa044b2f42a3fd3b46fb255c");
  CHECK(hex(first.header) == "9f50449e04a0e810283a1e9933adedd2");
  const QuicInitialKeys second = protection.client_keys(kQuicVersion2, kId);
  CHECK(hex(second.key) == "8b1a0bc121284290a29e0971b5cd045d");
  CHECK(hex(second.iv) == "91f73e2351d8fa91660e909f");
  CHECK(hex(second.header) == "45b95e15235d6f45a6b19cbcb0294ba9");
  CHECK(protection.client_keys(0x12345678, kId).version == 0);
}

TEST_CASE("the packets of RFC 9001, A.2, and of RFC 9369, A.2") {
  struct Row {
    std::uint32_t version;
    std::string_view begin;
    std::string_view tag;
  };
  const Row rows[] = {
      {kQuicVersion1, "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11",
       "e221af44860018ab0856972e194cd934"},
      {kQuicVersion2, "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485",
       "a18b2faa745b6fe189cf772a9f84cbfc"},
  };
  QuicProtection protection;
  for (const Row& row : rows) {
    CAPTURE(row.version);
    const Bytes packet = quic_initial(sample_frames(), {.version = row.version, .number = 2});
    REQUIRE(packet.size() == 1200);
    CHECK(hex(packet).starts_with(row.begin));
    CHECK(hex(packet).ends_with(row.tag));

    ByteCursor at(packet);
    const auto initial = next_quic_initial(at);
    REQUIRE(initial);
    const auto keys = protection.client_keys(initial->version, initial->destination_id);
    Bytes space(2048);
    CHECK(hex(protection.open(*initial, keys, space)) == hex(sample_frames()));
  }
}

TEST_CASE("packet numbers of every size, and packets that cannot be opened") {
  QuicProtection protection;
  Bytes space(256);
  const auto opened = [&](const Bytes& packet) {
    ByteCursor at(packet);
    const auto initial = next_quic_initial(at);
    if (!initial) return std::string("not a packet");
    const auto frames =
        protection.open(*initial, protection.client_keys(initial->version, initial->destination_id), space);
    return std::string(frames.begin(), frames.end());
  };
  const std::string frames(64, '\x01');
  for (const std::size_t size : {1U, 2U, 3U, 4U}) {
    CHECK(opened(quic_initial(frames, {.number = 0x11, .number_size = size})) == frames);
  }
  CHECK(opened(quic_initial(frames, {.version = kQuicDraft29})) == frames);
  CHECK(opened(quic_initial(frames, {.from_server = true})).empty());
  CHECK(opened(quic_initial(frames, {.destination = "elsewhere"})).empty());
  CHECK(opened(quic_initial(std::string(300, '\0'))).empty());  // more than there is space for
  CHECK(opened(quic_initial(frames, {.version = 0x1a2a3a4a})) == "not a packet");

  const Bytes packet = quic_initial(frames);
  for (std::size_t at = 0; at < packet.size(); ++at) {
    Bytes changed = packet;
    changed[at] ^= 0x10U;
    CAPTURE(at);
    CHECK(opened(changed) != frames);
  }
}
