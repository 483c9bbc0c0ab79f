// DNS questions that were seen and may yet be answered. An answer that nobody asked for is one that anybody
// may have forged: it is believed only under conditions (NameSource::unasked).
//
// Bounded: a question is kept for kQuestionLife, and gives way to others once it was answered. Where too many
// wait at a time, the oldest is forgotten and counted. Allocates once, for the first question.
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
  // `most` questions at a time, at least 8: 24 bytes each.
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
    std::uint64_t hash{0};
    Timestamp asked{Timestamp::earliest()};
    bool answered{false};
  };
  static constexpr std::size_t kWays = 8;
  using Bucket = std::array<Slot, kWays>;

  [[nodiscard]] std::uint64_t hash_of(const Packet& packet, const DnsQuestion& question) const;
  Bucket& bucket_of(std::uint64_t hash) { return buckets_[hash & (buckets_.size() - 1)]; }

  std::size_t most_;
  std::uint64_t key_{0};         // whoever knew it could make questions collide
  std::vector<Bucket> buckets_;  // a power of two; none before the first question
  std::uint64_t forgotten_{0};
};

}  // namespace portproof
