#include "report/listed_conversations.hpp"

#include <algorithm>
#include <limits>

namespace portproof {
namespace {

constexpr std::size_t kLeastRoom = 4096;

}  // namespace

ListedConversations::ListedConversations(const JudgedConversations& judged, std::size_t most)
    : judged_(judged),
      most_(most),
      room_(most < std::numeric_limits<std::size_t>::max() / 4 ? most * 2 + kLeastRoom
                                                               : std::numeric_limits<std::size_t>::max()) {}

bool ListedConversations::before(const Candidate& left, const Candidate& right) const {
  if (left.prefix != right.prefix) return left.prefix < right.prefix;
  const auto order = judged_.key(left.index) <=> judged_.key(right.index);
  return order != 0 ? order < 0 : left.index < right.index;
}

void ListedConversations::add(std::size_t index, Rank rank, bool answered) {
  Bucket& bucket = buckets_[static_cast<std::size_t>(rank)][answered ? 0 : 1];
  const std::uint64_t prefix = order_prefix(judged_.key(index));
  if (prefix > bucket.highest) return;
  bucket.candidates.push_back({prefix, static_cast<std::uint32_t>(index)});
  if (bucket.candidates.size() >= room_) cut_to(bucket, most_);
}

void ListedConversations::cut_to(Bucket& bucket, std::size_t most) const {
  const auto end = bucket.candidates.begin() + static_cast<std::ptrdiff_t>(most);
  std::nth_element(bucket.candidates.begin(), end, bucket.candidates.end(),
                   [this](const Candidate& left, const Candidate& right) { return before(left, right); });
  bucket.highest = end->prefix;
  bucket.candidates.erase(end, bucket.candidates.end());
}

std::vector<std::size_t> ListedConversations::take() {
  std::vector<std::size_t> indexes;
  const auto in_order = [this](const Candidate& left, const Candidate& right) { return before(left, right); };
  for (auto& of_rank : buckets_) {
    std::vector<Candidate> chosen;
    for (Bucket& bucket : of_rank) {
      const std::size_t room = most_ - indexes.size() - chosen.size();
      if (bucket.candidates.size() > room) cut_to(bucket, room);
      chosen.insert(chosen.end(), bucket.candidates.begin(), bucket.candidates.end());
    }
    std::sort(chosen.begin(), chosen.end(), in_order);
    for (const Candidate& candidate : chosen) indexes.push_back(candidate.index);
  }
  return indexes;
}

}  // namespace portproof
