// Makes evidence ready to be judged: joins the loose flows of one key that are one flow, decides their
// direction, and folds them into conversations. It asks two things of the outside, because nobody knows them
// before roles are known: which end of a flow's port is documented as a service, and which direction of a
// contested flow is the worse one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "capture/evidence/orientation.hpp"
#include "capture/evidence/settled_evidence.hpp"

namespace portproof {

// Two inputs of which the second begins at most this long after the end of the first are taken for one
// capture when it is asked how long it had run: a span port is never silent for so long.
inline constexpr Duration kSeam = seconds(60);

// Of a flow whose direction is contested, the initiator with which it is judged worse. `likely` is the one
// that it has as long as nobody judges it.
using ContestJudge =
    std::function<Side(const FlowKey& key, const FlowFacts& facts, std::string_view name, Side likely)>;

// For those who judge nothing.
Side likely_initiator(const FlowKey& key, const FlowFacts& facts, std::string_view name, Side likely);

// Adds another part of the same flow, with its name.
void join_flows(LooseFlow& flow, const LooseFlow& other);

// Loose flows joined: per key, parts that are one flow are one LooseFlow. Sorted by loose_before.
struct JoinedFlows {
  std::vector<LooseFlow> flows;
  // What the joined flows miss more (or less, where negative) than their parts did, by input.
  std::vector<std::int64_t> missed;
};
JoinedFlows joined(const Evidence& evidence);

// Joins the loose flows of the evidence, decides their direction and folds them into its conversations, again
// with at most kNamesPerService names a service. Of more than `most_attempts` conversations that were never
// established the largest scans and floods are folded (evidence/attempts_pool.hpp). A flow whose direction is
// contested gets the initiator that `contest` names. The gaps of inputs become what they would be in one
// input: bytes missed between two parts of a flow count in the input of the later one, bytes that one part
// missed and another has do not count, and packets of flows of which one direction was captured count in the
// input of the flow's first frame. Only now is it known which destinations of frames to the broadcast MAC
// address were never anything else.
//
// Each loose flow is freed as it is folded, so that moving the evidence in costs no second copy of it.
SettledEvidence settle(Evidence evidence, const ServiceOracle& documented, std::size_t most_attempts,
                       const ContestJudge& contest = likely_initiator);

// The conversations alone, sorted by key, with no attempt folded. For those who judge nothing.
Conversations settled_conversations(const Evidence& evidence, const ServiceOracle& documented);

}  // namespace portproof
