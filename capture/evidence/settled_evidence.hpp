// Evidence that is ready to be judged: every flow is part of a conversation, and every gap is known. It can
// no longer be merged; merging needs the loose flows with both their ports, which settling folds away
// (evidence/settle.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "capture/evidence/evidence.hpp"

namespace portproof {

// Has the members of Evidence that a judgement is about. Names and stations are not among them: they say who
// an address is, which is a question of roles (classify/party.hpp).
struct SettledEvidence {
  ObservationSettings settings;
  std::vector<Input> inputs;    // sorted by input_before; with their final gaps
  Conversations conversations;  // all of them; in no order, unless someone sorts them
  FoldedAttempts attempts;
  decltype(Evidence::protocols) protocols;
  StrayErrors stray_errors;  // those that no conversation explains
  LimitsHit limits_hit;
};

}  // namespace portproof
