#include "capture/evidence/dns_questions.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "capture/base/random_key.hpp"

namespace portproof {

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
  const std::size_t most_buckets = std::bit_floor(std::max<std::size_t>(most_ / kWays, 1));
  if (buckets_.empty()) {
    key_ = random_key();
    buckets_.resize(std::min(kFirstBuckets, most_buckets));
  }
  const std::uint64_t hash = hash_of(packet, question);
  while (!put(hash, now, buckets_.size() == most_buckets)) grow();
}

// Takes the slot of the same question, or else the one whose answer is least to be expected: an empty one, an
// answered one, the oldest that waits.
bool DnsQuestions::put(std::uint64_t hash, Timestamp now, bool may_forget) {
  constexpr std::uint8_t kWaits = 2;
  Slot* chosen = nullptr;
  std::uint8_t lowest = kWaits + 1;
  for (Slot& slot : bucket_of(hash).slots) {
    if (slot.is_of(hash)) {
      slot = {hash & ~Slot::kAnswered, now};
      return true;
    }
    const std::uint8_t rank = slot.is_stale(now) ? 0 : (slot.mark & Slot::kAnswered) != 0 ? 1 : kWaits;
    if (rank > lowest || (rank == lowest && slot.asked >= chosen->asked)) continue;
    chosen = &slot;
    lowest = rank;
  }
  if (lowest == kWaits) {
    if (!may_forget) return false;
    ++forgotten_;
  }
  *chosen = {hash & ~Slot::kAnswered, now};
  return true;
}

// A bucket's slots go into two, so that there is room for each.
void DnsQuestions::grow() {
  const std::vector<Bucket> old = std::exchange(buckets_, std::vector<Bucket>(buckets_.size() * 2));
  for (const Bucket& bucket : old) {
    for (std::size_t way = 0; way < kWays; ++way) {
      const Slot& slot = bucket.slots[way];
      if (!slot.is_empty()) bucket_of(slot.mark).slots[way] = slot;
    }
  }
}

bool DnsQuestions::answers(const Packet& packet, const DnsQuestion& question, Timestamp now) {
  if (buckets_.empty()) return false;
  const std::uint64_t hash = hash_of(packet, question);
  for (Slot& slot : bucket_of(hash).slots) {
    if (!slot.is_of(hash) || slot.is_stale(now)) continue;
    slot.mark |= Slot::kAnswered;
    return true;
  }
  return false;
}

}  // namespace portproof
