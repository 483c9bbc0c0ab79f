// Frames to evidence: decoding, flow table, folding. The number of flows decides how much of the table fits
// into the caches.
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

// What examining payloads costs per packet, in flows of 20,000. The first packet shows a request; no packet
// shows what opaque bytes are. That both take the same time proves that nothing is examined after the first
// few packets. Without payload, frames are shorter, and copies are recognised by less.
void observe_said(benchmark::State& state, std::string_view said) {
  constexpr std::size_t kFrames = 2'000'000;
  constexpr std::uint32_t kFlows = 100;
  constexpr std::size_t kLength = 64;  // if there is a payload, the same length in both
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
