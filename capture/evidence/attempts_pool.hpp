// Folds flows into conversations, and conversations that were never established into records of attempts once
// there are too many of them: the largest scans and floods first, until half of the pool is free. From then
// on a new attempt that belongs to a record goes there at once. Conversations that came about are never
// folded.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "capture/evidence/attempts.hpp"
#include "capture/evidence/conversations.hpp"
#include "capture/evidence/settle.hpp"

namespace portproof {

class AttemptsPool {
 public:
  // Both must outlive this. What is in them already counts.
  AttemptsPool(std::size_t most, Conversations& conversations, FoldedAttempts& folded,
               std::size_t most_examples = kAllAttemptExamples)
      : most_(std::max<std::size_t>(most, 1)),
        conversations_(conversations),
        folded_(folded),
        most_examples_(most_examples) {
    begin_anew();
  }

  // It waits for some others before it is there, while its place is fetched from memory; call `flush` before
  // anybody looks.
  void fold(const FlowKey& key, const FlowFacts& facts, std::string_view name,
            const Orientation& orientation);
  void flush();

  // Call it when somebody else has changed or emptied what this folds into. None may wait.
  void begin_anew();

  // What this folds into was put together of several parts: attempts that belong to a record join it, and
  // there are no more attempts and records than may be. The order of the conversations is lost. Need not be
  // called again before there are more conversations than it returns. None may wait.
  std::size_t hold();

 private:
  struct Waiting {
    Conversations::value_type flow;
    std::uint32_t hash{0};
  };
  static constexpr std::size_t kWaiting = 16;  // a power of two
  static constexpr std::size_t kFetched = kWaiting / 2;

  void put(const Waiting& waiting);
  FoldedAttempts::iterator record_of(const ConversationKey& key);
  void add(FoldedAttempts::value_type& record, const Conversations::value_type& attempt);
  void make_room();
  void join_records();
  void hold_records();

  std::size_t most_;
  Conversations& conversations_;
  FoldedAttempts& folded_;
  std::size_t most_examples_;
  std::size_t examples_{0};                // of all records
  std::size_t attempts_{0};                // at most so many of the conversations are attempts
  std::array<Waiting, kWaiting> waiting_;  // a ring
  std::size_t came_{0};
  std::size_t put_{0};
};

}  // namespace portproof
