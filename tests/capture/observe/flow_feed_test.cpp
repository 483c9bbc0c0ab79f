#include "capture/observe/internal/flow_feed.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>

#include "capture/observe/observe.hpp"
#include "tests/support/dns_packet.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// A small world with everything that one flow can reveal about another: errors with quotes, answers from
// other ports, names, fragments, copies, and a clock that jumps.
class RandomFrames {
 public:
  explicit RandomFrames(std::uint32_t seed) : random_(seed) {}

  void fill(MemorySource& source, unsigned frames) {
    Timestamp now = kStart;
    for (unsigned count = 0; count < frames; ++count) {
      now = now + (below(400) == 0 ? seconds(4000) : milliseconds(below(900)));
      const bool wrong = below(150) == 0;
      const Bytes bytes = frame();
      source.add(bytes, wrong ? now + seconds(90'000) : now);
      if (below(20) == 0) source.add(bytes, now + milliseconds(1));
    }
  }

 private:
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  std::string host() { return "10.0.0." + std::to_string(1 + below(9)); }
  std::uint16_t port() {
    constexpr std::array<std::uint16_t, 5> kPorts{53, 80, 443, 69, 1494};
    return below(2) == 0 ? kPorts[below(5)] : static_cast<std::uint16_t>(40'000 + below(6));
  }

  Bytes frame() {
    const std::string from = host();
    const std::string to = host();
    PacketBuilder builder = Eth();
    if (below(4) == 0) builder.vlan(static_cast<std::uint16_t>(10 + below(2)));
    builder.ipv4(from, to);
    switch (below(8)) {
      case 0:
        return builder.unreachable(3, Ip().ipv4(to, host()).udp(port(), port()));
      case 1:
        return builder.udp(53, port()).payload(answer());
      case 2:
        return builder.udp(port(), port()).payload("data");
      case 3:
        return builder.fragment(below(2) * 8, true, below(4)).udp(port(), port()).payload("in parts");
      case 4:
        return builder.echo_request();
      default:
        break;
    }
    constexpr std::array<int, 6> kFlags{kTcpSyn, kTcpSyn | kTcpAck, kTcpAck,
                                        kTcpAck, kTcpFin | kTcpAck, kTcpRst};
    constexpr std::array<std::string_view, 4> kSaid{"", "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
                                                    "SSH-2.0-x\r\n", "?"};
    return builder.tcp(port(), port(), kFlags[below(6)])
        .seq(below(90))
        .ack(below(90))
        .payload(kSaid[below(4)]);
  }

  std::string answer() {
    const std::string name = "n" + std::to_string(below(5)) + ".example";
    const std::string address{10, 0, 0, static_cast<char>(1 + below(9))};
    return DnsMessage().question(DnsMessage::name(name)).a(name, below(300), address).bytes();
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("any number of threads gives the same evidence, even when limits are reached") {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    MemorySource source;
    RandomFrames(seed).fill(source, 3000);
    ObserveOptions options;
    options.table.seed = seed;
    if (seed % 2 == 0) options.table.max_flows = 32;
    const Evidence alone = observe(source, options);
    REQUIRE(alone.inputs[0].accounting.balanced());
    if (seed % 2 == 0) CHECK(alone.limits_hit[Limit::flows] > 100);
    CHECK(alone.inputs[0].gaps.duplicates > 20);
    CHECK_FALSE(alone.names.empty());
    for (const unsigned threads : {2U, 3U, 8U, 20U}) {
      options.threads = threads;
      source.rewind();
      source.batches_of(1 + seed * 21);
      CHECK(observe(source, options) == alone);
    }
  }
}

namespace {

class Failing final : public FlowSink {
 public:
  void closed(const ClosedFlow& /*flow*/) override { throw std::length_error("full"); }
};

class Counting final : public FlowSink {
 public:
  void closed(const ClosedFlow& /*flow*/) override { ++flows; }
  int flows{0};
};

FrameView view_of(const Bytes& bytes) {
  FrameView frame;
  frame.data = bytes.data();
  frame.captured = static_cast<std::uint32_t>(bytes.size());
  frame.wire_length = frame.captured;
  frame.time = kStart;
  return frame;
}

// Shards that report to one sink, and a threaded feed.
struct Fed {
  explicit Fed(FlowSink& sink) {
    std::array<FlowSink*, kFlowShards> sinks{};
    sinks.fill(&sink);
    shards.emplace(FlowTableOptions{}, sinks);
    feed = feed_shards(*shards, 3);
  }

  void put(const Bytes& bytes) {
    const FrameView frame = view_of(bytes);
    if (!feed->block().has_room(frame)) feed->pass_on();
    PacketBlock& block = feed->block();
    decode(frame, block.next());
    hash.look_up(block.next(), block.next_lookup());
    block.keep(frame);
    block.add();
  }

  FlowHash hash{0};
  std::optional<FlowShards> shards;
  std::unique_ptr<FlowFeed> feed;
};

const Bytes kDatagram = Eth().ipv4("10.0.0.1", "10.0.0.2").udp(1, 2).payload("long");

}  // namespace

TEST_CASE("an exception in a thread reaches the thread that feeds it") {
  Failing sink;
  Fed fed(sink);
  fed.put(kDatagram);
  CHECK_THROWS_AS(fed.feed->finish(kStart), std::length_error);
}

TEST_CASE("an abandoned feed closes no flow") {
  Counting sink;
  {
    Fed fed(sink);
    fed.put(kDatagram);
    fed.feed->pass_on();
  }
  CHECK(sink.flows == 0);
}

TEST_CASE("frames too long for a block's memory travel alone") {
  Counting sink;
  Fed fed(sink);
  Bytes bytes = kDatagram;
  bytes.resize(3'000'000);
  for (int count = 0; count < 9; ++count) fed.put(bytes);
  fed.feed->finish(kStart);
  CHECK(sink.flows == 1);
}
