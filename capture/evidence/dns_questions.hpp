// DNS questions that were seen and may yet be answered. An answer that nobody asked for is one that anybody
// may have forged: it is believed only under conditions (NameSource::unasked).
//
// Bounded: a question is kept for kQuestionLife, and gives way to others once it was answered. Where too many
// wait at a time, the oldest is forgotten and counted. Begins small, to stay in the nearest cache, and grows
// when it would have to forget one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "capture/base/timestamp.hpp"
#include "capture/decode/packet.hpp"
#include "capture/identify/dns_message.hpp"

namespace portproof {

// Resolvers give up on a question much earlier.
inline constexpr Duration kQuestionLife = seconds(30);

class DnsQuestions {
 public:
  // `most` questions at a time, at least 8: 16 bytes each.
  explicit DnsQuestions(std::size_t most) : most_(most) {}

  // The packet asks this question.
  void ask(const Packet& packet, const DnsQuestion& question, Timestamp now);

  // Does the packet answer a question that was asked, from and to the same addresses and ports, with its id,
  // name and type (RFC 5452, 9.1)? A question may be answered several times.
  bool answers(const Packet& packet, const DnsQuestion& question, Timestamp now);

  // Questions that were forgotten while they waited.
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

 private:
  struct Slot {
    static constexpr std::uint64_t kAnswered = 1;

    [[nodiscard]] bool is_of(std::uint64_t hash) const { return ((mark ^ hash) & ~kAnswered) == 0; }
    [[nodiscard]] bool is_empty() const { return asked == Timestamp::earliest(); }
    [[nodiscard]] bool is_stale(Timestamp now) const { return is_empty() || now - asked > kQuestionLife; }

    std::uint64_t mark{0};  // the hash, but for its lowest bit: kAnswered
    Timestamp asked{Timestamp::earliest()};
  };
  static constexpr std::size_t kWays = 8;
  static constexpr std::size_t kFirstBuckets = 64;
  struct alignas(64) Bucket {  // two cache lines
    std::array<Slot, kWays> slots{};
  };

  [[nodiscard]] std::uint64_t hash_of(const Packet& packet, const DnsQuestion& question) const;
  Bucket& bucket_of(std::uint64_t hash) { return buckets_[(hash >> 1U) & (buckets_.size() - 1)]; }
  // Gives the question a slot; false where it would have to forget one that waits.
  bool put(std::uint64_t hash, Timestamp now, bool may_forget);
  void grow();

  std::size_t most_;
  std::uint64_t key_{0};         // with it, an attacker could make questions collide
  std::vector<Bucket> buckets_;  // a power of two; none before the first question
  std::uint64_t forgotten_{0};
};

}  // namespace portproof
