// Captures that are cut, claim wrong lengths, or refer to something that is missing.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "capture/source/pcapng_reader.hpp"
#include "tests/capture/source/read_source.hpp"
#include "tests/capture/source/slow_bytes.hpp"
#include "tests/support/pcapng_writer.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// A capture with every kind of block, and the number of frames before each of its edges.
struct Sample {
  PcapngWriter capture;
  std::vector<std::size_t> frames{0};

  Sample() {
    frames.push_back(0);  // the section header that a writer begins with
    for (const bool big_endian : {false, true}) {
      if (big_endian) note([&] { capture.begin_section({.big_endian = true}); });
      add_section();
    }
  }

  void add_section() {
    note([&] { capture.add_interface({.snap_length = 4, .time_offset = -3, .name = "eth0"}); });
    note([&] { capture.add_names(capture.name_record(1, {10, 0, 0, 1}, "one")); });
    note([&] { capture.add_enhanced(0, 1'000, {1, 2, 3, 4, 5}, 9, capture.option(4, capture.u64(2))); }, 1);
    note([&] { capture.add_simple({1, 2, 3, 4}, 60); }, 1);
    note([&] { capture.add_obsolete(0, 1, 2'000, {1, 2, 3}); }, 1);
    note([&] { capture.add_block(0x0bad, {1, 2, 3, 4, 5, 6, 7, 8}); });
    note([&] { capture.add_block(10, {1, 2, 3, 4, 5, 6, 7, 8}); });
    note([&] { capture.add_block(4711, {}); });
    note([&] { capture.add_statistics(0, capture.option(5, capture.u64(3))); });
    note([&] { capture.add_enhanced(0, 3'000, {}); }, 1);
  }

  template <typename Add>
  void note(const Add& add, std::size_t more_frames = 0) {
    add();
    frames.push_back(frames.back() + more_frames);
  }
};

Bytes first(const Bytes& bytes, std::size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

TEST_CASE("pcapng cut at any byte yields the packets of all whole blocks, and says where it is cut") {
  const Sample sample;
  const Bytes& bytes = sample.capture.bytes();
  const std::vector<std::size_t>& edges = sample.capture.block_edges();
  REQUIRE(edges.size() == sample.frames.size());
  for (std::size_t size = 0; size < 28; ++size) {
    const Bytes cut = first(bytes, size);
    const auto source = open_capture(bytes_in_memory(cut), "x");
    REQUIRE_FALSE(source);
    CHECK(source.error().kind == ErrorKind::bad_data);
  }
  for (std::size_t size = 28; size <= bytes.size(); ++size) {
    CAPTURE(size);
    const ReadSource read = read_source(first(bytes, size));
    const auto past = std::upper_bound(edges.begin(), edges.end(), size);
    const auto edge = static_cast<std::size_t>(past - edges.begin()) - 1;
    CHECK(read.frames.size() == sample.frames[edge]);
    const bool whole = edges[edge] == size;
    CHECK(read.outcome == (whole ? ReadOutcome::end : ReadOutcome::failed));
    CHECK(read.facts.cut_short == !whole);
    CHECK(read.error.empty() == whole);
    if (whole) continue;
    CHECK(read.error.find("at byte " + std::to_string(edges[edge])) != std::string::npos);
  }
}

TEST_CASE("how a cut is described") {
  PcapngWriter capture;                      // 28 bytes
  capture.add_interface({.time_unit = {}});  // to 48
  capture.add_enhanced(0, 1, Bytes(8));      // to 88
  capture.add_block(4711, Bytes(100));       // to 200
  const auto error_at = [&](std::size_t size) { return read_source(first(capture.bytes(), size)).error; };
  CHECK(error_at(47) == "x: cut in the block at byte 28: 19 of 20 bytes are present");
  CHECK(error_at(59) == "x: cut in the head of the block at byte 48: 11 of at least 12 bytes are present");
  CHECK(error_at(87) == "x: cut in the block of frame 1 at byte 48: 39 of 40 bytes are present");
  CHECK(error_at(198) == "x: cut in the block at byte 88: 110 of 112 bytes are present");
}

TEST_CASE("a read that fails half-way, in any block, yields what came before") {
  const Sample sample;
  const Error fault{ErrorKind::io, "reading failed: Input/output error", "x"};
  const std::vector<std::size_t>& edges = sample.capture.block_edges();
  for (std::size_t index = 1; index + 1 < edges.size(); ++index) {
    for (const std::size_t size : {edges[index], edges[index] + 5, edges[index + 1] - 1}) {
      const ReadSource read = read_source(
          std::make_unique<SlowBytes>(std::span(sample.capture.bytes()).first(size), 1'000, &fault));
      CHECK(read.frames.size() == sample.frames[index]);
      CHECK(read.outcome == ReadOutcome::failed);
      CHECK(read.error == "x: reading failed: Input/output error");
      CHECK_FALSE(read.facts.cut_short);
    }
  }
}

TEST_CASE("a wrong length ends the reading after the packets before it") {
  struct Row {
    const char* what;
    std::function<void(PcapngWriter&)> add;
    const char* error;
  };
  // Section header, interface and one packet take 80 bytes.
  const std::vector<Row> rows{
      {"a length of zero", [](PcapngWriter& to) { to.add_block(4711, {}, 0); },
       "a block claims 0 bytes; it must be a multiple of 4 and at least 12"},
      {"a length that is not a multiple of four", [](PcapngWriter& to) { to.add_block(4711, Bytes(8), 18); },
       "a block claims 18 bytes; it must be a multiple of 4 and at least 12"},
      {"a trailer that differs", [](PcapngWriter& to) { to.add_block(4711, Bytes(8), 20, 24); },
       "a block begins with a length of 20 bytes and ends with a different one"},
      {"a trailer that differs, of a packet", [](PcapngWriter& to) { to.add_block(6, Bytes(24), 36, 0); },
       "a block begins with a length of 36 bytes and ends with a different one"},
      {"a trailer that differs, after a block too large for the window",
       [](PcapngWriter& to) { to.add_block(4711, Bytes(std::size_t{2} << 20U), {}, 24); },
       "a block begins with a length of 2097164 bytes and ends with a different one"},
      {"a section header without its fields",
       [](PcapngWriter& to) { to.add_block(0x0a0d0d0a, to.u32(0x1a2b3c4d)); },
       "a block of type 168627466 has 16 bytes, too few for its 28 bytes of fixed fields"},
      {"a section header with no byte order", [](PcapngWriter& to) { to.add_block(0x0a0d0d0a, Bytes(16)); },
       "the byte-order magic of the section header reads 00000000"},
      {"an interface without its fields", [](PcapngWriter& to) { to.add_block(1, {}); },
       "a block of type 1 has 12 bytes, too few for its 20 bytes of fixed fields"},
      {"a packet without its fields", [](PcapngWriter& to) { to.add_block(6, Bytes(16)); },
       "a block of type 6 has 28 bytes, too few for its 32 bytes of fixed fields"},
      {"an obsolete packet without its fields", [](PcapngWriter& to) { to.add_block(2, Bytes(16)); },
       "a block of type 2 has 28 bytes, too few for its 32 bytes of fixed fields"},
      {"a simple packet without its fields", [](PcapngWriter& to) { to.add_block(3, {}); },
       "a block of type 3 has 12 bytes, too few for its 16 bytes of fixed fields"},
      {"statistics without their fields", [](PcapngWriter& to) { to.add_block(5, Bytes(8)); },
       "a block of type 5 has 20 bytes, too few for its 24 bytes of fixed fields"},
      {"a block that would not fit into memory",
       [](PcapngWriter& to) { to.add_block(6, Bytes(20), 0xfffffffc); },
       "a block of type 6 claims 4294967292 bytes, more than the limit of 16777216"},
      {"a packet longer than its block",
       [](PcapngWriter& to) {
         Bytes body = Bytes(20);
         body[12] = 5;
         to.add_block(6, body);
       },
       "the packet of frame 2 claims more bytes than its block has"},
      {"a simple packet longer than its block", [](PcapngWriter& to) { to.add_simple(Bytes(8), 9); },
       "the packet of frame 2 claims more bytes than its block has"},
      {"a packet longer than any packet can be",
       [](PcapngWriter& to) { to.add_enhanced(0, 1, Bytes(kLongestPcapngPacket + 1)); },
       "the packet of frame 2 claims more than the limit of 1048576 bytes"},
      {"a packet of an interface that was not described",
       [](PcapngWriter& to) { to.add_enhanced(1, 1, Bytes(4)); },
       "frame 2 belongs to an interface that was not described, so its link type is unknown"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    PcapngWriter capture;
    capture.add_interface({.time_unit = {}});
    capture.add_enhanced(0, 1, {});
    row.add(capture);
    capture.add_enhanced(0, 1, {});
    const ReadSource read = read_source(capture.bytes());
    CHECK(read.outcome == ReadOutcome::failed);
    CHECK(read.frames.size() == 1);
    CHECK_FALSE(read.facts.cut_short);
    CHECK(read.error == std::string("x: damaged at byte 80: ") + row.error);
  }
}

TEST_CASE("interfaces end with their section") {
  PcapngWriter capture;
  capture.add_interface();
  capture.begin_section();
  capture.add_simple({1, 2, 3, 4});
  const ReadSource read = read_source(capture.bytes());
  CHECK(read.outcome == ReadOutcome::failed);
  CHECK(read.error.find("frame 1 belongs to an interface that was not described") != std::string::npos);
}

TEST_CASE("an unknown version is refused, at once or where its section begins") {
  const PcapngWriter future({.major = 2, .minor = 1});
  const auto source = open_capture(bytes_in_memory(future.bytes()), "x");
  REQUIRE_FALSE(source);
  CHECK(message(source.error()) ==
        "x: the section at byte 0 is pcapng version 2.1; only version 1.0 can be read");

  PcapngWriter capture;
  capture.add_interface({.time_unit = {}});
  capture.add_enhanced(0, 1, {});
  capture.begin_section({.big_endian = true, .minor = 1});
  const ReadSource read = read_source(capture.bytes());
  CHECK(read.frames.size() == 1);
  CHECK(read.error == "x: the section at byte 80 is pcapng version 1.1; only version 1.0 can be read");
}

TEST_CASE("a file that only begins like pcapng is refused at once") {
  Bytes text{'\n', '\r', '\r', '\n'};
  text.resize(40, ' ');
  const auto source = open_capture(bytes_in_memory(text), "x");
  REQUIRE_FALSE(source);
  CHECK(message(source.error()) ==
        "x: damaged at byte 0: the byte-order magic of the section header reads 20202020");
}

TEST_CASE("the longest packet is read, even with a comment of megabytes") {
  PcapngWriter capture;
  capture.add_interface();
  capture.add_enhanced(0, 1, Bytes(1));
  Bytes comments;
  for (int index = 0; index < 50; ++index) append(comments, capture.option(1, Bytes(60'000, 'x')));
  capture.add_enhanced(0, 1, Bytes(kLongestPcapngPacket, 7), {}, comments);
  const ReadSource read = read_source(capture.bytes());
  CHECK(read.outcome == ReadOutcome::end);
  REQUIRE(read.frames.size() == 2);
  CHECK(read.frames[1].bytes == Bytes(kLongestPcapngPacket, 7));
}

TEST_CASE("random bytes within a capture never do harm") {
  const Sample sample;
  std::uint32_t state = 12345;
  const auto random = [&state] {
    state = state * 1'664'525 + 1'013'904'223;
    return state >> 8U;
  };
  for (int round = 0; round < 2'000; ++round) {
    Bytes bytes = sample.capture.bytes();
    for (int change = 0; change < 3; ++change) {
      bytes[28 + random() % (bytes.size() - 28)] = static_cast<std::uint8_t>(random());
    }
    const ReadSource read = read_source(bytes);
    for (const CapturedFrame& frame : read.frames) CHECK(frame.wire_length >= frame.bytes.size());
  }
}
