// Evidence to verdicts and to the text of the report.
#include <benchmark/benchmark.h>

#include <sstream>

#include "capture/observe/observe.hpp"
#include "catalog/load.hpp"
#include "classify/audit.hpp"
#include "classify/inventory.hpp"
#include "report/json.hpp"
#include "report/report.hpp"
#include "tests/bench/frames.hpp"

namespace {

using namespace portproof;
using namespace portproof::bench;

// Nearly one conversation per flow.
Evidence evidence_of(std::int64_t flows) {
  const Frames frames(static_cast<std::size_t>(flows) * 3, static_cast<std::uint32_t>(flows), {});
  FramesSource source(frames);
  return observe(source, {});
}

class Estate {
 public:
  Estate()
      : catalog(load_built_in_catalog()),
        inventory(load_inventory(PORTPROOF_SOURCE_DIR "/tests/bench/estate.toml", *catalog)) {}
  Expected<Catalog> catalog;
  Expected<Inventory> inventory;
};

void audit_evidence(benchmark::State& state) {
  const Estate estate;
  if (!estate.inventory) return state.SkipWithError("the inventory cannot be read");
  const Evidence evidence = evidence_of(state.range(0));
  std::size_t conversations = 0;
  for (auto _ : state) {
    const Audit judged = audit(evidence, *estate.catalog, &*estate.inventory, {});
    conversations = judged.conversations.size();
    benchmark::DoNotOptimize(judged);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(conversations));
}
BENCHMARK(audit_evidence)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void report_audit(benchmark::State& state) {
  const Estate estate;
  if (!estate.inventory) return state.SkipWithError("the inventory cannot be read");
  const Evidence evidence = evidence_of(state.range(0));
  const Audit judged = audit(evidence, *estate.catalog, &*estate.inventory, {});
  for (auto _ : state) {
    std::ostringstream out;
    write_json(make_report(judged, {}), "0", out);
    benchmark::DoNotOptimize(out);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(judged.conversations.size()));
}
BENCHMARK(report_audit)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
