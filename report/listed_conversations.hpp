// Chooses the conversations that a report lists out of millions: by rank; within a rank those that came about
// before those that were tried in vain, so that a flood leaves room for what happened beside it; then by key.
// They are listed by rank and key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "report/report.hpp"

namespace portproof {

class ListedConversations {
 public:
  // At most `most` of these, which must outlive this.
  ListedConversations(const JudgedConversations& judged, std::size_t most);

  // The conversation at this place, its rank, and whether anybody answered. Places ascend.
  void add(std::size_t place, Rank rank, bool answered);

  // Their places, in order.
  std::vector<std::size_t> take();

 private:
  struct Candidate {
    std::uint64_t prefix;  // of its key, see order_prefix
    std::uint32_t place;
  };
  // Candidates of one rank, answered or not: those that may still be listed.
  struct Bucket {
    std::vector<Candidate> candidates;
    std::uint64_t highest{UINT64_MAX};  // no key of a higher prefix can be listed any more
  };
  [[nodiscard]] bool before(const Candidate& left, const Candidate& right) const;
  // Leaves the first of them; there are more.
  void cut_to(Bucket& bucket, std::size_t most) const;

  const JudgedConversations& judged_;
  std::size_t most_;
  std::size_t room_;                                       // a bucket is cut to `most_` when it is full
  std::array<std::array<Bucket, 2>, kRankCount> buckets_;  // of a rank, answered ones first
};

}  // namespace portproof
