// A whole audit: evidence, catalog and inventory in; judged conversations, the fate of each waiver and the
// result of the run out. Nothing else goes in; running it again with a better inventory costs seconds.
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
#include "classify/judged.hpp"
#include "classify/one_way_mirrors.hpp"
#include "classify/rule_book.hpp"

namespace portproof {

struct WaiverUse {
  std::uint64_t matched{0};  // flagged and unverified conversations that it covers, in force or not
  bool in_force{false};      // at `as_of`
};

// What was judged, by what, and what came of it: everything that a report needs. Owns the evidence and the
// rule book, borrows catalog and inventory, which must outlive it. Moves; what its members refer to stays in
// place meanwhile.
struct Audit {
  // Nothing is judged yet, and there is no evidence. `inventory` may be null.
  Audit(const Catalog& by_catalog, const Inventory* by_inventory)
      : catalog(&by_catalog), inventory(by_inventory), rules(by_catalog, by_inventory) {}

  const Catalog* catalog;                           // never null
  const Inventory* inventory;                       // null where there is none
  RuleBook rules;                                   // of both
  std::unique_ptr<const SettledEvidence> evidence;  // null only before anything is judged
  // Of `evidence`: its conversations, and behind them its folded attempts.
  JudgedConversations conversations;
  AuditResult result{AuditResult::inconclusive};
  std::vector<std::string> result_reasons;    // sentences; never empty unless the result is pass
  std::optional<Timestamp> as_of;             // the time at which waivers were judged
  std::vector<WaiverUse> waivers;             // by index into Inventory::waivers
  std::vector<OneWayMirror> one_way_mirrors;  // sorted
  std::vector<IpAddress> unclaimed_private;   // private addresses seen that `internal` leaves out; sorted

  // The table that the role ids of its parties index.
  [[nodiscard]] const RoleTable& roles() const {
    return inventory != nullptr ? inventory->roles : catalog->roles;
  }
};

struct AuditOptions {
  std::optional<Timestamp> as_of{};          // the last time in the evidence by default
  std::size_t most_attempts{kMostAttempts};  // as settle has it
  bool sorted{false};                        // conversations by key, else in no order
};

// Settles the evidence and judges it. With no inventory (null) nobody has a role, and the result is
// `inconclusive` at best. Move the evidence in: there may be millions of conversations in it, and then there
// is only one copy of them.
Audit audit(Evidence evidence, const Catalog& catalog, const Inventory* inventory,
            const AuditOptions& options);

}  // namespace portproof
