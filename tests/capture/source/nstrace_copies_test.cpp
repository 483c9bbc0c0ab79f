#include "capture/source/internal/nstrace_copies.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "capture/decode/packet.hpp"
#include "tests/capture/source/nstrace_reading.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

Bytes segment(std::uint32_t sequence) {
  return Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(50'000, 443, kTcpAck).seq(sequence).payload("payload");
}

struct Step {
  NstraceStage stage;
  std::uint32_t sequence;
  std::int64_t milliseconds;
};
constexpr auto kSent = NstraceStage::sent;
constexpr auto kQueued = NstraceStage::queued;
constexpr auto kReceived = NstraceStage::received;
constexpr auto kAccepted = NstraceStage::accepted;

NstraceRead read_steps(const std::vector<Step>& steps) {
  NstraceWriter trace(NstraceVersion::v3_5);
  for (const Step& step : steps) {
    trace.add(segment(step.sequence), kStart + milliseconds(step.milliseconds), {.stage = step.stage});
  }
  return read_nstrace(trace.bytes());
}

}  // namespace

TEST_CASE("a packet traced at two stages counts once") {
  struct Row {
    const char* what;
    std::vector<Step> steps;
    std::vector<std::uint64_t> numbers;  // of the frames delivered
  };
  const std::vector<Row> rows{
      {"the default mode traces one stage in each direction, and makes no copies",
       {{kAccepted, 1, 0}, {kQueued, 2, 1}, {kAccepted, 3, 2}, {kQueued, 4, 3}},
       {1, 2, 3, 4}},
      {"received, then accepted", {{kReceived, 1, 0}, {kAccepted, 1, 0}, {kReceived, 2, 5}}, {1, 3}},
      {"queued, then sent", {{kQueued, 1, 0}, {kQueued, 2, 1}, {kSent, 1, 4}, {kSent, 2, 4}}, {1, 2}},
      {"records of several cores, merged in any order", {{kAccepted, 1, 1}, {kReceived, 1, 0}}, {1}},
      {"the same stage twice is a packet sent again", {{kReceived, 1, 0}, {kReceived, 1, 300}}, {1, 2}},
      {"sent again, and both times traced at two stages",
       {{kReceived, 1, 0}, {kAccepted, 1, 0}, {kReceived, 1, 300}, {kAccepted, 1, 300}},
       {1, 3}},
      {"sent again before the other stage",
       {{kQueued, 1, 0}, {kQueued, 1, 300}, {kSent, 1, 400}, {kSent, 1, 500}},
       {1, 2}},
      {"in and out again is forwarded, not traced twice", {{kReceived, 1, 0}, {kSent, 1, 0}}, {1, 2}},
      {"each record matches only one other",
       {{kReceived, 1, 0}, {kAccepted, 1, 0}, {kAccepted, 1, 1}},
       {1, 3}},
      {"a second apart", {{kQueued, 1, 0}, {kSent, 1, 1'000}}, {1}},
      {"more than a second apart", {{kQueued, 1, 0}, {kSent, 1, 1'001}}, {1, 2}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const NstraceRead read = read_steps(row.steps);
    CHECK(read.numbers == row.numbers);
    CHECK(read.copies == row.steps.size() - row.numbers.size());
  }
}

TEST_CASE("packets that differ are not copies") {
  const Bytes first = segment(1);
  Bytes other_checksum = first;
  other_checksum[51] ^= 1;
  CapturedFrame longer;
  longer.bytes = first;
  longer.wire_length = 1'000;
  longer.time = kStart;
  NstraceWriter trace(NstraceVersion::v3_5);
  trace.add(first, kStart, {.stage = kQueued});
  trace.add(other_checksum, kStart, {.stage = kSent});
  trace.add(first, kStart, {.stage = kQueued});
  trace.add(longer, {.stage = kSent});
  trace.add(first, kStart, {.stage = kQueued});
  trace.add(first, kStart, {.stage = kSent, .application = 0x1f});
  trace.add(first, kStart, {.stage = kQueued});
  trace.add(first, kStart, {.stage = kSent, .snap = 54});
  CHECK(read_nstrace(trace.bytes()).copies == 0);
}

TEST_CASE("packets with too little to identify them are never copies") {
  for (const std::uint32_t snap : {33U, 34U}) {
    NstraceWriter trace(NstraceVersion::v3_5);
    trace.add(segment(1), kStart, {.stage = kReceived, .snap = snap});
    trace.add(segment(1), kStart, {.stage = kAccepted, .snap = snap});
    CHECK(read_nstrace(trace.bytes()).copies == snap - 33);
  }
}

TEST_CASE("however many packets lie in between, none is lost, and few copies are missed") {
  NstraceWriter trace(NstraceVersion::v3_0);
  const std::uint32_t count = 20'000;
  for (std::uint32_t index = 0; index < count; ++index) {
    const Timestamp time = kStart + Duration{std::int64_t{index} * 1'000};
    trace.add(segment(index), time, {.stage = kReceived});
    if (index >= 50) trace.add(segment(index - 50), time, {.stage = kAccepted});
  }
  const NstraceRead read = read_nstrace(trace.bytes());
  CHECK(read.frames.size() + read.copies == 2 * count - 50);
  CHECK(read.frames.size() >= count);
  CHECK(read.copies > count * 9 / 10);
}
