// What holds for every frame, whatever is in it. The files beside this one test the layers.
#include "capture/decode/decode.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "tests/capture/decode/every_kind.hpp"
#include "tests/capture/decode/summary.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr std::array<LinkType, 37> kKnownLinkTypes{
    0,   1,   6,   7,   9,   10,  12,  14,  50,  51,  100, 101, 104, 105, 106, 107, 108, 109, 113,
    117, 119, 122, 123, 127, 129, 149, 163, 178, 192, 204, 226, 228, 229, 239, 242, 258, 276};

// The decoder's law: exactly one answer per frame, with a reason that has a name.
struct Tally {
  std::uint64_t frames{0};
  std::uint64_t packets{0};
  std::array<std::uint64_t, kRejectReasonNames.size()> rejected{};
  std::array<std::uint64_t, kNoFlowReasonNames.size()> no_flow{};

  void count(const Decoded& decoded) {
    ++frames;
    switch (decoded.kind) {
      case Decoded::Kind::packet:
        ++packets;
        break;
      case Decoded::Kind::no_flow:
        ++no_flow.at(static_cast<std::size_t>(decoded.no_flow));
        break;
      case Decoded::Kind::rejected:
        ++rejected.at(static_cast<std::size_t>(decoded.reject));
        break;
    }
  }
  [[nodiscard]] bool balanced() const {
    std::uint64_t sum = packets;
    for (const std::uint64_t count : rejected) sum += count;
    for (const std::uint64_t count : no_flow) sum += count;
    return sum == frames;
  }
};

// Decodes both ways, and compares the answers with each other and with the frame.
void decode_checked(const CapturedFrame& frame, Tally& tally) {
  Packet packet;
  const FrameView view = frame.view();
  const Decoded decoded = decode(view, packet);
  tally.count(decoded);
  const std::string text = summary(frame);
  if (text.find("BUT") != std::string::npos) FAIL_CHECK(text);
  if (decoded.kind != Decoded::Kind::packet || packet.payload.empty()) return;
  const auto* const end = frame.bytes.data() + frame.bytes.size();
  if (packet.payload.data() < frame.bytes.data() || packet.payload.data() + packet.payload.size() > end ||
      packet.payload.size() > packet.payload_length) {
    FAIL_CHECK("a payload beyond its frame: " << text);
  }
}

std::uint32_t next_random(std::uint32_t& state) {
  state = state * 1'664'525 + 1'013'904'223;
  return state >> 8U;
}

}  // namespace

TEST_CASE("the facts of the frame are the facts of the packet") {
  CapturedFrame frame;
  frame.bytes = Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("hello");
  frame.time = kStart + seconds(3);
  frame.wire_length = 999;
  Packet packet;
  CHECK(decode(frame.view(17), packet).kind == Decoded::Kind::packet);
  CHECK(packet.time == kStart + seconds(3));
  CHECK(packet.frame_number == 17);
  CHECK(packet.wire_length == 999);
  CHECK(packet.payload.data() == frame.bytes.data() + 14 + 20 + 8);
}

TEST_CASE("a frame of each kind, cut at every byte") {
  Tally tally;
  for (const Bytes& bytes : every_kind()) {
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
      CapturedFrame frame;
      frame.bytes = {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
      frame.bytes.shrink_to_fit();
      decode_checked(frame, tally);  // cut by the sender
      frame.wire_length = static_cast<std::uint32_t>(bytes.size());
      decode_checked(frame, tally);  // cut by the capture
    }
  }
  CHECK(tally.balanced());
  CHECK(tally.rejected[static_cast<std::size_t>(RejectReason::cut_headers)] > 0);
  CHECK(tally.rejected[static_cast<std::size_t>(RejectReason::snapped_headers)] > 0);
}

TEST_CASE("a whole frame is never reported as snapped, a snapped one never as cut") {
  const std::vector<Bytes> kinds = every_kind();
  for (const Bytes& bytes : kinds) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK(summary_snapped(bytes, size) != "rejected: cut-headers");
    }
    CHECK(summary(bytes).find("rejected") == std::string::npos);
  }
}

TEST_CASE("a frame of each kind under every link type") {
  Tally tally;
  // Headers of these name the link type of what follows, so that any bytes may name an unknown one.
  const std::set<LinkType> naming{149, 192, 258};
  for (const Bytes& bytes : every_kind()) {
    for (const LinkType link_type : kKnownLinkTypes) {
      if (naming.count(link_type) != 0) continue;
      CapturedFrame frame;
      frame.bytes = bytes;
      frame.link_type = link_type;
      decode_checked(frame, tally);
    }
  }
  CHECK(tally.balanced());
  CHECK(tally.rejected[static_cast<std::size_t>(RejectReason::unknown_link_type)] == 0);
}

TEST_CASE("frames with a byte or two changed at random") {
  Tally tally;
  std::uint32_t state = 20'261'120;
  const std::vector<Bytes> kinds = every_kind();
  for (int round = 0; round < 20'000; ++round) {
    CapturedFrame frame;
    frame.bytes = kinds[next_random(state) % kinds.size()];
    const std::uint32_t changes = 1 + next_random(state) % 3;
    for (std::uint32_t change = 0; change < changes; ++change) {
      frame.bytes[next_random(state) % frame.bytes.size()] = static_cast<std::uint8_t>(next_random(state));
    }
    frame.wire_length = static_cast<std::uint32_t>(frame.bytes.size()) + next_random(state) % 3;
    decode_checked(frame, tally);
  }
  CHECK(tally.balanced());
}

TEST_CASE("bytes at random under every link type") {
  Tally tally;
  std::uint32_t state = 7;
  for (int round = 0; round < 20'000; ++round) {
    CapturedFrame frame;
    frame.bytes.resize(next_random(state) % 90);
    frame.bytes.shrink_to_fit();
    for (std::uint8_t& byte : frame.bytes) byte = static_cast<std::uint8_t>(next_random(state));
    frame.link_type = kKnownLinkTypes.at(next_random(state) % kKnownLinkTypes.size());
    decode_checked(frame, tally);
  }
  CHECK(tally.balanced());
}
