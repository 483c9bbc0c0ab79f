#include "app/watch/accumulated.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/fold.hpp"
#include "capture/evidence/settle.hpp"
#include "capture/flow/flow.hpp"

// Two heaps, because adding to a large one is dear. Cuts come often; merging each into the evidence of
// months would sort and renumber all of that each time.
//
//   cut, cut, cut ...   -> pending_   small, absorbs each cut
//   report              -> total_     merge(total_, pending_) once; pending_ begins anew
//
// The run is one input that grows. Merging sorts inputs and renumbers them, so that its place may change;
// during a merge it goes by a path that no interface can have (kRun for what total_ has of it, kPart for
// what pending_ has). Afterwards the two are folded into one input and everything that refers to either
// of them is renumbered.
//
//   total_.inputs     before.pcap  \x01run           after:   before.pcap  eth1
//   pending_.inputs   \x01part
//
// Limits hold at every moment, for pending_ half as much as for total_. What is over a limit is brought
// well below it (a quarter for names and loose flows, half for attempts): each clean-up looks at
// everything, and must pay for many additions. Watermark keeps the same promise where a look may find
// nothing to take away.

namespace portproof {
namespace {

constexpr std::string_view kStillRunning = "the watch was still running at ";
constexpr std::size_t kNamesBetweenLooks = 4096;

// No interface has these names, so the inputs can be found by them.
constexpr std::string_view kPart = "\x01part";
constexpr std::string_view kRun = "\x01run";

// What refers to input `from` refers to `into` from now on, and those behind `from` move up.
void fold_input(Evidence& evidence, std::size_t from, std::size_t into) {
  const auto moved = [from, into](std::uint32_t input) {
    const std::size_t target = input == from ? into : input;
    return static_cast<std::uint32_t>(target > from ? target - 1 : target);
  };
  for (auto& [key, facts] : evidence.conversations) facts.first_frame.input = moved(facts.first_frame.input);
  for (auto& [key, attempts] : evidence.attempts) {
    attempts.facts.first_frame.input = moved(attempts.facts.first_frame.input);
  }
  EdgeFragments fragments;
  for (EdgeFragment fragment : evidence.fragments) {
    fragment.input = moved(fragment.input);
    fragments.insert(fragment);
  }
  evidence.fragments = std::move(fragments);
  for (EdgePacket& packet : evidence.edge_packets) packet.input = moved(packet.input);
  std::sort(evidence.edge_packets.begin(), evidence.edge_packets.end());
  std::vector<std::uint32_t> new_indexes(evidence.inputs.size());
  for (std::uint32_t input = 0; input < new_indexes.size(); ++input) new_indexes[input] = moved(input);
  evidence.loose.move_inputs(new_indexes);
  evidence.loose.sort();
  evidence.inputs.erase(evidence.inputs.begin() + static_cast<std::ptrdiff_t>(from));
}

std::size_t index_of(const Evidence& evidence, std::string_view path) {
  const auto found = std::find_if(evidence.inputs.begin(), evidence.inputs.end(),
                                  [path](const Input& input) { return input.path == path; });
  return static_cast<std::size_t>(found - evidence.inputs.begin());
}

// The limits for what comes between two reports.
AccumulatedLimits share_of(const AccumulatedLimits& limits) {
  return {limits.attempts / 2, limits.loose / 2, limits.names, limits.name_intervals};
}

// The time of the last of the `count` earliest, which is at least one and at most all of them.
Timestamp last_of_the_earliest(std::vector<Timestamp>& times, std::size_t count) {
  const auto position = times.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(times.begin(), position, times.end());
  return *position;
}

}  // namespace

std::string still_running_at(Timestamp now) {
  return fmt::format("{}{}", kStillRunning, to_string(now));
}

Expected<void> Accumulated::take_up(Evidence saved, const Filters& filters, Timestamp now) {
  if (saved.settings != total_.settings) {
    return fail(
        ErrorKind::usage,
        fmt::format("was saved by a watch with different settings ({}); use the same ones, or move the "
                    "file away to start over",
                    difference(saved.settings, total_.settings)));
  }
  for (Input& input : saved.inputs) {
    const bool same = input.filter == filters.own;
    if (!same || input.kernel_filter != filters.kernel) {
      return fail(ErrorKind::usage,
                  fmt::format("was saved by a watch with a different {}filter, or without one; use the same "
                              "filter, or move the file away to start over",
                              same ? "kernel " : ""));
    }
    if (input.error.rfind(kStillRunning, 0) != 0) continue;
    input.error = fmt::format("the watch was killed: what came from {} to {} is lost",
                              input.error.substr(kStillRunning.size()), to_string(now));
    input.gaps.cut_short = 1;
  }
  std::sort(saved.inputs.begin(), saved.inputs.end(), input_before);
  total_ = std::move(saved);
  for (const auto& [key, intervals] : total_.names) name_intervals_ += intervals.size();
  return {};
}

void Accumulated::learn(const Names& names) {
  for (const auto& [key, intervals] : names) {
    NameIntervals& known = total_.names[key];
    name_intervals_ -= known.size();
    for (const NameInterval& interval : intervals) add_interval(known, interval);
    name_intervals_ += known.size();
  }
  if (total_.names.size() > limits_.names) forget_names();
  if (name_intervals_ > limits_.name_intervals) forget_name_intervals();
}

// What comes between two reports waits in `pending_`: merging it costs as much as the whole is large.
Expected<void> Accumulated::add(Evidence closed, const Input& run) {
  run_ = run;
  if (!run.first) return {};
  learn(closed.names);
  closed.names.clear();
  if (pending_) {
    absorb(*pending_, std::move(closed));
  } else {
    Input part;
    part.path = kPart;
    part.first = run.first;
    part.last = run.first;
    closed.inputs = {part};
    pending_ = std::move(closed);
    pending_mark_ = {};
  }
  hold_to(share_of(limits_), *pending_, pending_mark_, run.last.value_or(*run.first));
  return {};
}

Expected<void> Accumulated::put_together() {
  if (!pending_) return {};
  if (run_index_) total_.inputs[*run_index_].path = kRun;
  auto merged = merge(std::move(total_), *std::exchange(pending_, std::nullopt));
  if (!merged) return tl::unexpected(std::move(merged.error()));
  total_ = std::move(*merged);
  if (run_index_) {
    fold_input(total_, index_of(total_, kPart), index_of(total_, kRun));
    run_index_ = index_of(total_, kRun);
  } else {
    run_index_ = index_of(total_, kPart);
  }
  total_.inputs[*run_index_] = run_;
  hold_to(limits_, total_, total_mark_, run_.last.value_or(*run_.first));
  if (!total_.conversations.is_sorted()) total_.conversations.sort();
  note_derived_limits(total_);
  return {};
}

void Accumulated::hold_to(const AccumulatedLimits& limits, Evidence& evidence, Watermark& mark,
                          Timestamp now) const {
  if (evidence.loose.size() > limits.loose) fold_loose(limits.loose, evidence, now);
  Conversations& conversations = evidence.conversations;
  if (conversations.size() > std::max(mark.conversations, limits.attempts)) {
    mark.conversations = AttemptsPool(limits.attempts, conversations, evidence.attempts).hold();
  }
  if (conversations.count(NameState::given) > std::max(mark.named, kNamesBetweenLooks)) {
    keep_names(conversations);
    mark.named = 2 * conversations.count(NameState::given);
  }
}

// First the flows that nothing can continue any more; then, if too many are left, those that have been silent
// longest. The rest is well below the limit, so that this is not called for every flow.
void Accumulated::fold_loose(std::size_t most, Evidence& evidence, Timestamp now) const {
  const std::size_t count = evidence.loose.size();
  const auto is_over = [this, now](const LooseFlow& flow) {
    return now - flow.facts.last > timeout_of(total_.settings.timeouts, flow.key.protocol, {});
  };
  std::vector<Timestamp> lasts;
  for (const LooseFlow& flow : evidence.loose) {
    if (!is_over(flow)) lasts.push_back(flow.facts.last);
  }
  const std::size_t room = most / 4 * 3;
  Timestamp oldest = Timestamp::earliest();
  if (lasts.size() > room) {
    const auto position = lasts.begin() + static_cast<std::ptrdiff_t>(lasts.size() - room);
    std::nth_element(lasts.begin(), position, lasts.end());
    oldest = *position;
  }
  LooseFlows kept;
  AttemptsPool pool(limits_.attempts, evidence.conversations, evidence.attempts);
  std::uint64_t folded = 0;
  for (std::size_t position = 0; position < count; ++position) {
    const LooseFlow flow = evidence.loose.take(position);
    if (!is_over(flow) && flow.facts.last >= oldest && kept.size() < room) {
      kept.push_back(flow);
      continue;
    }
    const Orientation orientation = orient(flow.key, flow.facts, false, no_oracle);
    pool.fold(flow.key, flow.facts, flow.name.view(), orientation);
    ++folded;
  }
  pool.flush();
  evidence.loose = std::move(kept);
  evidence.loose.sort();
  evidence.limits_hit.add(Limit::loose_flows, folded);
}

// A quarter goes at a time, so that this is not called for every name.
void Accumulated::forget_names() {
  std::vector<Timestamp> ends;
  ends.reserve(total_.names.size());
  for (const auto& [key, intervals] : total_.names) ends.push_back(intervals.back().until);
  const Timestamp last = last_of_the_earliest(ends, ends.size() - limits_.names / 4 * 3);
  for (auto position = total_.names.begin(); position != total_.names.end();) {
    if (position->second.back().until > last) {
      ++position;
      continue;
    }
    total_.limits_hit.add(Limit::dns_names, 1);
    name_intervals_ -= position->second.size();
    position = total_.names.erase(position);
  }
}

// A single name that is asked for again and again has ever more of them.
void Accumulated::forget_name_intervals() {
  std::vector<Timestamp> ends;
  ends.reserve(name_intervals_);
  for (const auto& [key, intervals] : total_.names) {
    for (const NameInterval& interval : intervals) ends.push_back(interval.until);
  }
  const Timestamp last = last_of_the_earliest(ends, ends.size() - limits_.name_intervals / 4 * 3);
  for (auto position = total_.names.begin(); position != total_.names.end();) {
    NameIntervals& intervals = position->second;
    const std::size_t gone =
        std::erase_if(intervals, [last](const NameInterval& interval) { return interval.until <= last; });
    total_.limits_hit.add(Limit::dns_names, gone);
    name_intervals_ -= gone;
    position = intervals.empty() ? total_.names.erase(position) : std::next(position);
  }
}

Accumulated::WithOpen::WithOpen(Accumulated& all, LooseFlows open, const std::string& run_error) : all_(all) {
  Evidence& total = all.total_;
  if (!all.run_index_) {
    input_added_ = true;
    total.inputs.push_back(all.run_);
  }
  error_before_ = run().error;
  if (!run_error.empty()) run().error = run_error;
  kept_ = total.loose;
  open.move_inputs({static_cast<std::uint32_t>(&run() - total.inputs.data())});
  total.loose.append(std::move(open));
  total.loose.sort();
}

Accumulated::WithOpen::~WithOpen() {
  Evidence& total = all_.total_;
  total.loose = std::move(kept_);
  run().error = error_before_;
  if (input_added_) total.inputs.pop_back();
}

Input& Accumulated::WithOpen::run() {
  std::vector<Input>& inputs = all_.total_.inputs;
  return all_.run_index_ ? inputs[*all_.run_index_] : inputs.back();
}

Evidence Accumulated::WithOpen::take() {
  Evidence& total = all_.total_;
  run().error = error_before_;
  LooseFlows loose = std::exchange(total.loose, LooseFlows());
  Evidence whole = total;
  whole.loose = std::move(loose);
  return whole;
}

}  // namespace portproof
