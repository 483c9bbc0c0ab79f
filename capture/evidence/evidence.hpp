// Facts and only facts about what was captured: inputs with their accounting, conversations whose direction
// is firm, flows that could not be oriented or that were open at an edge of their input, names, and the
// limits that were hit. Evidence knows no role and no verdict.
//
// Evidence merges: any pieces, in any order and grouping, give the same evidence. What makes that true:
//  - counters add, times take the minimum and maximum, sets unite;
//  - a flow that may continue in another piece (it was under way when its input began, or still open when
//    it ended) and a flow without a firm direction is kept as it is, with both ports, in `loose`. Loose flows
//    of one key are joined only when a report is made (evidence/settle.hpp), never by merging;
//  - names beyond kNamesPerService a pair and service fold by a rule that does not depend on order.
//
// A flow is folded into its conversation at once if it lies wholly within its input and its direction cannot
// get better:
//  - it closed before the input ended, for whatever reason;
//  - it began within the input: when the input had run for the flow's timeout, or with a SYN, except in the
//    first kSynRetry of the input, where the SYN may repeat one that the piece before this holds;
//  - its direction is final (evidence/orientation.hpp).
// All other flows are loose, but for those that are never judged (see `protocols`).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/error.hpp"
#include "capture/base/flow_facts.hpp"
#include "capture/base/timestamp.hpp"
#include "capture/evidence/accounting.hpp"
#include "capture/evidence/attempts.hpp"
#include "capture/evidence/conversations.hpp"
#include "capture/evidence/edge_fragments.hpp"
#include "capture/evidence/edge_packets.hpp"
#include "capture/evidence/limits.hpp"
#include "capture/evidence/loose_flows.hpp"
#include "capture/evidence/names.hpp"
#include "capture/evidence/observation_settings.hpp"
#include "capture/evidence/protocol_count.hpp"
#include "capture/evidence/stations.hpp"
#include "capture/evidence/stray_errors.hpp"

namespace portproof {

// A SYN that gets no answer is sent again after 1, 2, 4 ... seconds (RFC 6298); common systems give up after
// a pause of 32 s.
inline constexpr Duration kSynRetry = seconds(32);

// Names kept for one initiator, responder, transport and port: the 64 that sort first. The others are
// counted as one, with NameState::other.
inline constexpr std::size_t kNamesPerService = 64;

struct Evidence {
  ObservationSettings settings;
  std::vector<Input> inputs;    // sorted by input_before
  Conversations conversations;  // sorted by key, unless CollectorOptions::is_whole
  LooseFlows loose;             // sorted by loose_before
  EdgeFragments fragments;      // that have no flow yet, or that may find others of their packet
  EdgePackets edge_packets;     // of which another input may have copies
  FoldedAttempts attempts;
  Names names;        // of addresses
  Stations stations;  // who sent for which address on the link layer
  // Never judged: control traffic by the names of LinkControl, "icmp-error", "icmpv6-error".
  std::map<std::string, ProtocolCount> protocols;
  StrayErrors stray_errors;
  LimitsHit limits_hit;

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// Puts what was gathered of the same inputs elsewhere to the evidence; says nothing of inputs, nor of limits
// that are derived (note_derived_limits). Conversations and loose flows come in no order
// then, where there was something to add.
void absorb(Evidence& evidence, Evidence&& other);

// Puts two pieces together; evidence without inputs adds nothing. Of more than `most_attempts` conversations
// that were never established the largest scans and floods are folded (evidence/attempts_pool.hpp); only
// where that has happened, here or in a piece, does what comes of several depend on the order: an attempt
// that was folded is not known again in a piece that comes later. Error: bad_data where they were made with
// different settings.
Expected<Evidence> merge(Evidence left, Evidence right, std::size_t most_attempts = kMostAttempts);

}  // namespace portproof
