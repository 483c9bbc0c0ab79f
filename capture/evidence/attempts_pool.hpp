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

// Attempts that are kept one by one, at 148 to 160 bytes each: 640 MB.
inline constexpr std::size_t kMostAttempts = 4'000'000;

class AttemptsPool {
 public:
  // Both must outlive this. What is in them already counts.
  AttemptsPool(std::size_t most, Conversations& conversations, FoldedAttempts& folded,
               std::size_t most_records = kAttemptsRecords)
      : most_(std::max<std::size_t>(most, 1)),
        conversations_(conversations),
        folded_(folded),
        most_records_(most_records),
        attempts_(conversations.size()) {}

  // It waits for some others before it is there, while its place is fetched from memory; call `flush` before
  // anybody looks.
  void fold(const FlowKey& key, const FlowFacts& facts, std::string_view name,
            const Orientation& orientation);
  void flush();

  // Call it when somebody else has changed or emptied what this folds into. None may wait.
  void begin_anew() { attempts_ = conversations_.size(); }

  // Holds what is in them already to the limits: what somebody else has put together from several pieces.
  // Need not be called again before there are more conversations than it returns.
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
  void join_surplus();
  void make_room();

  std::size_t most_;
  Conversations& conversations_;
  FoldedAttempts& folded_;
  std::size_t most_records_;
  std::size_t attempts_;                   // at most so many of the conversations are attempts
  std::array<Waiting, kWaiting> waiting_;  // a ring
  std::size_t came_{0};
  std::size_t put_{0};
};

}  // namespace portproof
