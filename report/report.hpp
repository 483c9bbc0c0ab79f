// What every report format says, in the order in which it is said: judged, grouped, sorted. Formats are plain
// functions over it (report/text.hpp, report/json.hpp) and know nothing of packets.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/evidence/settled_evidence.hpp"
#include "catalog/catalog.hpp"
#include "classify/audit.hpp"
#include "classify/inventory.hpp"

namespace portproof {

// Who ran it, where, when and how: the only part of a report that two runs over the same inputs do not share.
struct Run {
  std::string command_line;
  std::string user;
  std::string host;
  std::string started;  // RFC 3339, UTC
  std::string finished;
  std::uint64_t hash_seed{0};
  std::string restrictions{};  // what the program itself had put in force; empty where it had nothing
};

struct ReportOptions {
  std::size_t max_conversations{10'000};
  std::optional<Run> run;  // none with --reproducible
};

// Conversations that differ only in their hosts: same verdict, reason, role sets, transport and port, and for
// documented ones the same rules. Many ports of one pair of role sets fold into one group (report/group.hpp
// has the rule): a scan of 60,000 ports is one line.
struct Group {
  Verdict verdict{Verdict::unrelated};
  Reason reason{Reason::none};
  std::vector<std::string> from;  // role ids, sorted
  std::vector<std::string> to;
  std::string transport;           // as in conversations
  PortRange ports;                 // from the lowest to the highest that was seen
  std::vector<std::string> rules;  // ids, sorted: of all its conversations
  std::string nearest_rule;        // the first of theirs by id; empty where there is none
  const Rule* nearest{nullptr};    // the same
  QualifierSet qualifiers;         // those that all of its conversations have
  std::uint64_t conversations{0};
  std::uint64_t sessions{0};
  std::uint64_t packets{0};
  std::uint64_t bytes{0};
  std::uint64_t initiators{0};  // different addresses
  std::uint64_t responders{0};
  std::uint64_t ports_seen{0};            // different service ports
  std::uint64_t waived{0};                // conversations that a waiver in force covers
  std::vector<std::string> waivers;       // ids of those waivers, sorted
  std::vector<std::string> states;        // names of the states that occur, sorted
  std::vector<std::string> applications;  // names of those that occur, sorted
  // Its first conversation by key, of those that no waiver covers if there are any: index into
  // Audit::conversations.
  std::size_t example{0};
  std::string example_initiator;  // "ddc1 (10.20.1.10)"
  std::string example_responder;
  Timestamp first{Timestamp::latest()};
  Timestamp last{Timestamp::earliest()};
  bool folded{false};  // stands for folded attempts: its example tells of them
};

struct RuleCoverage {
  const Rule* rule{nullptr};
  std::uint64_t conversations{0};
  std::uint64_t sessions{0};
  std::uint64_t bytes{0};
};

// Packets and bytes are those of all frames read; the rest is what was judged.
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

// Borrows the audit, which must outlive it and stay where it is.
struct Report {
  const Audit* audit{nullptr};
  const SettledEvidence* evidence{nullptr};  // the audit's, as are the next three
  const Catalog* catalog{nullptr};
  const Inventory* inventory{nullptr};  // may be null
  const RoleTable* roles{nullptr};
  std::optional<Timestamp> first;  // of all inputs
  std::optional<Timestamp> last;
  std::vector<std::string> notes;  // sentences on what the figures mean; most reports have none
  Accounting accounting;           // of all inputs
  Gaps gaps;
  Totals totals;
  // By rank, then by key; at most max_conversations. Indices into Audit::conversations.
  std::vector<std::size_t> conversations;
  std::uint64_t omitted{0};
  std::vector<Group> groups;              // flagged first, then unverified, documented, unrelated
  std::vector<RuleCoverage> coverage;     // rules that documented something, by id
  std::vector<const Rule*> unused_rules;  // in force and never used, by id; deny rules are not among them
  std::optional<Run> run;
};

// Near-linear in the number of conversations.
Report make_report(const Audit& audit, const ReportOptions& options);

// The order of conversations and groups, before their keys.
enum class Rank : std::uint8_t { flagged, waived, unverified, documented, unrelated };
inline constexpr std::size_t kRankCount = 5;
Rank rank(const JudgedConversation& conversation);
Rank rank(const Group& group);  // `waived` only where a waiver covers every conversation of it

// "tcp", "udp", "sctp", "icmp", "icmpv6", else the IP protocol number.
std::string transport_name(std::uint8_t protocol);

// The same for what is judged: a rule for `icmp` covers ICMPv6 echo too, so both are "icmp" here.
std::string conversation_transport(std::uint8_t protocol);

// "ddc1 (10.20.1.10)": the host line's name, else a name that is known for it, else the address alone.
std::string label(const Party& party);

}  // namespace portproof
