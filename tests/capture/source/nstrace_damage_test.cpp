// NetScaler traces that are cut, damaged or forged.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/capture/source/nstrace_reading.hpp"
#include "tests/capture/source/slow_bytes.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

Bytes datagram(std::size_t payload) {
  return Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload(Bytes(payload, 7));
}

// A little of everything that the version can hold.
NstraceWriter small_trace(NstraceVersion version) {
  NstraceWriter trace(version);
  trace.absolute_time(kStart);
  std::int64_t time = 0;
  const auto add = [&](const NstracePacketOptions& options) {
    trace.add(datagram(static_cast<std::size_t>(++time) * 3), kStart + Duration{time}, options);
  };
  trace.relative_time(20);
  trace.other(0x33, 10);
  if (version == NstraceVersion::v2_0) {
    for (const int layout : {20, 21, 22, 23, 24, 25, 26}) {
      add({.layout = layout});
      add({.layout = layout, .snap = 30});
    }
  }
  add({});
  add({.snap = 40, .source_name = "a", .destination_name = "bc"});
  if (version == NstraceVersion::v3_5) {
    add({.pieces = {{kPieceInfo, Bytes(4)}, {kPieceSsl, Bytes(4)}}});
    add({.last_piece = kPieceHttp});
  }
  trace.other(0x34, 140);
  add({});
  return trace;
}

Bytes first_of(const Bytes& bytes, std::size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

void check_sane(const NstraceRead& read) {
  for (const CapturedFrame& frame : read.frames) CHECK(frame.wire_length >= frame.bytes.size());
  CHECK((read.outcome == ReadOutcome::end) == read.error.empty());
}

std::string error_of(const NstraceWriter& trace) {
  return read_nstrace(trace.bytes()).error;
}

}  // namespace

TEST_CASE("a trace cut at any byte yields every whole packet, and says where it is cut") {
  for (const NstraceVersion version : kNstraceVersions) {
    const NstraceWriter trace = small_trace(version);
    const Bytes& bytes = trace.bytes();
    const NstraceRead whole = read_nstrace(bytes);
    CHECK(whole.outcome == ReadOutcome::end);
    for (std::size_t size = kNstraceSignature; size < bytes.size(); ++size) {
      CAPTURE(size);
      const NstraceRead read = read_nstrace(first_of(bytes, size));
      const auto packets =
          std::count_if(trace.packets().begin(), trace.packets().end(), [size](const NstraceWritten& packet) {
            return packet.offset + packet.header + packet.frame.bytes.size() <= size;
          });
      CHECK(read.frames.size() + read.frameless == static_cast<std::size_t>(packets));
      CHECK(read.outcome == (trace.may_end_at(size) ? ReadOutcome::end : ReadOutcome::failed));
      CHECK(read.facts.cut_short == !trace.may_end_at(size));
      CHECK(read.error.empty() == trace.may_end_at(size));
    }
  }
}

TEST_CASE("a trace with any byte changed does no harm") {
  for (const NstraceVersion version : kNstraceVersions) {
    const Bytes bytes = small_trace(version).bytes();
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const int change : {0x01, 0x80, 0xff}) {
        Bytes changed = bytes;
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ change);
        if (NstraceReader::recognises(changed)) check_sane(read_nstrace(changed));
      }
      Bytes zeroed = bytes;
      zeroed[at] = 0;
      if (NstraceReader::recognises(zeroed)) check_sane(read_nstrace(zeroed));
    }
  }
}

TEST_CASE("random bytes after a signature never do harm") {
  std::uint32_t state = 54321;
  for (int round = 0; round < 400; ++round) {
    const NstraceVersion version = kNstraceVersions.at(static_cast<std::size_t>(round) % 4);
    Bytes bytes = NstraceWriter(version).bytes();
    for (int index = 0; index < 700; ++index) {
      state = state * 1'664'525 + 1'013'904'223;
      // Mostly packet types and small lengths.
      const bool type = (state >> 30U) == 0;
      bytes.push_back(static_cast<std::uint8_t>(type ? 0xa0U | (state >> 24U) : (state >> 20U) & 0x1fU));
    }
    check_sane(read_nstrace(bytes));
  }
}

TEST_CASE("an impossible record ends the reading, and is reported with its position") {
  struct Row {
    const char* what;
    NstraceVersion version;
    Bytes record;
    const char* damage;
  };
  const char* const too_short = "claims fewer bytes than it needs";
  const char* const past_page = "claims more bytes than its page has left";
  const char* const inner = "is a packet with impossible inner lengths";
  Bytes past_end(60, 0);
  past_end[0] = 0xac;
  past_end[1] = 60;
  past_end[34] = kPieceInfo;
  past_end[35] = 30;  // of 25 that are left
  Bytes no_end = past_end;
  no_end[35] = 0;  // a piece of size zero
  Bytes names(60, 0);
  names[0] = 0xa8;
  names[1] = 60;
  names[31] = 9;  // of 8
  const std::vector<Row> rows{
      {"no length", NstraceVersion::v1_0, {0x33, 0x01, 0, 0}, too_short},
      {"no length", NstraceVersion::v2_0, {0x33, 0}, too_short},
      {"no length", NstraceVersion::v3_0, {0x33, 0x80, 0}, too_short},
      {"shorter than its head", NstraceVersion::v1_0, {0x33, 0x01, 3, 0}, too_short},
      {"shorter than its head", NstraceVersion::v3_5, {0x33, 1}, too_short},
      {"shorter than its head", NstraceVersion::v3_5, {0x33, 0x82, 0}, too_short},
      {"a time that is cut", NstraceVersion::v1_0, {0x07, 0x01, 11, 0}, too_short},
      {"a time that is cut", NstraceVersion::v2_0, {0x07, 7}, too_short},
      {"a time that is cut", NstraceVersion::v2_0, {0x08, 3}, too_short},
      {"a packet header that is cut", NstraceVersion::v1_0, {0x14, 0x03, 15, 0}, too_short},
      {"a packet header that is cut", NstraceVersion::v2_0, {0xa4, 51}, too_short},
      {"a packet header that is cut", NstraceVersion::v3_5, {0xac, 34}, too_short},
      {"longer than its page", NstraceVersion::v1_0, {0x33, 0x01, 0xff, 0xff}, past_page},
      {"longer than its page", NstraceVersion::v2_0, {0x33, 0xff, 0xff}, past_page},
      {"a chain past the record's end", NstraceVersion::v3_5, past_end, inner},
      {"a chain without end", NstraceVersion::v3_5, no_end, inner},
      {"names past the record's end", NstraceVersion::v3_0, names, inner},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CAPTURE(static_cast<int>(row.version));
    NstraceWriter trace(row.version);
    trace.absolute_time(kStart);
    trace.add(datagram(1), kStart, {.layout = row.version == NstraceVersion::v2_0 ? 23 : 0});
    const std::string where = std::to_string(trace.bytes().size());
    trace.raw(row.record);
    trace.raw(Bytes(100));
    const NstraceRead read = read_nstrace(trace.bytes());
    CHECK(read.frames.size() == 1);
    CHECK(read.outcome == ReadOutcome::failed);
    CHECK_FALSE(read.facts.cut_short);
    CHECK(read.error == "x: damaged at byte " + where + ": the record " + row.damage);
  }
}

TEST_CASE("before version 3 a record of a few bytes at the end of a page may not cross it") {
  NstraceWriter trace(NstraceVersion::v1_0);
  trace.other(0x33, trace.page() - trace.bytes().size() - 4 - 2);
  trace.raw({0x33, 0x01, 8, 0, 0, 0, 0, 0});
  CHECK(error_of(trace) == "x: damaged at byte 8190: the record claims more bytes than its page has left");

  // A single byte cannot even hold a type.
  NstraceWriter odd(NstraceVersion::v1_0);
  odd.other(0x33, odd.page() - odd.bytes().size() - 4 - 1);
  odd.raw({0x77});
  odd.absolute_time(kStart);
  CHECK(error_of(odd).empty());
}

TEST_CASE("a cut is reported with its byte and how much is there") {
  NstraceWriter trace(NstraceVersion::v2_0);
  trace.add(datagram(1), kStart, {.layout = 23});
  const std::size_t at = trace.packets()[0].offset;
  REQUIRE(at == 34);
  const auto error_at = [&trace](std::size_t size) {
    return read_nstrace(first_of(trace.bytes(), size)).error;
  };
  CHECK(error_at(35) == "x: cut in the record at byte 34: 1 of 2 bytes are present");
  CHECK(error_at(36) == "x: cut in the record at byte 34: 2 of 3 bytes are present");
  CHECK(error_at(90) == "x: cut in the record at byte 34: 56 of 67 bytes are present");
}

TEST_CASE("a read that fails half-way through a trace yields what came before") {
  for (const NstraceVersion version : kNstraceVersions) {
    const NstraceWriter trace = small_trace(version);
    const Error fault{ErrorKind::io, "reading failed: Input/output error", "x"};
    const std::size_t second = trace.packets()[1].offset;
    for (const std::size_t size : {second, second + 5}) {
      const NstraceRead read =
          read_nstrace(std::make_unique<SlowBytes>(std::span(trace.bytes()).first(size), 1'000, &fault));
      CHECK(read.frames.size() == 1);
      CHECK(read.outcome == ReadOutcome::failed);
      CHECK(read.error == "x: reading failed: Input/output error");
      CHECK_FALSE(read.facts.cut_short);
    }
  }
}
