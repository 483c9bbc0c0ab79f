// Reads a NetScaler trace to its end and keeps what the reader reported.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capture/source/nstrace_reader.hpp"
#include "tests/support/nstrace_writer.hpp"

namespace portproof::test {

inline constexpr std::array kNstraceVersions{NstraceVersion::v1_0, NstraceVersion::v2_0, NstraceVersion::v3_0,
                                             NstraceVersion::v3_5};

struct NstraceRead {
  std::vector<CapturedFrame> frames;
  std::vector<std::uint64_t> numbers;
  std::vector<bool> decrypted;
  ReadOutcome outcome{ReadOutcome::frames};
  std::string error;
  SourceFacts facts;
  std::uint64_t copies{0};
  std::uint64_t frameless{0};
};

inline NstraceRead read_nstrace(std::unique_ptr<ByteSource> bytes) {
  auto source = NstraceReader::open(ByteWindow(std::move(bytes)), "x");
  REQUIRE(source);
  NstraceRead read;
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
      read.decrypted.push_back(frame.decrypted);
    }
  }
  // A final outcome stays final.
  CHECK((*source)->next(batch) == read.outcome);
  CHECK(batch.size == 0);
  if ((*source)->error()) read.error = message(*(*source)->error());
  read.facts = (*source)->facts();
  const auto& reader = dynamic_cast<const NstraceReader&>(**source);
  read.copies = reader.facts().copies;
  read.frameless = reader.frameless();
  return read;
}

inline NstraceRead read_nstrace(const Bytes& bytes) {
  return read_nstrace(bytes_in_memory(bytes));
}

// Are these exactly the frames written, in order?
inline void check_frames(const NstraceRead& read, const NstraceWriter& trace) {
  REQUIRE(read.frames.size() == trace.packets().size());
  for (std::size_t index = 0; index < read.frames.size(); ++index) {
    CAPTURE(index);
    const CapturedFrame& expected = trace.packets()[index].frame;
    CHECK(read.frames[index].bytes == expected.bytes);
    CHECK(read.frames[index].time == expected.time);
    CHECK(read.frames[index].wire_length == expected.wire_length);
    CHECK(read.numbers[index] == index + 1);
  }
}

}  // namespace portproof::test
