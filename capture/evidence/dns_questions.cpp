#include "capture/evidence/dns_questions.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "capture/base/random_key.hpp"

namespace portproof {
namespace {

bool is_stale(Timestamp asked, Timestamp now) {
  return asked == Timestamp::earliest() || now - asked > kQuestionLife;
}

}  // namespace

// Of who asked whom, in which transaction, for what: the same for a question and its answer.
std::uint64_t DnsQuestions::hash_of(const Packet& packet, const DnsQuestion& question) const {
  const bool turned = question.is_answer;
  const IpAddress& client = turned ? packet.destination : packet.source;
  const IpAddress& server = turned ? packet.source : packet.destination;
  const std::uint16_t client_port = turned ? packet.destination_port : packet.source_port;
  const std::uint16_t server_port = turned ? packet.source_port : packet.destination_port;
  std::array<std::uint64_t, 6> words{};
  std::memcpy(words.data(), client.bytes.data(), 16);
  std::memcpy(words.data() + 2, server.bytes.data(), 16);
  words[4] = std::uint64_t{client_port} << 48U | std::uint64_t{server_port} << 32U |
             std::uint64_t{question.id} << 16U | question.type;
  words[5] = static_cast<std::uint64_t>(client.family) << 8U | packet.protocol;
  const std::uint64_t ends = XXH3_64bits_withSeed(words.data(), sizeof words, key_);
  const std::string_view name = question.name();
  return XXH3_64bits_withSeed(name.data(), name.size(), ends);
}

void DnsQuestions::ask(const Packet& packet, const DnsQuestion& question, Timestamp now) {
  if (buckets_.empty()) {
    key_ = random_key();
    buckets_.resize(std::bit_floor(std::max<std::size_t>(most_ / kWays, 1)));
  }
  const std::uint64_t hash = hash_of(packet, question);
  Bucket& bucket = bucket_of(hash);
  const auto asked_before =
      std::find_if(bucket.begin(), bucket.end(), [hash](const Slot& slot) { return slot.hash == hash; });
  if (asked_before != bucket.end()) {
    *asked_before = {hash, now, false};
    return;
  }
  // The one whose answer is least to be expected.
  const auto rank = [now](const Slot& slot) { return is_stale(slot.asked, now) ? 0 : slot.answered ? 1 : 2; };
  const auto place = std::min_element(bucket.begin(), bucket.end(), [&](const Slot& left, const Slot& right) {
    return rank(left) != rank(right) ? rank(left) < rank(right) : left.asked < right.asked;
  });
  if (rank(*place) == 2) ++forgotten_;
  *place = {hash, now, false};
}

bool DnsQuestions::answers(const Packet& packet, const DnsQuestion& question, Timestamp now) {
  if (buckets_.empty()) return false;
  const std::uint64_t hash = hash_of(packet, question);
  for (Slot& slot : bucket_of(hash)) {
    if (slot.hash != hash || is_stale(slot.asked, now)) continue;
    slot.answered = true;
    return true;
  }
  return false;
}

}  // namespace portproof
