// NetScaler traces as tshark reads them, if it is installed: the same packets, times, lengths and addresses.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "capture/decode/decode.hpp"
#include "capture/flow/packet_key.hpp"
#include "tests/capture/source/nstrace_reading.hpp"
#include "tests/capture/source/scratch_file.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr std::array kAllStages{NstraceStage::sent, NstraceStage::queued, NstraceStage::received,
                                NstraceStage::accepted};

// The lines that a command prints; empty if it cannot be run.
std::vector<std::string> lines_of(const std::string& command) {
  std::vector<std::string> lines;
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return lines;
  std::string line;
  for (int letter = std::fgetc(pipe); letter != EOF; letter = std::fgetc(pipe)) {
    if (letter != '\n') {
      line += static_cast<char>(letter);
      continue;
    }
    lines.push_back(line);
    line.clear();
  }
  ::pclose(pipe);
  return lines;
}

bool tshark_is_here() {
  static const bool here = !lines_of("tshark --version 2>/dev/null").empty();
  if (!here) MESSAGE("skipped: tshark is not installed");
  return here;
}

// A packet as one line: number, time, lengths including the trace's own header, addresses and ports.
std::vector<std::string> as_tshark_says(const NstraceWriter& trace) {
  const ScratchFile file(trace.bytes());
  return lines_of(
      "tshark -n -r " + file.path() +
      " -T fields -E separator=/s -E occurrence=f -e frame.number -e frame.time_epoch -e frame.len"
      " -e frame.cap_len -e ip.src -e ipv6.src -e ip.dst -e ipv6.dst -e tcp.srcport -e udp.srcport"
      " -e tcp.dstport -e udp.dstport 2>/dev/null");
}

std::string without_double_blanks(const std::string& line) {
  std::string answer;
  for (const char letter : line) {
    if (letter != ' ' || (!answer.empty() && answer.back() != ' ')) answer += letter;
  }
  while (!answer.empty() && answer.back() == ' ') answer.pop_back();
  return answer;
}

std::vector<std::string> as_we_say(const NstraceWriter& trace) {
  auto source = NstraceReader::open(ByteWindow(bytes_in_memory(trace.bytes())), "x");
  REQUIRE(source);
  std::vector<std::string> lines;
  FrameBatch batch;
  Packet packet;
  while ((*source)->next(batch) == ReadOutcome::frames) {
    for (const FrameView& frame : batch.view()) {
      const std::size_t header = trace.packets().at(frame.number - 1).header;
      std::string line = fmt::format(
          "{} {}.{:09} {} {}", frame.number, frame.time.nanoseconds / 1'000'000'000,
          frame.time.nanoseconds % 1'000'000'000, frame.wire_length + header, frame.captured + header);
      if (decode(frame, packet).kind == Decoded::Kind::packet) {
        line += fmt::format(" {} {}", to_string(packet.source), to_string(packet.destination));
        if (has_ports(packet.protocol)) {
          line += fmt::format(" {} {}", packet.source_port, packet.destination_port);
        }
      }
      lines.push_back(line);
    }
  }
  CHECK_FALSE((*source)->error());
  return lines;
}

void compare(const NstraceWriter& trace) {
  const std::vector<std::string> ours = as_we_say(trace);
  CHECK(ours.size() == trace.packets().size());
  if (!tshark_is_here()) return;
  std::vector<std::string> theirs = as_tshark_says(trace);
  for (std::string& line : theirs) line = without_double_blanks(line);
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t index = 0; index < ours.size(); ++index) CHECK(ours[index] == theirs[index]);
}

struct Mixture {
  NstraceWriter& trace;
  int layout{0};
  std::int64_t time{0};
  std::uint16_t count{0};

  // Packets of several kinds, each at a different stage, whole and truncated.
  void add(const Bytes& bytes) {
    ++count;
    NstracePacketOptions options{.layout = layout, .vlan = 12, .core = 3, .node = 1};
    options.stage = kAllStages.at(count % (layout < 24 ? 3U : 4U));
    if (count % 3 == 0) options.snap = 164;
    if (layout == 35 && count % 4 == 1)
      options.pieces = {{kPieceCluster, Bytes(5)}, {kPieceInfo, Bytes(9, 'i')}};
    if (layout == 30 && count % 4 == 1) options.source_name = "vm";
    trace.add(bytes, kStart + Duration{time += 1'234'567}, options);
  }

  // No two are alike, so that none is mistaken for another stage of an earlier one.
  void add_some() {
    const auto port = static_cast<std::uint16_t>(40'000 + count);
    const std::string sender = fmt::format("10.0.{}.{}", count / 200, 1 + count % 200);
    add(Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(port, 443, kTcpSyn));
    add(Eth().ipv4("192.0.2.7", "10.0.0.2").tcp(port, 1494, kTcpAck).payload(Bytes(600, 'x')));
    add(Eth().ipv4("127.0.0.1", "127.0.0.2").udp(port, 3'003).payload(Bytes(40, 'x')));
    add(Eth().vlan(7).ipv6("fd20::1", "fd20::2").tcp(port, 2598, kTcpAck).payload(Bytes(1'200, 'x')));
    add(Eth().arp(sender, "10.0.0.2"));
  }
};

NstraceWriter mixture(NstraceVersion version, int layout, std::size_t rounds) {
  NstraceWriter trace(version);
  trace.absolute_time(kStart);
  Mixture mixture{.trace = trace, .layout = layout};
  for (std::size_t round = 0; round < rounds; ++round) {
    mixture.add_some();
    trace.other(0x44, 50);
    trace.relative_time(0);
  }
  // Wireshark wants the last page to be full, or the last record to end the file.
  trace.pad_to(trace.page());
  return trace;
}

}  // namespace

TEST_CASE("nstrace 1.0 as tshark reads it") {
  compare(mixture(NstraceVersion::v1_0, 10, 30));
}

TEST_CASE("nstrace 2.0 as tshark reads it, each of its layouts") {
  for (const int layout : {20, 21, 22, 23, 24, 25, 26}) {
    CAPTURE(layout);
    compare(mixture(NstraceVersion::v2_0, layout, layout == 26 ? 30 : 6));
  }
}

TEST_CASE("nstrace 3.0 as tshark reads it") {
  compare(mixture(NstraceVersion::v3_0, 30, 60));
}

TEST_CASE("nstrace 3.5 as tshark reads it") {
  compare(mixture(NstraceVersion::v3_5, 35, 60));
}

TEST_CASE("nstrace times of every unit, and their base, as tshark reads them") {
  for (const NstraceVersion version : {NstraceVersion::v1_0, NstraceVersion::v2_0}) {
    NstraceWriter trace(version);
    trace.absolute_time(kStart);
    const int layout = version == NstraceVersion::v1_0 ? 10 : 22;
    const Bytes bytes = Eth().ipv4("10.0.0.1", "10.0.0.2").udp(1, 2).payload("?");
    std::int64_t time = 0;
    for (const std::int64_t step : {std::int64_t{1}, std::int64_t{999'999'999}, std::int64_t{70'000'000'000},
                                    std::int64_t{2'000'000'000'000}}) {
      trace.add(bytes, kStart + Duration{time += step}, {.layout = layout});
    }
    trace.relative_time(600);
    trace.add(bytes, kStart + Duration{time += 7'000}, {.layout = layout});
    trace.relative_time(1'500);
    trace.add(bytes, kStart + Duration{time += 2'000'000'007}, {.layout = layout});
    trace.absolute_time(kStart + seconds(60));
    trace.relative_time(999);
    trace.add(bytes, kStart + Duration{time += 60'000'000'000}, {.layout = layout});
    trace.pad_to(trace.page());
    compare(trace);
  }
}

TEST_CASE("nstrace pages with unused space at their end, as tshark reads them") {
  for (const NstraceVersion version : kNstraceVersions) {
    NstraceWriter trace(version);
    trace.absolute_time(kStart);
    Mixture mixture{.trace = trace, .layout = 10};
    if (version == NstraceVersion::v2_0) mixture.layout = 26;
    if (version == NstraceVersion::v3_0) mixture.layout = 30;
    if (version == NstraceVersion::v3_5) mixture.layout = 35;
    for (int page = 0; page < 4; ++page) {
      mixture.add_some();
      trace.pad_to(version == NstraceVersion::v2_0 ? 4096 : trace.page());
    }
    trace.pad_to(trace.page());
    compare(trace);
  }
}
