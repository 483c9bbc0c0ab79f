// The same frames as pcap and as a NetScaler trace: the same flows and conversations.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "capture/decode/packet.hpp"
#include "capture/observe/observe.hpp"
#include "capture/source/open_capture.hpp"
#include "tests/capture/source/nstrace_reading.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/pcap_writer.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

std::vector<CapturedFrame> random_frames(std::uint32_t seed, std::size_t count) {
  std::vector<CapturedFrame> frames;
  std::uint32_t state = seed;
  const auto below = [&state](std::uint32_t limit) {
    state = state * 1'664'525 + 1'013'904'223;
    return (state >> 8U) % limit;
  };
  std::int64_t time = 0;
  for (std::size_t index = 0; index < count; ++index) {
    const std::string client = "10.0.0." + std::to_string(1 + below(4));
    const std::string server = "10.0.1." + std::to_string(1 + below(3));
    const auto port = static_cast<std::uint16_t>(50'000 + below(3));
    const bool answer = below(2) == 1;
    const Bytes payload(below(700), 'p');
    CapturedFrame frame;
    if (below(3) == 0) {
      frame.bytes = Eth().ipv4(client, server).udp(port, 53).payload(payload);
    } else if (answer) {
      frame.bytes = Eth().ipv4(server, client).tcp(443, port, kTcpAck).seq(below(1'000'000)).payload(payload);
    } else {
      const int flags = below(5) == 0 ? kTcpSyn : kTcpAck;
      frame.bytes = Eth().ipv4(client, server).tcp(port, 443, flags).seq(below(1'000'000)).payload(payload);
    }
    frame.time = kStart + Duration{time += 1'000 + below(20'000'000)};
    frames.push_back(std::move(frame));
  }
  return frames;
}

std::unique_ptr<PacketSource> opened(const Bytes& bytes) {
  auto source = open_capture(bytes_in_memory(bytes), "x");
  REQUIRE(source);
  return std::move(*source);
}

// Everything in which the file formats may differ.
Input without_file(Input input) {
  input.format.clear();
  input.bytes = 0;
  return input;
}

}  // namespace

TEST_CASE("pcap and nstrace of the same frames give the same flows") {
  for (const NstraceVersion version : kNstraceVersions) {
    for (const std::uint32_t snap : {0U, 164U}) {
      CAPTURE(snap);
      PcapWriter pcap(snap == 0 ? PcapOptions{.nanoseconds = true}
                                : PcapOptions{.nanoseconds = true, .snap_length = snap});
      NstraceWriter trace(version);
      trace.absolute_time(kStart);
      for (const CapturedFrame& frame : random_frames(snap + 1, 600)) {
        pcap.add(frame);
        trace.add(frame, {.stage = NstraceStage::received, .snap = snap});
      }
      const auto from_pcap = opened(pcap.bytes());
      const auto from_trace = opened(trace.bytes());
      const FlowListing expected = list_flows(*from_pcap, {});
      const FlowListing flows = list_flows(*from_trace, {});
      CHECK(expected.flows.size() > 20);
      CHECK(flows.flows == expected.flows);
      CHECK(without_file(flows.input) == without_file(expected.input));

      const auto again_pcap = opened(pcap.bytes());
      const auto again_trace = opened(trace.bytes());
      const Evidence left = observe(*again_pcap, {});
      const Evidence right = observe(*again_trace, {});
      CHECK(left.conversations == right.conversations);
      CHECK(left.loose == right.loose);
    }
  }
}

TEST_CASE("a trace of every stage gives the same packets and bytes as a trace of one stage") {
  PcapWriter pcap({.nanoseconds = true});
  NstraceWriter trace(NstraceVersion::v3_5);
  std::size_t index = 0;
  for (const CapturedFrame& frame : random_frames(7, 600)) {
    const bool out = ++index % 2 == 0;
    pcap.add(frame);
    trace.add(frame, {.stage = out ? NstraceStage::queued : NstraceStage::received});
    trace.add(frame, {.stage = out ? NstraceStage::sent : NstraceStage::accepted});
  }
  const auto from_pcap = opened(pcap.bytes());
  const auto from_trace = opened(trace.bytes());
  const FlowListing expected = list_flows(*from_pcap, {});
  FlowListing flows = list_flows(*from_trace, {});
  REQUIRE(flows.flows.size() == expected.flows.size());
  for (std::size_t flow = 0; flow < flows.flows.size(); ++flow) {
    // Numbers count every record.
    flows.flows[flow].facts.first_frame = expected.flows[flow].facts.first_frame;
    CHECK(flows.flows[flow] == expected.flows[flow]);
  }
}
