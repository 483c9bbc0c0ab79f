// Frames to evidence: decoding, the flow table, folding. The number of flows decides how much of the table
// fits into the caches.
#include <benchmark/benchmark.h>

#include <string_view>

#include "capture/observe/observe.hpp"
#include "tests/bench/frames.hpp"

namespace {

using namespace portproof;
using namespace portproof::bench;

void observe_frames(benchmark::State& state) {
  constexpr std::size_t kFrames = 2'000'000;
  const Frames frames(kFrames, static_cast<std::uint32_t>(state.range(0)), {});
  for (auto _ : state) {
    FramesSource source(frames);
    const Evidence evidence = observe(source, {});
    if (evidence.inputs.front().accounting.in_flows != kFrames) state.SkipWithError("a frame is missing");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kFrames));
}
BENCHMARK(observe_frames)->RangeMultiplier(10)->Range(10, 1'000'000)->Unit(benchmark::kMillisecond);

// What looking into payloads costs a packet, in flows of 20,000. A request is recognised by the first packet,
// the opaque bytes by none: that the two take the same shows that nobody looks after the first few. Without
// payload frames are shorter, and a copy is told by less.
void observe_said(benchmark::State& state, std::string_view said) {
  constexpr std::size_t kFrames = 2'000'000;
  constexpr std::uint32_t kFlows = 100;
  constexpr std::size_t kLength = 64;  // where something is said, the same in both
  Bytes payload(said.begin(), said.end());
  if (!payload.empty()) payload.resize(kLength, 'x');
  const Frames frames(kFrames, kFlows, {}, false, payload);
  for (auto _ : state) {
    FramesSource source(frames);
    const Evidence evidence = observe(source, {});
    if (evidence.inputs.front().accounting.in_flows != kFrames) state.SkipWithError("a frame is missing");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kFrames));
}
BENCHMARK_CAPTURE(observe_said, nothing, "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(observe_said, request, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(observe_said, opaque, "\x9d\xe1\x07\xc3")->Unit(benchmark::kMillisecond);

}  // namespace
