#include "capture/evidence/conversations.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <tuple>

#include "capture/base/random_key.hpp"
#include "capture/evidence/internal/sorted_indexes.hpp"

// Entries in the order in which they came, in Chunks, and an index by hash that is built when it is needed:
//
//   entries_   | a->b:443 | c->b:443 | a->d:1494 | ...    never move, but for the first, small block
//   index_     slot: hash of the key, number of the entry
//
// Three lives, one container:
//  - while packets are read: `add` finds by the index and adds facts to facts;
//  - when parts are put together: `adopt` takes whole blocks of another's entries and drops both indexes.
//    They are built again only if somebody asks;
//  - once sorted: found by bisection, and no index at all. An audit reads millions of conversations from
//    front to back and looks up few.
//
// The hash is keyed (random_key.hpp): addresses, ports and names come from the network, and no
// sender must be able to make them all collide. So the order of slots differs from run to run, and
// nothing may depend on it: evidence is sorted before anybody sees it.
//
// Sorting compares 64-bit prefixes of keys first (order_prefix), which decides nearly all comparisons
// without touching the entries themselves.

namespace portproof {
namespace {

constexpr std::size_t kFirstSlots = 64;

std::uint64_t hash_key() {
  static const std::uint64_t key = random_key();
  return key;
}

}  // namespace

std::uint64_t order_prefix(const ConversationKey& key) {
  constexpr unsigned kSecond = 31;  // bits that the responder has
  const std::uint64_t initiator = key.initiator.half(0);
  if (key.initiator.family == IpFamily::v6) return (std::uint64_t{1} << 63U) | (initiator >> 1U);
  const bool second_is_v6 = key.responder.family == IpFamily::v6;
  const std::uint64_t second =
      (std::uint64_t{second_is_v6} << (kSecond - 1)) | (key.responder.half(0) >> (64 - kSecond + 1));
  return (initiator >> 32U) << kSecond | second;
}

void ConversationFacts::add(const ConversationFacts& other) {
  if (std::tie(other.first, other.first_frame) < std::tie(first, first_frame)) {
    first = other.first;
    first_frame = other.first_frame;
  }
  if (flows == 0) broadcasts = other.broadcasts;
  if (other.flows != 0) broadcasts = together(broadcasts, other.broadcasts);
  sessions += other.sessions;
  flows += other.flows;
  packets += other.packets;
  bytes += other.bytes;
  last = std::max(last, other.last);
  state = std::min(state, other.state);
  basis = merged(basis, other.basis);
  answered = answered || other.answered;
  carries = carries || other.carries;
  missed_bytes += other.missed_bytes;
  kinds |= other.kinds;
  later_applications |= other.later_applications;
}

std::uint32_t Conversations::hash_of(const ConversationKey& key) {
  std::array<std::uint64_t, 5> words;
  std::memcpy(words.data(), key.initiator.bytes.data(), 16);
  std::memcpy(words.data() + 2, key.responder.bytes.data(), 16);
  words[4] = std::uint64_t{key.port} | (std::uint64_t{key.protocol} << 16U) |
             (static_cast<std::uint64_t>(key.application) << 24U) |
             (static_cast<std::uint64_t>(key.name_state) << 32U) |
             (static_cast<std::uint64_t>(key.initiator.family) << 40U) |
             (static_cast<std::uint64_t>(key.responder.family) << 48U) |
             (static_cast<std::uint64_t>(key.kind) << 56U);
  std::uint64_t hash = XXH3_64bits_withSeed(words.data(), sizeof words, hash_key());
  if (!key.name.empty()) {
    const std::string_view name = key.name.view();
    hash = XXH3_64bits_withSeed(name.data(), name.size(), hash);
  }
  return static_cast<std::uint32_t>(hash);
}

std::uint32_t Conversations::find_index(const ConversationKey& key, std::uint32_t hash) const {
  return index_.find(hash, [&](std::uint32_t index) { return entries_[index].first == key; });
}

bool Conversations::contains(const ConversationKey& key, std::uint32_t hash) {
  need_index();
  return find_index(key, hash) != Index::kNone;
}

std::pair<Conversations::value_type&, bool> Conversations::insert(const ConversationKey& key,
                                                                  std::uint32_t hash) {
  need_index();
  if (const std::uint32_t known = find_index(key, hash); known != Index::kNone)
    return {entries_[known], false};
  sorted_ = entries_.empty() || (sorted_ && entries_.back().first < key);
  index_.add(static_cast<std::uint32_t>(entries_.size()), hash);
  return {add(key, ConversationFacts{}), true};
}

void Conversations::append(const ConversationKey& key, const ConversationFacts& facts) {
  index_ = {};
  sorted_ = entries_.empty() || (sorted_ && entries_.back().first < key);
  add(key, facts);
}

Conversations::value_type& Conversations::add(const ConversationKey& key, const ConversationFacts& facts) {
  ++with_[static_cast<std::size_t>(key.name_state)];
  return entries_.push_back({key, facts});
}

// The slots of some entries are fetched before they are filled: they lie anywhere.
void Conversations::need_index() {
  if (index_.exists()) return;
  index_.make(Index::slots_for(entries_.size() + 1, kFirstSlots));
  std::array<std::uint32_t, 16> hashes;
  for (std::size_t first = 0; first < entries_.size(); first += hashes.size()) {
    const std::size_t end = std::min(first + hashes.size(), entries_.size());
    for (std::size_t index = first; index < end; ++index) {
      hashes[index - first] = hash_of(entries_[index].first);
      index_.prefetch_to_write(hashes[index - first]);
    }
    for (std::size_t index = first; index < end; ++index) {
      index_.add(static_cast<std::uint32_t>(index), hashes[index - first]);
    }
  }
}

std::size_t Conversations::lower_bound(const ConversationKey& key) const {
  std::size_t from = 0;
  std::size_t count = entries_.size();
  while (count > 0) {
    const std::size_t half = count / 2;
    const bool before = entries_[from + half].first < key;
    from = before ? from + half + 1 : from;
    count = before ? count - half - 1 : half;
  }
  return from;
}

void Conversations::adopt(Conversations&& others) {
  if (others.empty()) return;
  index_ = {};
  sorted_ = empty() && others.sorted_;
  entries_.adopt(std::move(others.entries_));
  for (std::size_t state = 0; state < with_.size(); ++state) with_[state] += others.with_[state];
  others = Conversations();
}

const ConversationFacts* Conversations::find(const ConversationKey& key) const {
  if (sorted_) {
    const std::size_t at = lower_bound(key);
    return at < size() && entries_[at].first == key ? &entries_[at].second : nullptr;
  }
  if (!index_.exists()) {
    const auto found =
        std::find_if(begin(), end(), [&key](const value_type& entry) { return entry.first == key; });
    return found == end() ? nullptr : &found->second;
  }
  const std::uint32_t index = find_index(key, hash_of(key));
  return index == Index::kNone ? nullptr : &entries_[index].second;
}

void Conversations::erase(const std::vector<std::uint32_t>& indexes) {
  if (indexes.empty()) return;
  index_ = {};
  // From the back, so that what fills an index is never one that goes.
  for (auto index = indexes.rbegin(); index != indexes.rend(); ++index) {
    --with_[static_cast<std::size_t>(entries_[*index].first.name_state)];
    if (*index + 1 != entries_.size()) entries_[*index] = std::move(entries_.back());
    entries_.pop_back();
  }
  sorted_ = entries_.empty();
}

void Conversations::sort() {
  index_ = {};
  if (sorted_) return;
  entries_.arrange(sorted_indexes(
      entries_.size(), [this](std::uint32_t index) { return order_prefix(entries_[index].first); },
      [this](std::uint32_t left, std::uint32_t right) {
        return entries_[left].first < entries_[right].first;
      }));
  sorted_ = true;
}

bool operator==(const Conversations& left, const Conversations& right) {
  if (left.size() != right.size()) return false;
  Conversations sorted_left;
  Conversations sorted_right;
  const auto in_order = [](const Conversations& given, Conversations& sorted) -> const Conversations& {
    if (given.sorted_) return given;
    sorted = given;
    sorted.sort();
    return sorted;
  };
  const Conversations& first = in_order(left, sorted_left);
  const Conversations& second = in_order(right, sorted_right);
  return std::equal(first.begin(), first.end(), second.begin(), second.end());
}

}  // namespace portproof
