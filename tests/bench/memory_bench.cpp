// What the machine's memory allows, whatever the program does: the cost of memory that is used for the first
// time, and of entries that are touched at random. Nothing can be faster; the packet path is compared with
// both.
#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include <cstdint>
#include <vector>

#include "capture/base/huge_array.hpp"
#include "tests/bench/traffic/draw.hpp"

namespace {

using namespace portproof;
using namespace portproof::bench;

// A gibibyte, one byte per page. The time is spent in the system: --benchmark_counters_tabular shows it.
void touch_new_memory(benchmark::State& state, Pages pages) {
  constexpr std::size_t kBytes = std::size_t{1} << 30U;
  constexpr std::size_t kPage = 4096;
  for (auto _ : state) {
    char* const memory = static_cast<char*>(take_huge(kBytes, pages));
    for (std::size_t at = 0; at < kBytes; at += kPage) memory[at] = 1;
    benchmark::DoNotOptimize(memory);
    give_back_huge(memory, kBytes);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBytes));
}
BENCHMARK_CAPTURE(touch_new_memory, small_pages, Pages::small)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(touch_new_memory, huge_pages, Pages::huge)->Unit(benchmark::kMillisecond);

// Both cache lines of entries as large as the flow table's, in batches that are all fetched before the first
// is touched: the least that a packet of any of that many flows can cost.
void touch_entries(benchmark::State& state) {
  struct alignas(64) Entry {
    std::uint64_t first_line[8];
    std::uint64_t second_line[8];
  };
  constexpr std::size_t kBatch = 32;
  constexpr std::size_t kTouched = std::size_t{1} << 20U;
  HugeArray<Entry> entries(static_cast<std::size_t>(state.range(0)), Pages::small);
  for (std::size_t index = 0; index < entries.size(); ++index) entries[index].first_line[0] = 1;
  Draw draw(7);
  std::vector<std::uint32_t> indexes(kTouched);
  for (std::uint32_t& index : indexes) index = static_cast<std::uint32_t>(draw.next() % entries.size());
  for (auto _ : state) {
    for (std::size_t first = 0; first < kTouched; first += kBatch) {
      for (std::size_t at = first; at < first + kBatch; ++at) {
        __builtin_prefetch(entries[indexes[at]].first_line, 1);
        __builtin_prefetch(entries[indexes[at]].second_line, 1);
      }
      for (std::size_t at = first; at < first + kBatch; ++at) {
        ++entries[indexes[at]].first_line[1];
        ++entries[indexes[at]].second_line[1];
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kTouched));
}
BENCHMARK(touch_entries)->RangeMultiplier(10)->Range(1'000, 10'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
