// The contents of every report format, judged, grouped and in order. Formats are plain functions over it
// (report/text.hpp, report/json.hpp) and know nothing about packets.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/evidence/settled_evidence.hpp"
#include "catalog/catalog.hpp"
#include "classify/audit.hpp"
#include "classify/inventory.hpp"
#include "report/documents.hpp"

namespace portproof {

// Who ran the audit, where, when and how. Nothing else in a report differs between two runs over one input.
struct Run {
  std::string command_line;
  std::string user;
  std::string host;
  std::string started;  // RFC 3339, UTC
  std::string finished;
  std::uint64_t hash_seed{0};
  std::string restrictions{};  // the restrictions that the program put on itself; empty if none
};

struct ReportOptions {
  std::size_t max_conversations{10'000};
  std::optional<Run> run;  // none with --reproducible
};

// Conversations that differ only in their hosts: same verdict, reason, role sets, transport and port, and if
// documented, the same rules. Many ports between one pair of role sets fold into one group (report/group.hpp
// has the rule), so that a scan of 60000 ports is one line.
struct Group {
  Verdict verdict{Verdict::unrelated};
  Reason reason{Reason::none};
  std::vector<std::string> from;  // role ids, sorted
  std::vector<std::string> to;
  std::string transport;           // as in conversations
  PortRange ports;                 // from the lowest port seen to the highest
  std::vector<std::string> rules;  // rule ids of all its conversations, sorted
  std::string nearest_rule;        // the first of its conversations' nearest rules by id; empty if none
  const Rule* nearest{nullptr};    // the same rule
  QualifierSet qualifiers;         // the qualifiers that all its conversations share
  std::uint64_t conversations{0};
  std::uint64_t sessions{0};
  std::uint64_t packets{0};
  std::uint64_t bytes{0};
  std::uint64_t initiators{0};  // different addresses
  std::uint64_t responders{0};
  std::uint64_t ports_seen{0};                   // different service ports
  std::uint64_t waived{0};                       // conversations that a waiver in force covers
  std::vector<std::string> waivers;              // ids of those waivers, sorted
  std::vector<std::string> states;               // names of the states that occur, sorted
  std::vector<std::string> applications;         // names of the applications that occur, sorted
  std::vector<std::string> judged_applications;  // those of them for which its conversations were judged
  // Its first conversation by key, preferably one that no waiver covers: index into Audit::conversations.
  std::size_t example{0};
  std::string example_initiator;  // "ddc1 (10.20.1.10)"
  std::string example_responder;
  Timestamp first{Timestamp::latest()};
  Timestamp last{Timestamp::earliest()};
  bool folded{false};  // stands for folded attempts; its example has the details
};

struct RuleCoverage {
  const Rule* rule{nullptr};
  std::uint64_t conversations{0};
  std::uint64_t sessions{0};
  std::uint64_t bytes{0};
};

// Tunnels between hosts of which none is listed: they only carry what is judged by itself. One row per
// transport and port; ports from kFirstEphemeralPort up are one row, with port 0.
struct CarrierRow {
  std::string_view transport;
  std::uint16_t port{0};
  std::uint64_t conversations{0};
  std::uint64_t packets{0};
  std::uint64_t bytes{0};
  const ConversationKey* example{nullptr};  // the first by key; in the audit
};

// `packets` and `bytes` count all frames read; the rest counts what was judged. Frames of tunnels count once.
struct Totals {
  std::uint64_t packets{0};
  std::uint64_t bytes{0};
  std::uint64_t flows{0};
  std::uint64_t conversations{0};
  std::uint64_t conversation_packets{0};
  std::uint64_t conversation_bytes{0};
  std::array<std::uint64_t, kVerdictNames.size()> by_verdict{};
  std::array<std::uint64_t, kQualifierNames.size()> by_qualifier{};  // documented ones only
};

// Borrows the audit, which must outlive it and must not move.
struct Report {
  const Audit* audit{nullptr};
  const SettledEvidence* evidence{nullptr};  // the audit's, as are the next three
  const Catalog* catalog{nullptr};
  const Inventory* inventory{nullptr};  // may be null
  const RoleTable* roles{nullptr};
  std::optional<Timestamp> first;  // of all inputs
  std::optional<Timestamp> last;
  std::vector<std::string> notes;  // sentences about what the figures mean; most reports have none
  Accounting accounting;           // of all inputs
  Gaps gaps;
  Totals totals;
  // By rank, then by key; at most max_conversations. Indices into Audit::conversations.
  std::vector<std::size_t> conversations;
  std::uint64_t omitted{0};
  std::vector<CarrierRow> carriers;       // by transport and port
  std::vector<Group> groups;              // flagged first, then unverified, documented, unrelated
  std::vector<DocumentTotal> documents;   // those that document something
  std::vector<RuleCoverage> coverage;     // rules that documented something, by id
  std::vector<RuleCoverage> allows;       // by index into Inventory::allows
  std::vector<const Rule*> unused_rules;  // in force but never used, by id; without deny rules
  std::optional<Run> run;
};

// Near-linear in the number of conversations.
Report make_report(const Audit& audit, const ReportOptions& options);

// The order of conversations and groups, before their keys.
enum class Rank : std::uint8_t { flagged, waived, unverified, documented, unrelated };
inline constexpr std::size_t kRankCount = 5;
Rank rank(const JudgedConversation& conversation);
Rank rank(const Group& group);  // `waived` only if waivers cover all its conversations

// As in a list of flows: "tcp", "udp", "sctp", "icmp", "icmpv6", else the IP protocol number.
std::string transport_name(std::uint8_t protocol);

// "ddc1 (10.20.1.10)": the name of the host entry, else a known name, else only the address.
std::string label(const Party& party);

}  // namespace portproof
