#include "capture/source/pcap_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/capture/source/scratch_file.hpp"
#include "tests/capture/source/slow_bytes.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/pcap_writer.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// Everything that a source reported until its end.
struct Read {
  std::vector<CapturedFrame> frames;
  std::vector<std::uint64_t> numbers;
  ReadOutcome outcome{ReadOutcome::frames};
  std::string error;
  SourceFacts facts;
};

Read read_all(std::unique_ptr<ByteSource> bytes) {
  auto source = PcapReader::open(ByteWindow(std::move(bytes)), "x");
  REQUIRE(source);
  Read read;
  FrameBatch batch;
  while (read.outcome == ReadOutcome::frames) {
    read.outcome = (*source)->next(batch);
    for (const FrameView& frame : batch.view()) {
      read.frames.push_back({.bytes = {frame.bytes().begin(), frame.bytes().end()},
                             .time = frame.time,
                             .wire_length = frame.wire_length,
                             .link_type = frame.link_type,
                             .interface_index = frame.interface_index});
      read.numbers.push_back(frame.number);
    }
  }
  // A final outcome stays final.
  CHECK((*source)->next(batch) == read.outcome);
  CHECK(batch.size == 0);
  if ((*source)->error()) read.error = message(*(*source)->error());
  read.facts = (*source)->facts();
  return read;
}

Read read_all(const Bytes& bytes) {
  return read_all(bytes_in_memory(bytes));
}

// Frames of increasing size, a millisecond and some nanoseconds apart.
PcapWriter capture_of(std::size_t frames, PcapOptions options = {}) {
  PcapWriter capture(options);
  for (std::size_t index = 0; index < frames; ++index) {
    capture.add(Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload(Bytes(index % 50)),
                kStart + Duration{static_cast<std::int64_t>(index) * 1'000'009});
  }
  return capture;
}

}  // namespace

TEST_CASE("pcap in both byte orders and resolutions") {
  for (const bool big_endian : {false, true}) {
    for (const bool nanoseconds : {false, true}) {
      CAPTURE(big_endian);
      CAPTURE(nanoseconds);
      const PcapWriter capture = capture_of(3, {.big_endian = big_endian, .nanoseconds = nanoseconds});
      CHECK(PcapReader::recognises(capture.bytes()));
      const Read read = read_all(capture.bytes());
      CHECK(read.outcome == ReadOutcome::end);
      REQUIRE(read.frames.size() == 3);
      CHECK(read.numbers == std::vector<std::uint64_t>{1, 2, 3});
      CHECK(read.frames[2].time == kStart + Duration{nanoseconds ? 2'000'018 : 2'000'000});
      CHECK(read.frames[2].bytes ==
            Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload(Bytes(2)).bytes());
      CHECK(read.frames[2].wire_length == 44);
      CHECK(read.facts.bytes == capture.bytes().size());
    }
  }
}

TEST_CASE("times after 2038 are not negative") {
  PcapWriter capture;
  capture.add_record(0xffffffff, 999'999, 0, 0, {});
  CHECK(to_string(read_all(capture.bytes()).frames.at(0).time) == "2106-02-07T06:28:15.999999000Z");
}

TEST_CASE("a fraction of more than a second carries over, and never overflows") {
  PcapWriter capture;
  capture.add_record(10, 1'500'000, 0, 0, {});
  capture.add_record(0xffffffff, 0xffffffff, 0, 0, {});
  const Read read = read_all(capture.bytes());
  CHECK(read.frames.at(0).time == Timestamp::from_parts(11, 500'000'000));
  CHECK(read.frames.at(1).time > read.frames.at(0).time);
}

TEST_CASE("the link type is the lower half of its field") {
  for (const std::uint32_t network : {1U, 0xf4000001U, 0x24000001U, 0x0fff0001U}) {
    const Read read = read_all(capture_of(1, {.network = network}).bytes());
    CHECK(read.facts.link_types == std::vector<LinkType>{kLinkEthernet});
    CHECK(read.frames.at(0).link_type == kLinkEthernet);
  }
  CHECK(read_all(capture_of(1, {.network = 276}).bytes()).frames.at(0).link_type == 276);
}

TEST_CASE("a capture without frames is still a capture") {
  const Read read = read_all(capture_of(0).bytes());
  CHECK(read.outcome == ReadOutcome::end);
  CHECK(read.frames.empty());
  CHECK(read.facts.bytes == 24);
}

TEST_CASE("a snap length truncates frames but not their length on the wire") {
  const Read read = read_all(capture_of(1, {.snap_length = 20}).bytes());
  CHECK(read.frames.at(0).bytes.size() == 20);
  CHECK(read.frames.at(0).wire_length == 42);
}

TEST_CASE("a wrong snap length is not believed") {
  PcapWriter capture({.snap_length = 10});
  capture.add_record(0, 0, 100, 100, Bytes(100));
  const Read read = read_all(capture.bytes());
  CHECK(read.outcome == ReadOutcome::end);
  CHECK(read.frames.at(0).bytes.size() == 100);
}

TEST_CASE("a frame shorter on the wire than captured is corrected, and counted") {
  PcapWriter capture;
  capture.add_record(0, 0, 60, 42, Bytes(60));
  capture.add_record(0, 0, 60, 60, Bytes(60));
  const Read read = read_all(capture.bytes());
  CHECK(read.frames.at(0).wire_length == 60);
  CHECK(read.facts.lengths_corrected == 1);
}

TEST_CASE("versions before 2.4 may swap the two lengths") {
  PcapWriter capture;
  capture.add_record(0, 0, 100, 60, Bytes(60));
  capture.add_record(0, 0, 60, 100, Bytes(60));
  Bytes bytes = capture.bytes();
  bytes[6] = 3;
  const Read read = read_all(bytes);
  REQUIRE(read.frames.size() == 2);
  for (const CapturedFrame& frame : read.frames) {
    CHECK(frame.bytes.size() == 60);
    CHECK(frame.wire_length == 100);
  }
  CHECK(read.facts.lengths_corrected == 0);
}

TEST_CASE("a record of one megabyte is read, a longer one is treated as damage") {
  PcapWriter capture;
  capture.add_record(0, 0, 1, 1, Bytes(1));
  capture.add_record(0, 0, PcapReader::kLongestRecord, PcapReader::kLongestRecord,
                     Bytes(PcapReader::kLongestRecord, 7));
  CHECK(read_all(capture.bytes()).frames.size() == 2);

  PcapWriter damaged = capture_of(2);
  damaged.add_record(0, 0, PcapReader::kLongestRecord + 1, 60, Bytes(60));
  const Read read = read_all(damaged.bytes());
  CHECK(read.frames.size() == 2);
  CHECK(read.outcome == ReadOutcome::failed);
  CHECK_FALSE(read.facts.cut_short);
  CHECK(read.error ==
        "x: damaged at byte 141: the record of frame 3 claims 1048577 bytes, more than the limit of "
        "1048576");
}

TEST_CASE("many frames come in batches, numbered consecutively, however the bytes arrive") {
  const PcapWriter capture = capture_of(2'000);
  const Read whole = read_all(capture.bytes());
  REQUIRE(whole.frames.size() == 2'000);
  CHECK(whole.numbers.back() == 2'000);
  for (const std::size_t piece : {1U, 16U, 1'000U, 65'536U}) {
    CAPTURE(piece);
    const Read pieces = read_all(std::make_unique<SlowBytes>(capture.bytes(), piece));
    CHECK(pieces.numbers == whole.numbers);
    CHECK(std::equal(pieces.frames.begin(), pieces.frames.end(), whole.frames.begin(), whole.frames.end(),
                     [](const CapturedFrame& left, const CapturedFrame& right) {
                       return left.bytes == right.bytes && left.time == right.time;
                     }));
  }
}

TEST_CASE("a capture larger than the window loses nothing at its edges") {
  PcapWriter capture;
  const std::size_t count = 3 * ByteWindow::kBlock / 1'000;
  for (std::size_t index = 0; index < count; ++index) {
    capture.add(Bytes(985 + index % 13, static_cast<std::uint8_t>(index)));
  }
  const Read read = read_all(capture.bytes());
  CHECK(read.outcome == ReadOutcome::end);
  REQUIRE(read.frames.size() == count);
  for (std::size_t index = 0; index < count; ++index) {
    const Bytes expected(985 + index % 13, static_cast<std::uint8_t>(index));
    if (read.frames[index].bytes != expected) FAIL_CHECK("frame " << index + 1 << " differs");
  }
}

TEST_CASE("a capture cut at any byte yields every whole frame, and says where it is cut") {
  const PcapWriter capture = capture_of(5);
  const std::vector<std::size_t>& edges = capture.record_edges();
  for (std::size_t size = edges.front(); size <= capture.bytes().size(); ++size) {
    CAPTURE(size);
    const Read read =
        read_all(Bytes(capture.bytes().begin(), capture.bytes().begin() + static_cast<std::ptrdiff_t>(size)));
    // Of the edges up to here, the first is the end of the file header.
    const auto past = std::upper_bound(edges.begin(), edges.end(), size);
    CHECK(read.frames.size() == static_cast<std::size_t>(past - edges.begin()) - 1);
    const bool whole = *(past - 1) == size;
    CHECK(read.outcome == (whole ? ReadOutcome::end : ReadOutcome::failed));
    CHECK(read.facts.cut_short == !whole);
    CHECK(read.error.empty() == whole);
  }
}

TEST_CASE("a cut is reported with its frame, its byte and how much is there") {
  const PcapWriter capture = capture_of(3);  // records begin at 24, 82, 141; the last ends at 201
  const auto error_at = [&](std::ptrdiff_t size) {
    return read_all(Bytes(capture.bytes().begin(), capture.bytes().begin() + size)).error;
  };
  CHECK(error_at(200) == "x: cut in frame 3 at byte 157: 43 of 44 bytes are present");
  CHECK(error_at(157) == "x: cut in frame 3 at byte 157: 0 of 44 bytes are present");
  CHECK(error_at(150) == "x: cut in the record header of frame 3 at byte 141: 9 of 16 bytes are present");
}

TEST_CASE("a read that fails half-way yields what came before") {
  const PcapWriter capture = capture_of(3);
  const Error fault{ErrorKind::io, "reading failed: Input/output error", "x"};
  for (const std::size_t size : {201U, 190U, 150U, 141U}) {
    const Read read =
        read_all(std::make_unique<SlowBytes>(std::span(capture.bytes()).first(size), 1'000, &fault));
    CHECK(read.frames.size() == (size == 201 ? 3 : 2));
    CHECK(read.outcome == ReadOutcome::failed);
    CHECK(read.error == "x: reading failed: Input/output error");
    CHECK_FALSE(read.facts.cut_short);
  }
}

TEST_CASE("random bytes after a file header never do harm") {
  std::uint32_t state = 12345;
  for (int round = 0; round < 300; ++round) {
    PcapWriter capture;
    Bytes bytes = capture.bytes();
    for (int index = 0; index < 500; ++index) {
      state = state * 1'664'525 + 1'013'904'223;
      // Mostly small values, so that lengths are plausible now and then.
      bytes.push_back(static_cast<std::uint8_t>((state >> 28U) < 12 ? 0 : state >> 20U));
    }
    const Read read = read_all(bytes);
    for (const CapturedFrame& frame : read.frames) CHECK(frame.wire_length >= frame.bytes.size());
  }
}

TEST_CASE("a file that shrinks while it is read counts as cut there") {
  constexpr std::size_t kFrame = 1000;
  constexpr std::size_t kRecord = kFrame + 16;
  PcapWriter capture;
  for (std::size_t count = 0; count < 4 * ByteWindow::kBlock / kRecord; ++count) {
    capture.add(std::vector<std::uint8_t>(kFrame, static_cast<std::uint8_t>(count)));
  }
  const ScratchFile file(capture.bytes());
  auto bytes = open_bytes(file.path());
  REQUIRE(bytes);
  auto source = PcapReader::open(ByteWindow(std::move(*bytes)), "x");
  REQUIRE(source);
  FrameBatch batch;
  REQUIRE((*source)->next(batch) == ReadOutcome::frames);
  const std::size_t left = 24 + 2 * ByteWindow::kBlock / kRecord * kRecord + 500;
  std::filesystem::resize_file(file.path(), left);
  std::uint64_t last = 0;
  while ((*source)->next(batch) == ReadOutcome::frames) {
    CHECK(batch.view().back().bytes().back() == static_cast<std::uint8_t>(batch.view().back().number - 1));
    last = batch.view().back().number;
  }
  CHECK(last == left / kRecord);
  CHECK((*source)->facts().cut_short);
  REQUIRE((*source)->error());
  CHECK((*source)->error()->what.find("cut in frame " + std::to_string(last + 1)) != std::string::npos);
}
