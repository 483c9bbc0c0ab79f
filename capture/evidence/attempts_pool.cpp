#include "capture/evidence/attempts_pool.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "capture/base/address_numbers.hpp"
#include "capture/evidence/fold.hpp"

// How a pool that is full makes room.
//
// Each attempt could join two records: the scan of its initiator, and the flood of its responder and
// port. It chooses the one that more attempts of the pool have in common:
//
//                               scan of its   flood of the
//                               initiator     responder     chooses
//   10.0.0.9 -> 10.1.0.1:22     4             1             the scan
//   10.0.0.9 -> 10.1.0.2:22     4             1             the scan
//   10.0.0.9 -> 10.1.0.3:22     4             1             the scan
//   10.0.0.9 -> 10.1.0.4:443    4             3             the scan
//   10.0.0.5 -> 10.1.0.4:443    1             3             the flood
//   10.0.0.6 -> 10.1.0.4:443    1             3             the flood
//
// Then whole sizes fold, the largest first, until half of the pool is free. Nothing in this depends on
// the order of the attempts within the pool: groups of equal size fold together or not at all. A typing
// error or a server that is down makes small groups, which are the last to go. Groups below kLeastGroup
// that must go all the same are neither scan nor flood, and join the rest.
//
// Folding half at a time is what it costs: a look at all attempts, n log n, once for n/2 new ones. After
// that an attempt of a record that exists is added to it at once, so that a scan that goes on never fills
// the pool again.

namespace portproof {
namespace {

// A group of fewer is no scan and no flood.
constexpr std::size_t kLeastGroup = 16;

AttemptsKey scan_of(const ConversationKey& key) {
  return {AttemptsKind::scan, key.initiator, key.protocol, 0, key.kind};
}
AttemptsKey flood_of(const ConversationKey& key) {
  return {AttemptsKind::flood, key.responder, key.protocol, key.port, key.kind};
}
AttemptsKey rest_of(const ConversationKey& key) {
  return {AttemptsKind::rest, {}, key.protocol, 0, key.kind};
}

// An attempt in the pool, and the two groups that it might fold with, as numbers.
struct Pooled {
  std::uint32_t index;
  std::uint64_t scan;
  std::uint64_t flood;
};

// How often each value of `of` occurs, by value.
template <typename Of>
std::vector<std::pair<std::uint64_t, std::size_t>> sizes_of(const std::vector<Pooled>& pooled, Of of) {
  std::vector<std::uint64_t> values;
  values.reserve(pooled.size());
  for (const Pooled& attempt : pooled) values.push_back(of(attempt));
  std::sort(values.begin(), values.end());
  std::vector<std::pair<std::uint64_t, std::size_t>> sizes;
  for (const std::uint64_t value : values) {
    if (sizes.empty() || sizes.back().first != value) sizes.emplace_back(value, 0);
    ++sizes.back().second;
  }
  return sizes;
}

std::size_t size_of(const std::vector<std::pair<std::uint64_t, std::size_t>>& sizes, std::uint64_t value) {
  return std::lower_bound(sizes.begin(), sizes.end(), std::pair{value, std::size_t{0}})->second;
}

// What an attempt would fold into, and how large a group that is.
struct Choice {
  std::uint32_t index;
  bool is_scan;
  std::size_t size;
};

std::vector<Choice> choices_in(const Conversations& conversations) {
  AddressNumbers numbers;
  std::vector<Pooled> pooled;
  for (std::size_t index = 0; index < conversations.size(); ++index) {
    const auto& [key, facts] = conversations.at(index);
    if (!is_attempt(key, facts)) continue;
    const std::uint64_t of_protocol = (static_cast<std::uint64_t>(key.kind) << 8U) | key.protocol;
    pooled.push_back({static_cast<std::uint32_t>(index),
                      (std::uint64_t{numbers.number_of(key.initiator)} << 32U) | of_protocol,
                      (std::uint64_t{numbers.number_of(key.responder)} << 32U) |
                          (std::uint64_t{key.port} << 11U) | of_protocol});
  }
  const auto scans = sizes_of(pooled, [](const Pooled& attempt) { return attempt.scan; });
  const auto floods = sizes_of(pooled, [](const Pooled& attempt) { return attempt.flood; });
  std::vector<Choice> choices;
  choices.reserve(pooled.size());
  for (const Pooled& attempt : pooled) {
    const std::size_t in_scan = size_of(scans, attempt.scan);
    const std::size_t in_flood = size_of(floods, attempt.flood);
    choices.push_back({attempt.index, in_scan >= in_flood, std::max(in_scan, in_flood)});
  }
  return choices;
}

// The size of the smallest group that has to be folded so that no more than `keep` attempts are left.
std::size_t least_folded(const std::vector<Choice>& choices, std::size_t keep) {
  std::map<std::size_t, std::size_t> attempts_by_size;
  for (const Choice& choice : choices) ++attempts_by_size[choice.size];
  std::size_t kept = 0;
  for (const auto& [size, attempts] : attempts_by_size) {
    kept += attempts;
    if (kept > keep) return size;
  }
  return choices.size() + 1;
}

}  // namespace

FoldedAttempts::iterator AttemptsPool::record_of(const ConversationKey& key) {
  const auto scan = folded_.find(scan_of(key));
  return scan != folded_.end() ? scan : folded_.find(flood_of(key));
}

void AttemptsPool::add(FoldedAttempts::value_type& record, const Conversations::value_type& attempt) {
  auto& [key, attempts] = record;
  examples_ -= attempts.examples.size();
  attempts.add(key.kind, attempt.first, attempt.second,
               examples_ + attempts.examples.size() < most_examples_);
  examples_ += attempts.examples.size();
}

void AttemptsPool::begin_anew() {
  attempts_ = conversations_.size();
  examples_ = 0;
  for (const auto& [key, attempts] : folded_) examples_ += attempts.examples.size();
}

void AttemptsPool::fold(const FlowKey& key, const FlowFacts& facts, std::string_view name,
                        const Orientation& orientation) {
  if (came_ - put_ == kWaiting) put(waiting_[put_++ % kWaiting]);
  Waiting& waiting = waiting_[came_++ % kWaiting];
  waiting.flow = conversation_of(key, facts, name, orientation);
  waiting.hash = Conversations::hash_of(waiting.flow.first);
  conversations_.prefetch(waiting.hash);
  if (came_ - put_ > kFetched) conversations_.prefetch_entry(waiting_[(came_ - kFetched) % kWaiting].hash);
}

void AttemptsPool::flush() {
  while (put_ != came_) put(waiting_[put_++ % kWaiting]);
}

void AttemptsPool::put(const Waiting& waiting) {
  const Conversations::value_type& flow = waiting.flow;
  const bool attempt = is_attempt(flow.first, flow.second);
  if (attempt && !folded_.empty() && !conversations_.contains(flow.first, waiting.hash)) {
    const auto record = record_of(flow.first);
    if (record != folded_.end()) {
      add(*record, flow);
      return;
    }
  }
  const auto [entry, is_new] = conversations_.insert(flow.first, waiting.hash);
  const bool was_attempt = !is_new && is_attempt(entry.first, entry.second);
  entry.second.add(flow.second);
  attempts_ += is_attempt(entry.first, entry.second) ? 1 : 0;
  attempts_ -= was_attempt ? 1 : 0;
  if (attempts_ > most_) make_room();
}

void AttemptsPool::make_room() {
  const std::vector<Choice> choices = choices_in(conversations_);
  attempts_ = choices.size();
  if (attempts_ <= most_) return;
  const std::size_t least = least_folded(choices, most_ / 2);
  std::vector<std::uint32_t> gone;
  for (const Choice& choice : choices) {
    if (choice.size < least) continue;
    const Conversations::value_type& attempt = conversations_.at(choice.index);
    AttemptsKey record = choice.is_scan ? scan_of(attempt.first) : flood_of(attempt.first);
    const bool has_room = folded_.size() < kAttemptsRecords || folded_.contains(record);
    if (choice.size < kLeastGroup || !has_room) record = rest_of(attempt.first);
    add(*folded_.try_emplace(record).first, attempt);
    gone.push_back(choice.index);
  }
  conversations_.erase(gone);
  attempts_ = choices.size() - gone.size();
}

std::size_t AttemptsPool::hold() {
  if (!folded_.empty()) join_records();
  if (attempts_ > most_) make_room();
  hold_records();
  return conversations_.size() + (most_ - attempts_);
}

void AttemptsPool::join_records() {
  std::vector<std::uint32_t> gone;
  for (std::size_t index = 0; index < conversations_.size(); ++index) {
    const Conversations::value_type& attempt = conversations_.at(index);
    if (!is_attempt(attempt.first, attempt.second)) continue;
    const auto record = record_of(attempt.first);
    if (record == folded_.end()) continue;
    add(*record, attempt);
    gone.push_back(static_cast<std::uint32_t>(index));
  }
  conversations_.erase(gone);
  attempts_ -= gone.size();
}

// The smallest give way, and of those that are equal the first by key.
void AttemptsPool::hold_records() {
  if (folded_.size() <= kAttemptsRecords) return;
  std::vector<std::pair<std::uint64_t, AttemptsKey>> by_size;
  for (const auto& [key, attempts] : folded_) {
    if (key.kind != AttemptsKind::rest) by_size.emplace_back(attempts.conversations, key);
  }
  std::sort(by_size.begin(), by_size.end());
  for (const auto& [size, key] : by_size) {
    if (folded_.size() <= kAttemptsRecords) break;
    const Attempts gone = std::move(folded_.extract(key).mapped());
    folded_[{AttemptsKind::rest, {}, key.protocol, 0, key.traffic}].add_to_rest(gone);
  }
}

}  // namespace portproof
