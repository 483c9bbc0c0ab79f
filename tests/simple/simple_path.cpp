// Holds the program's path from a capture to its report against the simple path (simple_run.hpp):
//
//   simple_path [-I INVENTORY] FILE...      every capture that a file holds; what is none is passed over
//   simple_path [-I INVENTORY] --random FIRST LAST   random traffic of these seeds
//   simple_path [-I INVENTORY] --report FILE         the simple path's report, as 'portproof audit' writes it
//   simple_path --write SEED FILE                    random traffic as a capture, to look at
//
// The report in JSON and the evidence have to be the same bytes for 1, 2, 3 and 8 threads, be the input all
// there is or one of several; with limits that are hit, those of 1 thread and of several. Exit status 1 where
// any is not.
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "app/command/version.hpp"
#include "capture/evidence/evidence_file.hpp"
#include "capture/observe/observe.hpp"
#include "capture/source/captures.hpp"
#include "catalog/load.hpp"
#include "classify/audit.hpp"
#include "classify/inventory.hpp"
#include "report/json.hpp"
#include "report/report.hpp"
#include "tests/simple/random_capture.hpp"
#include "tests/simple/simple_run.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/pcap_writer.hpp"

namespace portproof::test {
namespace {

constexpr std::array<unsigned, 4> kThreads{1, 2, 3, 8};

// What an input is held against, and how often it was not the same.
struct Comparison {
  Catalog catalog;
  std::optional<Inventory> inventory;
  std::uint64_t compared{0};
  std::uint64_t different{0};
};

using Observe = std::function<Evidence(PacketSource&, const ObserveOptions&)>;
// Reads an input from its beginning.
using Input = std::function<std::optional<Evidence>(const Observe&, ObserveOptions)>;

std::string report_of(const Evidence& evidence, const Comparison& with) {
  const Inventory* inventory = with.inventory ? &*with.inventory : nullptr;
  const Audit judged = audit(evidence, with.catalog, inventory, {});
  ReportOptions options;
  options.max_conversations = 1'000'000;
  std::ostringstream out;
  write_json(make_report(judged, options), kVersion, out);
  return out.str();
}

// Without the list of holes of a stream that has more than are listed: the fast path keeps a bounded number
// of them and may list others than the simple path does. That there are more is compared.
Evidence without_long_lists(Evidence evidence) {
  LooseFlows loose;
  for (std::size_t index = 0; index < evidence.loose.size(); ++index) {
    LooseFlow flow = evidence.loose.take(index);
    for (SideFacts& side : flow.facts.sides) {
      StreamHoles& holes = side.stream.holes;
      if (holes.more) holes = {.more = true, .before = holes.before};
    }
    loose.push_back(flow.key, flow.facts, flow.name);
  }
  evidence.loose = std::move(loose);
  return evidence;
}

std::string text_of(const Evidence& evidence) {
  std::ostringstream out;
  write_evidence(without_long_lists(evidence), out);
  return out.str();
}

// A line from a little before its first difference on.
std::string from_difference(const std::string& line, const std::string& other) {
  constexpr std::size_t kBefore = 200;
  constexpr std::size_t kShown = 240;
  std::size_t at = 0;
  while (at < line.size() && at < other.size() && line[at] == other[at]) ++at;
  const std::string head = line.substr(0, std::min(at, kShown));
  return at <= kShown + kBefore ? line.substr(0, at + kBefore)
                                : head + " ... " + line.substr(at - kBefore, 2 * kBefore);
}

// The first lines that differ.
void show_difference(const std::string& what, const std::string& fast, const std::string& simple) {
  constexpr int kMost = 4;
  std::istringstream left(fast);
  std::istringstream right(simple);
  std::string of_fast;
  std::string of_simple;
  fmt::print("DIFFERENT: {}\n", what);
  for (int shown = 0; shown < kMost;) {
    const bool more_left = static_cast<bool>(std::getline(left, of_fast));
    const bool more_right = static_cast<bool>(std::getline(right, of_simple));
    if (!more_left && !more_right) return;
    if (more_left && more_right && of_fast == of_simple) continue;
    fmt::print("  fast:   {}\n  simple: {}\n", more_left ? from_difference(of_fast, of_simple) : "(no more)",
               more_right ? from_difference(of_simple, of_fast) : "(no more)");
    ++shown;
  }
}

void compare(const std::string& name, const Input& input, ObserveOptions options, Comparison& with) {
  for (const bool whole : {true, false}) {
    options.collect.is_whole = whole;
    const auto simple = input(observe_simply, options);
    if (!simple) return;
    const std::string report = report_of(*simple, with);
    const std::string evidence = text_of(*simple);
    for (const unsigned threads : kThreads) {
      options.threads = threads;
      const auto fast = input(observe, options);
      const std::string what =
          fmt::format("{}, {} threads{}", name, threads, whole ? "" : ", one of several");
      const std::string of_fast = report_of(*fast, with);
      ++with.compared;
      // With `whole` the evidence is good for one report only, and not the same: see collector.cpp.
      const bool same_evidence = whole || text_of(*fast) == evidence;
      if (of_fast == report && same_evidence) continue;
      ++with.different;
      if (same_evidence) show_difference(what, of_fast, report);
      if (!same_evidence) show_difference(what + ", evidence", text_of(*fast), evidence);
      break;
    }
  }
}

// Where limits are hit, shards decide what gives way, and the simple path has none: the threads are held
// against each other.
void compare_limited(const std::string& name, const Input& input, ObserveOptions options, Comparison& with) {
  options.table.max_flows = 64;
  options.collect.most_attempts = 32;
  options.collect.most_loose = 64;
  options.threads = 1;
  const auto alone = input(observe, options);
  const bool limited = alone->limits_hit[Limit::flows] > 0 && alone->limits_hit[Limit::loose_flows] > 0;
  if (!limited) fmt::print("{}: no limit was hit\n", name);
  with.different += limited ? 0 : 1;
  const std::string evidence = text_of(*alone);
  const std::string report = report_of(*alone, with);
  for (const unsigned threads : {2U, 3U, 8U}) {
    options.threads = threads;
    const auto fast = input(observe, options);
    ++with.compared;
    if (text_of(*fast) == evidence && report_of(*fast, with) == report) continue;
    ++with.different;
    show_difference(fmt::format("{}, with limits, {} threads and 1", name, threads), text_of(*fast),
                    evidence);
  }
}

// All captures of a file, each observed for itself. Nothing where it holds none.
std::optional<Evidence> read_file(const std::string& path, const Observe& observe_capture,
                                  ObserveOptions options) {
  auto bytes = open_bytes(path);
  if (!bytes) return std::nullopt;
  auto captures = Captures::open(std::move(*bytes), path);
  if (!captures) return std::nullopt;
  if ((*captures)->is_archive()) options.collect.is_whole = false;
  std::optional<Evidence> all;
  for (;;) {
    auto capture = (*captures)->next();
    if (!capture || !*capture) break;
    auto& source = (*capture)->source;
    if (!source) continue;
    Evidence evidence = observe_capture(**source, options);
    if (!(*captures)->is_archive()) evidence.inputs.front().bytes = (*captures)->bytes_read();
    all = all ? merge(std::move(*all), std::move(evidence)).value() : std::move(evidence);
  }
  return all;
}

RandomTraffic traffic_of(std::uint32_t seed) {
  RandomTraffic traffic;
  traffic.seed = seed;
  traffic.hosts = seed % 3 == 0 ? 40 : 5;
  traffic.connections = seed % 4 == 0 ? 60 : 10;
  traffic.wild = seed % 2 == 0;
  return traffic;
}

void compare_random(std::uint32_t seed, Comparison& with) {
  const std::vector<CapturedFrame> frames = random_capture(traffic_of(seed));
  ObserveOptions options;
  options.table.seed = seed;
  options.decode.key_vlan = seed % 5 == 0;
  const Input input = [&frames](const Observe& observe_capture, const ObserveOptions& observing) {
    MemorySource source(frames);
    return std::optional{observe_capture(source, observing)};
  };
  const std::string name = fmt::format("random traffic, seed {}", seed);
  compare(name, input, options, with);
  compare_limited(name, input, options, with);
}

int run(const std::vector<std::string>& words, Comparison& with) {
  ObserveOptions options;
  options.table.seed = 1;
  if (words.size() == 2 && words[0] == "--report") {
    options.collect.is_whole = true;
    const auto evidence = read_file(words[1], observe_simply, options);
    if (!evidence) return EXIT_FAILURE;
    std::cout << report_of(*evidence, with);
    return EXIT_SUCCESS;
  }
  if (words.size() == 3 && words[0] == "--write") {
    PcapWriter capture({.nanoseconds = true});
    for (const CapturedFrame& frame :
         random_capture(traffic_of(static_cast<std::uint32_t>(std::stoul(words[1])))))
      capture.add(frame);
    return capture.save(words[2]) ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  if (words.size() == 3 && words[0] == "--random") {
    const unsigned long last = std::stoul(words[2]);
    for (unsigned long seed = std::stoul(words[1]); seed <= last; ++seed)
      compare_random(static_cast<std::uint32_t>(seed), with);
  } else {
    for (const std::string& path : words) {
      const Input input = [&path](const Observe& observe_capture, const ObserveOptions& observing) {
        return read_file(path, observe_capture, observing);
      };
      compare(path, input, options, with);
    }
  }
  fmt::print("{} runs compared, {} inputs differ\n", with.compared, with.different);
  return with.different == 0 && with.compared > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace portproof::test

int main(int count, char** given) {
  using namespace portproof;
  std::vector<std::string> words(given + 1, given + count);
  test::Comparison with{load_built_in_catalog().value(), {}, 0, 0};
  if (words.size() > 2 && words[0] == "-I") {
    auto inventory = load_inventory(words[1], with.catalog);
    if (!inventory) {
      std::cerr << inventory.error().what << '\n';
      return EXIT_FAILURE;
    }
    with.inventory = std::move(*inventory);
    words.erase(words.begin(), words.begin() + 2);
  }
  return test::run(words, with);
}
