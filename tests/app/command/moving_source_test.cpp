#include "app/command/moving_source.hpp"

#include <doctest/doctest.h>

#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// Reads to the end, and counts the frames.
std::size_t frames_of(PacketSource& source, ReadOutcome& outcome) {
  FrameBatch batch;
  std::size_t frames = 0;
  outcome = ReadOutcome::frames;
  while (outcome == ReadOutcome::frames) {
    outcome = source.next(batch);
    frames += batch.size;
  }
  return frames;
}

std::vector<std::uint8_t> packet() {
  return Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?");
}

}  // namespace

TEST_CASE("a stream whose time moves on is read to its end") {
  MemorySource source;
  source.batches_of(1);
  for (int frame = 0; frame < 50; ++frame) source.add(packet(), kStart + seconds(frame / 4));
  MovingSource moving(source, 4);
  ReadOutcome outcome{};
  CHECK(frames_of(moving, outcome) == 50);
  CHECK(outcome == ReadOutcome::end);
  CHECK_FALSE(moving.error());
}

TEST_CASE("a stream whose time stands still, or repeats, ends with an error") {
  for (const bool repeats : {false, true}) {
    CAPTURE(repeats);
    MemorySource source;
    source.batches_of(1);
    for (int frame = 0; frame < 50; ++frame) source.add(packet(), kStart + seconds(repeats ? frame % 3 : 0));
    MovingSource moving(source, 10);
    ReadOutcome outcome{};
    CHECK(frames_of(moving, outcome) < 20);
    CHECK(outcome == ReadOutcome::failed);
    REQUIRE(moving.error());
    CHECK(moving.error()->what.starts_with("its time stands still: 11 frames"));
    FrameBatch batch;
    CHECK(moving.next(batch) == ReadOutcome::failed);
    CHECK(batch.size == 0);
  }
}
