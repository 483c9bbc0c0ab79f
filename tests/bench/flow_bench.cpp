// Frames to evidence: decoding, the flow table, folding. The number of flows decides how much of the table
// fits into the caches.
#include <benchmark/benchmark.h>

#include "capture/observe.hpp"
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

}  // namespace
