// Exported rules in the languages of other programs: a table for spreadsheets and firewall requests, a chain
// for nftables, rules for Suricata. What a language cannot express stands there as a comment.
#pragma once

#include <iosfwd>

#include "report/exported_rules.hpp"

namespace portproof {

// CSV (RFC 4180): a header, then a line for each rule and direction.
void write_rules_csv(const Catalog& catalog, const Inventory& inventory, const ExportedRules& exported,
                     std::ostream& out);

// A file for `nft -f`: the table "portproof" with the chain "documented", which no hook calls. It drops what
// a deny rule names, and accepts what the others do; everything else returns.
void write_rules_nftables(const Catalog& catalog, const Inventory& inventory, const ExportedRules& exported,
                          std::ostream& out);

// A file of Suricata rules: they pass what is documented, and alert on whatever else the Citrix hosts of the
// inventory begin or accept. Signature ids are kFirstSignature and up, in the order of the rules.
inline constexpr int kFirstSignature = 1'800'000;
void write_rules_suricata(const Catalog& catalog, const Inventory& inventory, const ExportedRules& exported,
                          std::ostream& out);

}  // namespace portproof
