// Finds UDP services that answer from another port than they were asked at (TFTP does: RFC 1350, 4): a new
// flow whose responder's address was asked a moment ago, from the very port that the new flow comes to, and
// has not answered from where it was asked. The port that was asked must be the lower one: answers of which
// the mirror does not show the questions look like questions themselves.
//
// One table of fixed size, in which a request remembers itself over the oldest of a few older ones.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "capture/flow/internal/flow_store.hpp"

namespace portproof {

class AskedPorts {
 public:
  // How long an answer from another port may take.
  static constexpr Duration kWithin = seconds(10);

  explicit AskedPorts(std::uint64_t seed) : seed_(seed) {}

  // To be called with each UDP flow that opens, after its entry is made. Answers the port that was asked,
  // where the flow is such an answer; its sender then answers, and the other side is who asked.
  std::optional<std::uint16_t> opened(const FlowStore& store, FlowId id, Side sender, Timestamp now);

 private:
  // Part of the keyed hash, which spares most looks at flows that asked for something else.
  struct Slot {
    std::uint32_t tag{0};
    FlowId flow{kNoFlow};
  };
  static constexpr std::size_t kWays = 4;
  using Bucket = std::array<Slot, kWays>;  // the latest first
  static constexpr std::size_t kBuckets = 1024;

  static std::uint32_t tag_of(std::uint64_t hash);
  static Bucket::iterator find(Bucket& bucket, std::uint64_t hash);

  std::uint64_t seed_;  // of the keyed hash
  std::vector<Bucket> buckets_;
};

}  // namespace portproof
