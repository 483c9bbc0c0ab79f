// What a host's contacts say for each role that it could have, given what is believed of its peers. Private
// to labelling.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "classify/discover/internal/beliefs.hpp"
#include "classify/discover/internal/name_hints.hpp"

namespace portproof {

// The least that a support counts for, and the least that is told of.
inline constexpr float kCounts = 0.5F;
inline constexpr float kWorthTelling = 0.8F;

struct RoleScore {
  float score{0};  // a natural logarithm of odds, as Finding has it
  std::vector<Support> supports;
  std::uint32_t services{0};
  std::uint32_t peers{0};
  bool peer_sure{false};  // a peer's own role is known
  bool solid{false};      // more than web pages for whoever comes by
  bool special{false};    // a peer of known role, on a service that is hardly anything else
  bool by_name{false};
};

using RoleScores = std::map<RoleId, RoleScore>;

class Scales {
 public:
  // Both must outlive this.
  Scales(const Beliefs& beliefs, ExplanationBook& book)
      : beliefs_(beliefs), book_(book), hints_(beliefs.roles()) {}

  // Of each role that something speaks for, with the `assigned` ones given: what they explain speaks for no
  // other.
  [[nodiscard]] RoleScores scores(std::uint32_t host, const RoleSet& assigned) const;

 private:
  const Beliefs& beliefs_;
  ExplanationBook& book_;
  NameHints hints_;
};

}  // namespace portproof
