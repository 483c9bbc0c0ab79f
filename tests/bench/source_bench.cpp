// Reading frames from a capture that is already in memory: no system calls, no disk.
#include <benchmark/benchmark.h>

#include "capture/source/open_capture.hpp"
#include "tests/bench/frames.hpp"
#include "tests/support/pcap_writer.hpp"
#include "tests/support/pcapng_writer.hpp"

namespace {

using namespace portproof;
using namespace portproof::bench;

constexpr std::size_t kFrames = 100'000;

template <typename Writer>
void add_frames(Writer& writer) {
  const Frames frames(kFrames, 1000, {});
  for (std::size_t number = 0; number < kFrames; ++number) {
    const FrameView frame = frames[number];
    test::CapturedFrame captured;
    captured.bytes.assign(frame.data, frame.data + frame.captured);
    captured.time = frame.time;
    writer.add(captured);
  }
}

void read_frames(benchmark::State& state, const std::vector<std::uint8_t>& bytes) {
  for (auto _ : state) {
    auto source = open_capture(bytes_in_memory(bytes), "memory");
    if (!source) return state.SkipWithError("the capture cannot be opened");
    FrameBatch batch;
    std::size_t count = 0;
    while ((*source)->next(batch) == ReadOutcome::frames) {
      count += batch.size;
      benchmark::DoNotOptimize(batch);
    }
    if (count != kFrames) state.SkipWithError("a frame is missing");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kFrames));
}

void read_pcap(benchmark::State& state) {
  test::PcapWriter writer;
  add_frames(writer);
  read_frames(state, writer.bytes());
}
BENCHMARK(read_pcap);

void read_pcapng(benchmark::State& state) {
  test::PcapngWriter writer;
  writer.begin_section({});
  writer.add_interface({.time_unit = std::uint8_t{9}});
  add_frames(writer);
  read_frames(state, writer.bytes());
}
BENCHMARK(read_pcapng);

}  // namespace
