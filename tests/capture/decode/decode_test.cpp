// What holds for every frame, whatever is in it. The files beside this one test the layers.
#include "capture/decode/decode.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "tests/capture/decode/summary.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// One frame of each tunnel.
std::vector<Bytes> every_tunnel() {
  const auto over = [](std::uint8_t protocol) {
    return Eth().ipv4("192.0.2.1", "192.0.2.2").protocol(protocol);
  };
  const auto at = [](std::uint16_t port) { return Eth().ipv4("192.0.2.1", "192.0.2.2").udp(40000, port); };
  const auto udp_in = [](PacketBuilder below) -> Bytes {
    return below.ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("some payload");
  };
  return {
      udp_in(over(4)),
      udp_in(over(47).raw({0xb0, 0, 8, 0, 1, 2, 0, 0, 0, 0, 0, 7, 0, 0, 0, 9})),
      udp_in(over(47).raw({0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 10, 0, 100, 0, 0, 0, 0}).eth()),
      udp_in(over(47).raw({0x30, 1, 0x88, 0x0b, 0, 30, 0, 7, 0, 0, 0, 1, 0xff, 3, 0, 0x21})),
      udp_in(over(97).raw({0x30, 0}).eth()),
      udp_in(over(103).raw({0x21, 0, 0, 0, 0, 0, 0, 0})),
      udp_in(over(115).raw({0, 0, 0, 9}).eth()),
      udp_in(over(137).raw({0, 1, 1, 64})),
      udp_in(at(4789).raw({8, 0, 0, 0, 0, 0x13, 0x88, 0}).eth().vlan(10)),
      udp_in(at(4790).raw({0x0c, 0, 0, 4, 0, 0, 1, 0, 0, 2, 1, 1, 0, 0, 9, 255})),
      udp_in(at(6081).raw({2, 0x40, 8, 0, 0, 0, 1, 0}).raw(Bytes(8))),
      udp_in(at(2152).raw({0x34, 255, 0, 37, 0, 0, 0, 9, 0, 0, 0, 0x85, 1, 0, 9, 0})),
      udp_in(at(1701).raw({0, 2, 0, 17, 0, 3, 0xff, 3, 0, 0x21})),
      udp_in(at(1701).raw({0, 3, 0, 0, 0, 0, 0, 5}).eth()),
      udp_in(at(4341).raw({8, 0, 0, 0, 0, 0, 5, 0})),
      udp_in(at(5247).raw({0, 0x10, 2, 0, 0, 0, 0, 0}).eth()),
      at(3544).raw({0, 0, 1, 2, 3, 4, 5, 6}).ipv6("2001:0:1::1", "fd20::2").udp(5000, 53).payload("?"),
      udp_in(Eth().ethertype(0x8847).raw({0, 1, 0, 64, 0, 2, 1, 64})),
      udp_in(Eth().ethertype(0x8864).raw({0x11, 0, 0, 7, 0, 42, 0, 0x21})),
      udp_in(Eth().ethertype(0x88e7).raw({0, 0, 1, 0}).eth()),
      udp_in(Eth().ethertype(0x88e5).raw({1, 0, 0, 0, 0, 1, 8, 0})),
      udp_in(Eth().ethertype(0x22f3).raw({0, 6, 0, 3, 0, 4}).eth()),
  };
}

// One frame of each kind that the decoder knows.
std::vector<Bytes> every_kind() {
  const auto v4 = [] { return Eth().ipv4("10.0.0.1", "10.0.0.2"); };
  const auto v6 = [] { return Eth().ipv6("fd20::1", "fd20::2"); };
  std::vector<Bytes> kinds = {
      v4().tcp(50000, 1494, kTcpSyn).tcp_options({2, 4, 5, 0xb4}),
      v4().tcp(50000, 1494, kTcpAck).seq(5).ack(9).payload("some payload"),
      v4().udp(5000, 53).payload("some payload that is long enough"),
      v4().ip_options(Bytes(12, 1)).udp(5000, 53).payload("x"),
      v4().sctp(5000, 2905).payload(Bytes(16)),
      v4().echo_request().payload("ping"),
      v4().unreachable(3, Ip().ipv4("10.0.0.2", "10.0.0.1").udp(5000, 53).payload("hello")),
      v4().fragment(0, true).udp(5000, 53).payload(Bytes(64)),
      v4().fragment(64, false).protocol(17).payload(Bytes(64)),
      v4().authentication().tcp(50000, 80, kTcpSyn),
      v4().protocol(89).payload(Bytes(24)),
      v6().tcp(50000, 2598, kTcpAck).payload("some payload"),
      v6().udp(5000, 53).payload("some payload that is long enough"),
      v6().hop_by_hop(16).routing().destination_options().authentication().udp(5000, 53).payload("x"),
      v6().fragment(0, true).udp(5000, 53).payload(Bytes(64)),
      v6().fragment(64, false).protocol(17).payload(Bytes(64)),
      v6().unreachable(4, Ip().ipv6("fd20::2", "fd20::1").hop_by_hop().udp(5000, 53)),
      v6().mobility(16),
      Eth().vlan(10).ipv4("10.0.0.1", "10.0.0.2").tcp(50000, 80, kTcpAck).payload("x"),
      Eth().vlan(5, 0x88a8).vlan(10).ipv6("fd20::1", "fd20::2").udp(5000, 53),
      Eth().snap().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("x"),
      Eth().llc(0x42, 0x42, 3).payload(Bytes(35)),
      Eth().broadcast().arp("10.0.0.1", "10.0.0.2").pad_to(60),
  };
  for (Bytes& tunnel : every_tunnel()) kinds.push_back(std::move(tunnel));
  return kinds;
}

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
  for (const Bytes& bytes : every_kind()) {
    for (const LinkType link_type : kKnownLinkTypes) {
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
