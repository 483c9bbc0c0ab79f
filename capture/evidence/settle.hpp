// Makes evidence ready to be judged: joins the loose flows of one key that are one flow, decides their
// direction, and folds them into conversations. The only thing it asks of the outside is which end of a
// flow's port is documented as a service, which nobody knows before roles are known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "capture/evidence/settled_evidence.hpp"

namespace portproof {

// The side that is the responder as far as the catalog can tell for the two hosts' roles; nothing where it
// documents both ends or neither.
using ServiceOracle = std::function<std::optional<Side>(const FlowKey&)>;

// An oracle that knows nothing: what `flows` uses.
std::optional<Side> no_oracle(const FlowKey& key);

// From here up a port is one that systems give to clients by themselves: Linux begins here, RFC 6335 and
// Windows at 49152. Where both ports lie above, or are equal, their order says nothing.
inline constexpr std::uint16_t kFirstEphemeralPort = 32768;

// Two inputs of which the second begins at most this long after the end of the first are taken for one
// capture when it is asked how long it had run: a span port is never silent for so long.
inline constexpr Duration kSeam = seconds(60);

// Who began, and how that is known. `capture_had_run` says whether the capture had run for a flow timeout
// before the flow's first packet. The best basis that applies decides: for TCP syn, syn_ack, catalog,
// port_order, first_packet; for all others icmp, request, first_packet_after_run, catalog, first_packet,
// port_order. A basis that would make a broadcast or multicast address the initiator, or an unspecified one
// that never sent anything, does not apply.
struct Orientation {
  Side initiator{Side::low};
  DirectionBasis basis{DirectionBasis::first_packet};
};
Orientation orient(const FlowKey& key, const FlowFacts& facts, bool capture_had_run,
                   const ServiceOracle& oracle);

// Adds another part of the same flow, with its name.
void join_flows(LooseFlow& flow, const LooseFlow& other);

// Loose flows joined: per key, parts that are one flow are one LooseFlow. Sorted by loose_before.
struct JoinedFlows {
  std::vector<LooseFlow> flows;
  // Bytes that were missed between the parts of flows, by the input in which the later part lies.
  std::vector<std::uint64_t> missed_between;
};
JoinedFlows joined(const Evidence& evidence);

// Joins the loose flows of the evidence, decides their direction and folds them into its conversations, again
// with at most kNamesPerService names a service. Of more than `most_attempts` conversations that were never
// established the largest scans and floods are folded (evidence/attempts_pool.hpp). The inputs get the gaps
// that only joining shows: bytes missed between two parts of a flow, in the input of the later one, and
// packets of flows of which one direction was captured, in the input of the flow's first frame. Only now is
// it known which destinations of frames to the broadcast MAC address were never anything else.
//
// Each loose flow is freed as it is folded, so that moving the evidence in costs no second copy of it.
SettledEvidence settle(Evidence evidence, const ServiceOracle& oracle, std::size_t most_attempts);

// The conversations alone, sorted by key, with no attempt folded. For those who judge nothing.
Conversations settled_conversations(const Evidence& evidence, const ServiceOracle& oracle);

}  // namespace portproof
