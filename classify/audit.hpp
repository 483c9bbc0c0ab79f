// A whole audit: takes evidence, catalog and inventory, and nothing else; produces judged conversations, the
// use of each waiver, and the result of the run. Repeating it with a better inventory takes seconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/evidence.hpp"
#include "capture/evidence/settled_evidence.hpp"
#include "classify/cautions.hpp"
#include "classify/judged.hpp"
#include "classify/one_way_mirrors.hpp"
#include "classify/rule_book.hpp"

namespace portproof {

struct WaiverUse {
  std::uint64_t matched{0};  // flagged and unverified conversations that it covers, in force or not
  bool in_force{false};      // at `as_of`
};

// What was judged, by which rules, and the result: everything that a report needs. Owns the evidence and the
// rule book; borrows catalog and inventory, which must outlive it. Moving it keeps internal references valid.
struct Audit {
  // Nothing is judged yet, and there is no evidence. `inventory` may be null.
  Audit(const Catalog& by_catalog, const Inventory* by_inventory)
      : catalog(&by_catalog), inventory(by_inventory), rules(by_catalog, by_inventory) {}

  const Catalog* catalog;                           // never null
  const Inventory* inventory;                       // null if there is none
  RuleBook rules;                                   // of both
  std::unique_ptr<const SettledEvidence> evidence;  // null only before anything is judged
  // The conversations of `evidence`, followed by its folded attempts.
  JudgedConversations conversations;
  AuditResult result{AuditResult::inconclusive};
  std::vector<std::string> result_reasons;  // sentences; never empty unless the result is pass
  std::optional<Timestamp> as_of;           // the time at which waivers were judged; none is in force without
  std::vector<WaiverUse> waivers;           // by index into Inventory::waivers
  std::vector<Caution> cautions;            // entries of the inventory that can shelter nearly anything
  std::vector<OneWayMirror> one_way_mirrors;  // sorted
  // Addresses of conversations that no host entry covers: link-local ones, and private ones that `internal`
  // leaves out; sorted.
  std::vector<IpAddress> unclaimed;

  // The table that the parties' role ids index.
  [[nodiscard]] const RoleTable& roles() const {
    return inventory != nullptr ? inventory->roles : catalog->roles;
  }
};

struct AuditOptions {
  // By default the last time in the evidence, if all of its frames have a usable one (Gaps::untimed).
  std::optional<Timestamp> as_of{};
  std::size_t most_attempts{kMostAttempts};  // as for settle
  bool sorted{false};                        // true: conversations by key; false: in no particular order
};

// Settles the evidence and judges it. Without an inventory (null) nobody has a role, and the result is
// `inconclusive` at best. Move the evidence in, to keep only one copy of what can be
// millions of conversations.
Audit audit(Evidence evidence, const Catalog& catalog, const Inventory* inventory,
            const AuditOptions& options);

}  // namespace portproof
