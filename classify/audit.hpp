// A whole audit: evidence, catalog and inventory in; judged conversations, the fate of each waiver and the
// result of the run out. A pure function; running it again with a better inventory costs seconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "classify/judge.hpp"
#include "classify/one_way_mirrors.hpp"

namespace portproof {

struct JudgedConversation {
  ConversationKey key;
  ConversationFacts facts;
  Party initiator;
  Party responder;
  Judgement judgement;
  std::optional<std::size_t> waiver;  // index into Inventory::waivers: the first in force that covers it
};

struct WaiverUse {
  std::uint64_t matched{0};  // flagged and unverified conversations that it covers, in force or not
  bool in_force{false};      // at `as_of`
};

struct Audit {
  AuditResult result{AuditResult::inconclusive};
  std::vector<std::string> result_reasons;        // sentences; never empty unless the result is pass
  std::optional<Timestamp> as_of;                 // the time at which waivers were judged
  std::vector<JudgedConversation> conversations;  // by key
  std::vector<WaiverUse> waivers;                 // by index into Inventory::waivers
  std::vector<OneWayMirror> one_way_mirrors;      // sorted
  std::vector<IpAddress> unclaimed_private;       // private addresses seen that `internal` leaves out; sorted
};

struct AuditOptions {
  std::optional<Timestamp> as_of;  // the last time in the evidence by default
};

// `inventory` may be null: then nobody has a role, and the result is `inconclusive` at best. The audit
// refers to rules of the catalog and the inventory, which must outlive it.
Audit audit(const Evidence& evidence, const Catalog& catalog, const Inventory* inventory,
            const AuditOptions& options);

// The transport that rules know an IP protocol by; nothing for one that is never judged.
std::optional<Transport> transport_of(std::uint8_t protocol);

// The end of a flow whose port the rules document as a service for the two hosts' roles, where exactly one
// end's is: what the direction basis `catalog` rests on.
std::optional<Side> documented_service(const FlowKey& flow, const Parties& parties, const RuleBook& book);

}  // namespace portproof
