#include "capture/source/nstrace_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "capture/source/open_capture.hpp"
#include "tests/capture/source/nstrace_reading.hpp"
#include "tests/capture/source/slow_bytes.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

Bytes datagram(std::size_t payload, std::uint16_t port = 5000) {
  return Eth().ipv4("10.0.0.1", "10.0.0.2").udp(port, 53).payload(Bytes(payload, 7));
}

NstraceWriter begun(NstraceVersion version) {
  NstraceWriter trace(version);
  trace.absolute_time(kStart);
  return trace;
}

Timestamp at(std::int64_t nanoseconds) {
  return kStart + Duration{nanoseconds};
}

// Packets that fill several pages.
NstraceWriter long_trace(NstraceVersion version, std::size_t packets) {
  NstraceWriter trace = begun(version);
  for (std::size_t index = 0; index < packets; ++index) {
    trace.add(datagram(index * 37 % 1400, static_cast<std::uint16_t>(index)),
              at(static_cast<std::int64_t>(index) * 1'003));
  }
  return trace;
}

}  // namespace

TEST_CASE("every layout of every nstrace version: whole and truncated packets, each stage") {
  struct Row {
    NstraceVersion version;
    int layout;
    std::size_t header;
    std::size_t header_of_cut;
  };
  const std::vector<Row> rows{
      {NstraceVersion::v1_0, 10, 12, 16}, {NstraceVersion::v2_0, 20, 8, 12},
      {NstraceVersion::v2_0, 21, 16, 20}, {NstraceVersion::v2_0, 22, 18, 22},
      {NstraceVersion::v2_0, 23, 24, 28}, {NstraceVersion::v2_0, 24, 29, 33},
      {NstraceVersion::v2_0, 25, 31, 35}, {NstraceVersion::v2_0, 26, 48, 52},
      {NstraceVersion::v3_0, 30, 52, 52}, {NstraceVersion::v3_5, 35, 35, 35},
  };
  for (const Row& row : rows) {
    CAPTURE(row.layout);
    NstraceWriter trace = begun(row.version);
    std::int64_t time = 1'000'000;
    const std::size_t stages = row.layout < 24 ? 3 : 4;
    for (std::size_t stage = 0; stage < stages; ++stage) {
      const auto port = static_cast<std::uint16_t>(stage);
      const NstracePacketOptions whole{.stage = static_cast<NstraceStage>(stage), .layout = row.layout};
      NstracePacketOptions cut = whole;
      cut.snap = 164;
      trace.add(datagram(100, port), at(time += 1'001), whole);
      trace.add(datagram(900, port), at(time += 1'001), cut);
    }
    const NstraceRead read = read_nstrace(trace.bytes());
    CHECK(read.outcome == ReadOutcome::end);
    CHECK(read.facts.format == kNstraceVersionNames[static_cast<std::size_t>(row.version)]);
    CHECK(read.facts.link_types == std::vector<LinkType>{kLinkEthernet});
    CHECK(read.facts.bytes == trace.bytes().size());
    CHECK(trace.packets()[0].header == row.header);
    CHECK(trace.packets()[1].header == row.header_of_cut);
    check_frames(read, trace);
    CHECK(read.frames[1].bytes.size() == 164);
    CHECK(read.frames[1].wire_length == 942);
    CHECK(read.copies == 0);
  }
}

TEST_CASE("an nstrace file is recognised by its signature, even from a slow pipe") {
  for (const NstraceVersion version : kNstraceVersions) {
    NstraceWriter trace = begun(version);
    trace.add(datagram(10), at(5));
    const auto source = open_capture(std::make_unique<SlowBytes>(trace.bytes(), 1), "-");
    REQUIRE(source);
    CHECK((*source)->facts().format == kNstraceVersionNames[static_cast<std::size_t>(version)]);
    FrameBatch batch;
    CHECK((*source)->next(batch) == ReadOutcome::frames);
    CHECK(batch.size == 1);
    CHECK((*source)->next(batch) == ReadOutcome::end);

    // Type and text, not length and byte order.
    const bool old = version == NstraceVersion::v1_0;
    const std::size_t text = old ? 8 : 3;
    const std::size_t text_end = old ? kNstraceSignature : kNstraceSignature - 1;
    for (std::size_t index = 0; index < kNstraceSignature; ++index) {
      Bytes other = trace.bytes();
      other[index] ^= 0x20;
      const bool matters = index == 0 || (old && index == 1) || (index >= text && index < text_end);
      CHECK(NstraceReader::recognises(other) == !matters);
      other.resize(index);
      CHECK(NstraceReader::recognises(other) == (index >= text_end));
    }
  }
}

TEST_CASE("a trace without packets is still a trace") {
  for (const NstraceVersion version : kNstraceVersions) {
    const NstraceRead read = read_nstrace(NstraceWriter(version).bytes());
    CHECK(read.outcome == ReadOutcome::end);
    CHECK(read.frames.empty());
    NstraceWriter padded(version);
    padded.pad_to(padded.page());
    CHECK(read_nstrace(padded.bytes()).outcome == ReadOutcome::end);
  }
}

TEST_CASE("records fill pages, and nothing is lost at page edges, however the bytes arrive") {
  for (const NstraceVersion version : kNstraceVersions) {
    const NstraceWriter trace = long_trace(version, 700);
    REQUIRE(trace.bytes().size() > 20 * trace.page());
    for (const std::size_t piece : {999U, 8192U, 1U << 20U}) {
      CAPTURE(piece);
      const NstraceRead read = read_nstrace(std::make_unique<SlowBytes>(trace.bytes(), piece));
      CHECK(read.outcome == ReadOutcome::end);
      check_frames(read, trace);
    }
  }
}

TEST_CASE("a trace larger than the window loses nothing") {
  for (const NstraceVersion version : kNstraceVersions) {
    const NstraceWriter trace = long_trace(version, 3'500);
    REQUIRE(trace.bytes().size() > 2 * ByteWindow::kBlock);
    check_frames(read_nstrace(trace.bytes()), trace);
  }
}

TEST_CASE("since version 3 a record, even its head, may cross the end of a page and be longer than a page") {
  NstraceWriter trace = begun(NstraceVersion::v3_5);
  CapturedFrame jumbo;
  jumbo.bytes = Bytes(30'000, 0x45);
  jumbo.time = kStart;
  trace.add(jumbo);
  trace.add(datagram(1), at(1));
  const NstraceRead read = read_nstrace(trace.bytes());
  CHECK(read.outcome == ReadOutcome::end);
  check_frames(read, trace);

  for (std::size_t before_edge = 1; before_edge < 40; ++before_edge) {
    NstraceWriter close = begun(NstraceVersion::v3_5);
    close.other(0x55, close.page() - close.bytes().size() - before_edge - 3);
    NstraceWriter alone(NstraceVersion::v3_5);
    const std::size_t signature = alone.bytes().size();
    alone.add(datagram(9), at(1));
    close.raw({alone.bytes().begin() + static_cast<std::ptrdiff_t>(signature), alone.bytes().end()});
    const NstraceRead crossing = read_nstrace(close.bytes());
    CHECK(crossing.outcome == ReadOutcome::end);
    CHECK(crossing.frames.size() == 1);
  }
}

TEST_CASE("unused space ends with its page, in version 2.0 with its half page") {
  for (const NstraceVersion version : kNstraceVersions) {
    NstraceWriter trace = begun(version);
    trace.add(datagram(1), at(1));
    trace.pad_to(version == NstraceVersion::v2_0 ? 4096 : trace.page());
    trace.add(datagram(2), at(2));
    trace.pad_to(trace.page());
    trace.add(datagram(3), at(3));
    const NstraceRead read = read_nstrace(trace.bytes());
    CHECK(read.outcome == ReadOutcome::end);
    check_frames(read, trace);
  }
}

TEST_CASE("times counted from packet to packet come in four units") {
  for (const NstraceVersion version : {NstraceVersion::v1_0, NstraceVersion::v2_0}) {
    NstraceWriter trace = begun(version);
    const NstracePacketOptions options{.layout = version == NstraceVersion::v1_0 ? 10 : 20};
    std::int64_t time = 0;
    for (const std::int64_t step : {std::int64_t{1}, std::int64_t{999'999'999}, std::int64_t{70'000'000'000},
                                    std::int64_t{2'000'000'000'000}, std::int64_t{5'000'000'000'000'000}}) {
      trace.add(datagram(1), at(time += step), options);
    }
    trace.relative_time(600);
    trace.add(datagram(2), at(time + 1'000), options);  // less than a second changes nothing yet
    trace.relative_time(500);
    trace.add(datagram(3), at(time + 1'000'001'500), options);
    // The appliance records the time again; the offsets of the packets keep adding up.
    trace.absolute_time(kStart + seconds(100));
    trace.add(datagram(4), at(time + 100'000'000'000 + 3'000), options);
    check_frames(read_nstrace(trace.bytes()), trace);
  }
}

TEST_CASE("packets before the first absolute time are not lost") {
  NstraceWriter trace(NstraceVersion::v2_0);
  trace.add(datagram(1), Timestamp{500}, {.layout = 20});
  trace.absolute_time(kStart);
  trace.add(datagram(2), at(1'500), {.layout = 20});
  check_frames(read_nstrace(trace.bytes()), trace);
}

TEST_CASE("a clock that a forged trace drives too far stops at its limit") {
  NstraceWriter trace = begun(NstraceVersion::v2_0);
  for (int index = 0; index < 20; ++index) {
    // 2^30 - 1 seconds since the last packet.
    trace.raw({0xc2, 0x88, 0x00, 0x01, 0xff, 0xff, 0xff, 0x3f});
  }
  const NstraceRead read = read_nstrace(trace.bytes());
  REQUIRE(read.frames.size() == 20);
  CHECK(read.frames.back().time == Timestamp::latest());

  NstraceWriter later(NstraceVersion::v3_5);
  later.add(datagram(1), Timestamp{-1});  // all bits set
  CHECK(read_nstrace(later.bytes()).frames.at(0).time == Timestamp::latest());
}

TEST_CASE("names of virtual machines lie before the frame") {
  for (const int layout : {25, 26, 30}) {
    CAPTURE(layout);
    NstraceWriter trace = begun(layout == 30 ? NstraceVersion::v3_0 : NstraceVersion::v2_0);
    trace.add(datagram(100), at(1),
              {.layout = layout, .source_name = "vm-one", .destination_name = std::string(200, 'x')});
    trace.add(datagram(900), at(2), {.layout = layout, .snap = 60, .source_name = "vm-two"});
    check_frames(read_nstrace(trace.bytes()), trace);
  }
}

TEST_CASE("pieces before the frame are skipped, and show what was decrypted") {
  NstraceWriter trace = begun(NstraceVersion::v3_5);
  const NstracePiece debug{kPieceTcpDebug, Bytes(13)};
  const NstracePiece cluster{kPieceCluster, Bytes{1, 0, 2, 0, 3}};
  const NstracePiece unknown{0xbb, Bytes(40, 1)};
  const NstracePiece ssl{kPieceSsl, Bytes{1, 0, 0, 0}};
  trace.add(datagram(1), at(1), {.pieces = {debug, cluster, unknown}});
  trace.add(datagram(2), at(2), {.pieces = {cluster, ssl, debug}});
  trace.add(datagram(3), at(3), {.application = 0x07});
  trace.add(datagram(4), at(4), {.application = 0x1f});
  trace.add(datagram(5), at(5), {.application = 0x02});
  const NstraceRead read = read_nstrace(trace.bytes());
  check_frames(read, trace);
  CHECK(read.decrypted == std::vector<bool>{false, true, true, true, false});
}

TEST_CASE("a record that holds no frame is counted, and keeps its number") {
  NstraceWriter trace = begun(NstraceVersion::v3_5);
  trace.add(datagram(1), at(1));
  trace.add(Bytes(30, 'G'), at(2), {.last_piece = kPieceHttp});
  trace.add(Bytes{}, at(3), {.pieces = {{kPieceInfo, Bytes(5)}}, .last_piece = 0});
  trace.add(datagram(2), at(4));
  const NstraceRead read = read_nstrace(trace.bytes());
  CHECK(read.outcome == ReadOutcome::end);
  CHECK(read.numbers == std::vector<std::uint64_t>{1, 4});
  CHECK(read.frameless == 2);
}

TEST_CASE("records that are not packets are skipped, short and long") {
  for (const NstraceVersion version : kNstraceVersions) {
    NstraceWriter trace = begun(version);
    for (const std::size_t size : {6U, 40U, 124U, 126U, 127U, 300U, 5'000U}) {
      trace.other(0x33, size);
      trace.other(0x0a, size);  // when the appliance started
      trace.add(datagram(size % 500), at(static_cast<std::int64_t>(size)));
    }
    const NstraceRead read = read_nstrace(trace.bytes());
    CHECK(read.outcome == ReadOutcome::end);
    check_frames(read, trace);
  }
}

TEST_CASE("an empty frame is a frame") {
  for (const NstraceVersion version : kNstraceVersions) {
    NstraceWriter trace = begun(version);
    trace.add(Bytes{}, at(1));
    trace.add(datagram(1), at(2), {.snap = 14});
    const NstraceRead read = read_nstrace(trace.bytes());
    check_frames(read, trace);
    CHECK(read.frames.at(0).wire_length == 0);
    CHECK(read.frames.at(1).wire_length == 43);
  }
}

TEST_CASE("a length below 128 may take one byte") {
  NstraceWriter trace(NstraceVersion::v2_0);
  trace.add(datagram(1), at(0), {.layout = 23});
  Bytes bytes = trace.bytes();
  const std::size_t offset = trace.packets()[0].offset;
  REQUIRE(bytes[offset + 1] == (0x80 | 67));
  bytes[offset + 1] = 67;
  check_frames(read_nstrace(bytes), trace);
}

TEST_CASE("a packet length shorter than the bytes captured is corrected, and counted") {
  for (const NstraceVersion version : {NstraceVersion::v3_0, NstraceVersion::v3_5}) {
    NstraceWriter trace = begun(version);
    CapturedFrame frame;
    frame.bytes = datagram(100);
    frame.time = at(1);
    frame.wire_length = 60;
    trace.add(frame);
    trace.add(datagram(50), at(2));
    const NstraceRead read = read_nstrace(trace.bytes());
    CHECK(read.frames.at(0).wire_length == 142);
    CHECK(read.facts.lengths_corrected == 1);
  }
}
