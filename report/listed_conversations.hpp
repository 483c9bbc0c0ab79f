// Chooses the conversations that a report lists out of millions: by rank, then by key.
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

  // The conversation at this place, and its rank. Places ascend.
  void add(std::size_t place, Rank rank);

  // Their places, in order.
  std::vector<std::size_t> take();

 private:
  struct Candidate {
    std::uint64_t prefix;  // of its key, see order_prefix
    std::uint32_t place;
  };
  // The candidates of one rank: those that may still be listed.
  struct Bucket {
    std::vector<Candidate> candidates;
    std::uint64_t highest{UINT64_MAX};  // no key of a higher prefix can be listed any more
  };
  [[nodiscard]] bool before(const Candidate& left, const Candidate& right) const;
  void cut(Bucket& bucket);

  const JudgedConversations& judged_;
  std::size_t most_;
  std::size_t room_;  // a bucket is cut to `most_` when it is full
  std::array<Bucket, kRankCount> buckets_;
};

}  // namespace portproof
