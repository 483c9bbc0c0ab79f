// Everything that a packet source reports until its end, kept for a test to inspect.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "capture/source/open_capture.hpp"
#include "capture/source/packet_source.hpp"
#include "tests/support/bytes.hpp"
#include "tests/support/captured_frame.hpp"

namespace portproof::test {

struct ReadSource {
  std::vector<CapturedFrame> frames;
  std::vector<std::uint64_t> numbers;
  ReadOutcome outcome{ReadOutcome::frames};
  std::string error;
  SourceFacts facts;
};

inline ReadSource read_source(PacketSource& source) {
  ReadSource read;
  FrameBatch batch;
  while (read.outcome == ReadOutcome::frames) {
    read.outcome = source.next(batch);
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
  CHECK(source.next(batch) == read.outcome);
  CHECK(batch.size == 0);
  CHECK(source.error().has_value() == (read.outcome == ReadOutcome::failed));
  if (source.error()) read.error = message(*source.error());
  read.facts = source.facts();
  return read;
}

inline ReadSource read_source(std::unique_ptr<ByteSource> bytes) {
  auto source = open_capture(std::move(bytes), "x");
  REQUIRE(source);
  return read_source(**source);
}

inline ReadSource read_source(const Bytes& bytes) {
  return read_source(bytes_in_memory(bytes));
}

}  // namespace portproof::test
