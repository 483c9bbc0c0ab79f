// A whole audit: evidence, catalog and inventory in; judged conversations, the fate of each waiver and the
// result of the run out. Nothing else goes in; running it again with a better inventory costs seconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/evidence.hpp"
#include "classify/judged.hpp"
#include "classify/one_way_mirrors.hpp"

namespace portproof {

struct WaiverUse {
  std::uint64_t matched{0};  // flagged and unverified conversations that it covers, in force or not
  bool in_force{false};      // at `as_of`
};

struct Audit {
  AuditResult result{AuditResult::inconclusive};
  std::vector<std::string> result_reasons;    // sentences; never empty unless the result is pass
  std::optional<Timestamp> as_of;             // the time at which waivers were judged
  JudgedConversations conversations;          // and behind them folded attempts
  std::vector<WaiverUse> waivers;             // by index into Inventory::waivers
  std::vector<OneWayMirror> one_way_mirrors;  // sorted
  std::vector<IpAddress> unclaimed_private;   // private addresses seen that `internal` leaves out; sorted
};

struct AuditOptions {
  std::optional<Timestamp> as_of;            // the last time in the evidence by default
  std::size_t most_attempts{kMostAttempts};  // as settle_in_place has it
};

// `inventory` may be null: then nobody has a role, and the result is `inconclusive` at best. The audit
// refers to rules of the catalog and the inventory, which must outlive it. Its conversations come by key.
Audit audit(const Evidence& evidence, const Catalog& catalog, const Inventory* inventory,
            const AuditOptions& options);

// The same, and settles the evidence in place (evidence/settle.hpp), whose conversations go into the audit,
// in no order: of millions of them there is only one copy.
Audit audit(Evidence&& evidence, const Catalog& catalog, const Inventory* inventory,
            const AuditOptions& options);

}  // namespace portproof
