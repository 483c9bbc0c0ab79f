// Conversations that were tried and never came about, too many to be kept one by one: a scan, a flood. Folded
// into one record a scanning initiator, or a flooded responder and port, with exact counts.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string_view>

#include "capture/evidence/conversation.hpp"

namespace portproof {

enum class AttemptsKind : std::uint8_t {
  scan,   // of one initiator, to whatever responders and ports
  flood,  // to one responder and port, from whatever initiators
  rest,   // neither
};
inline constexpr std::array<std::string_view, 3> kAttemptsKindNames{"scan", "flood", "rest"};

struct AttemptsKey {
  AttemptsKind kind{AttemptsKind::rest};
  IpAddress address;  // of the initiator of a scan, of the responder of a flood; else 0.0.0.0
  std::uint8_t protocol{0};
  std::uint16_t port{0};              // of a flood; else 0
  FlowKind traffic{FlowKind::plain};  // ConversationKey::kind of the attempts
  friend auto operator<=>(const AttemptsKey&, const AttemptsKey&) = default;
};

// The ends of an attempt, and the first and the last port that was tried between them, of those that count.
struct AttemptExample {
  IpAddress initiator;
  IpAddress responder;
  std::uint16_t first_port{0};
  std::uint16_t last_port{0};
  friend bool operator==(const AttemptExample&, const AttemptExample&) = default;
};

// Conversations that may be folded, and are kept one by one unless there are more: at 148 to 160 bytes each
// 640 MB.
inline constexpr std::size_t kMostAttempts = 4'000'000;

// Examples kept of one record: one an end that is not the record's own (of `rest`, an initiator), those that
// sort first by its address. 38 bytes each, and what a map takes: some 110.
inline constexpr std::size_t kAttemptExamples = 1024;

struct Attempts {
  // Conversations that were folded; one that is tried again afterwards counts once more.
  std::uint64_t conversations{0};
  ConversationFacts facts;  // of all of them
  std::uint16_t first_port{0xffff};
  std::uint16_t last_port{0};
  std::map<IpAddress, AttemptExample> examples;
  bool more_ends{false};  // than there are examples

  // Without `with_room` the examples do not become more, but for the first.
  void add(AttemptsKind kind, const ConversationKey& key, const ConversationFacts& of_conversation,
           bool with_room = true);
  // Those of a record of the same key. Commutative and associative.
  void add(const Attempts& other);
  // Those of any record, to one of kind `rest`.
  void add_to_rest(const Attempts& other);
  friend bool operator==(const Attempts&, const Attempts&) = default;

 private:
  void add_counts(const Attempts& other);
  void add_example(const IpAddress& end, const AttemptExample& example, bool with_room = true);
};

using FoldedAttempts = std::map<AttemptsKey, Attempts>;

// Records that are made at most, and the examples of all of them together, some 120 MB; attempts beyond them
// join the records of kind `rest`.
inline constexpr std::size_t kAttemptsRecords = 1024;
inline constexpr std::size_t kAllAttemptExamples = kAttemptsRecords * kAttemptExamples;

// May the conversation be folded? Nobody answered but to refuse it, and nothing was recognised on it.
bool is_attempt(const ConversationKey& key, const ConversationFacts& facts);

}  // namespace portproof
