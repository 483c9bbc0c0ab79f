// Weighs what a host's contacts say for each role that it could have, given the beliefs about its peers.
// Private to labelling.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "classify/discover/internal/beliefs.hpp"
#include "classify/discover/internal/name_hints.hpp"

namespace portproof {

// The least weight of a support that counts, and the least that is reported.
inline constexpr float kCounts = 0.5F;
inline constexpr float kWorthReporting = 0.8F;

struct RoleScore {
  float score{0};  // a natural logarithm of odds, as Finding has it
  std::vector<Support> supports;
  std::uint32_t services{0};
  std::uint32_t peers{0};
  bool peer_sure{false};  // the role of a peer is certain
  bool solid{false};      // more than web pages served to anyone
  bool special{false};    // a peer of certain role, on a service that hardly anything but Citrix uses
  bool by_name{false};
};

using RoleScores = std::map<RoleId, RoleScore>;

class Scales {
 public:
  // Both must outlive this.
  Scales(const Beliefs& beliefs, ExplanationBook& book)
      : beliefs_(beliefs), book_(book), hints_(beliefs.roles()) {}

  // The score of each role that something supports. What the `assigned` roles explain supports no others.
  [[nodiscard]] RoleScores scores(std::uint32_t host, const RoleSet& assigned) const;

 private:
  const Beliefs& beliefs_;
  ExplanationBook& book_;
  NameHints hints_;
};

}  // namespace portproof
