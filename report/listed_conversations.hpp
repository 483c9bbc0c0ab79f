// Chooses the conversations that a report lists, out of millions: by rank; within a rank answered ones before
// unanswered ones, so that a flood leaves room for the rest; then by key. The list is sorted by rank and key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "report/report.hpp"

namespace portproof {

class ListedConversations {
 public:
  // Chooses at most `most` of these, which must outlive this.
  ListedConversations(const JudgedConversations& judged, std::size_t most);

  // Offers the conversation at this index, with its rank and whether it was answered. Indices ascend.
  void add(std::size_t index, Rank rank, bool answered);

  // The indices of the chosen conversations, in order.
  std::vector<std::size_t> take();

 private:
  struct Candidate {
    std::uint64_t prefix;  // of its key; see order_prefix
    std::uint32_t index;
  };
  // The conversations of one rank, either answered or not, that may still be listed.
  struct Bucket {
    std::vector<Candidate> candidates;
    std::uint64_t highest{UINT64_MAX};  // keys with a higher prefix can no longer be listed
  };
  [[nodiscard]] bool before(const Candidate& left, const Candidate& right) const;
  // Keeps the first `most`. Requires more than that.
  void cut_to(Bucket& bucket, std::size_t most) const;

  const JudgedConversations& judged_;
  std::size_t most_;
  std::size_t room_;                                       // a bucket is cut to `most_` when it is full
  std::array<std::array<Bucket, 2>, kRankCount> buckets_;  // by rank; answered ones first
};

}  // namespace portproof
