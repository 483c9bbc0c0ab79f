#include "report/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "capture/evidence/settle.hpp"
#include "report/group.hpp"
#include "report/listed_conversations.hpp"

namespace portproof {
namespace {

Rank rank_of(Verdict verdict, bool waived) {
  switch (verdict) {
    case Verdict::unexpected:
    case Verdict::undocumented:
      return waived ? Rank::waived : Rank::flagged;
    case Verdict::unverified:
      return Rank::unverified;
    case Verdict::documented:
      return Rank::documented;
    case Verdict::unrelated:
      break;
  }
  return Rank::unrelated;
}

void sum_inputs(const std::vector<Input>& inputs, Report& report) {
  for (const Input& input : inputs) {
    report.accounting.add(input.accounting);
    report.gaps.add(input.gaps);
    report.totals.packets += input.accounting.frames;
    report.totals.bytes += input.wire_bytes;
    if (input.first && (!report.first || *input.first < *report.first)) report.first = input.first;
    if (input.last && (!report.last || *input.last > *report.last)) report.last = input.last;
  }
}

// Warns about packets that look like traffic but are duplicates from the mirror.
void note_doubling(Report& report) {
  constexpr double kShare = 0.1;
  const double duplicates = static_cast<double>(report.gaps.duplicates);
  if (duplicates <= kShare * static_cast<double>(report.totals.packets)) return;
  report.notes.push_back(fmt::format(
      "the mirror duplicates packets: {} of {} were captured twice. Counters are too high by that much; verdicts are not affected. Mirror each packet at one port, in one direction.",
      report.gaps.duplicates, report.totals.packets));
}

// Warns about what the inventory shelters.
void note_cautions(const Audit& audit, Report& report) {
  for (const Caution& caution : audit.cautions) {
    report.notes.push_back(fmt::format("{}:{}: {}.", audit.inventory->path, caution.line, caution.what));
  }
}

// What was asked of the reading that makes the report cover less, or otherwise, than one would think.
void note_settings(Report& report) {
  const DecodeOptions& decode = report.evidence->settings.decode;
  const std::optional<int> depth = tunnel_depth(decode);
  if (!decode.peel_tunnels || depth == 0) {
    report.notes.emplace_back(
        "tunnels were not opened (--keep-tunnels): the conversations that they carry were not judged.");
  } else if (depth) {
    report.notes.push_back(fmt::format(
        "at most {} nested tunnels were opened (--tunnel-depth): what lies deeper was not judged.", *depth));
  }
  if (decode.key_vlan) {
    report.notes.emplace_back("flows of different VLANs were kept apart (--key-vlan).");
  }
  if (const auto ports = decode.tunnel_ports.added_vxlan(); !ports.empty()) {
    report.notes.push_back(
        fmt::format("UDP {} was also read as VXLAN (--vxlan-port).", fmt::join(ports, ", ")));
  }
}

// Warns about inputs that seem to be one capture in several files: compressed and not, or converted. Files
// with the same bytes were read once (app/command/copies.hpp); to be certain of others, one would have to
// compare their frames.
void note_likely_copies(Report& report) {
  const auto facts_of = [](const Input& input) {
    return std::tie(input.first, input.last, input.wire_bytes, input.accounting.frames, input.filter,
                    input.kernel_filter);
  };
  using Facts = decltype(facts_of(std::declval<const Input&>()));
  std::map<Facts, const Input*> originals;
  constexpr std::size_t kNamed = 10;
  std::size_t copies = 0;
  for (const Input& input : report.evidence->inputs) {
    if (input.accounting.frames == 0 || !input.first) continue;
    const auto [original, is_new] = originals.try_emplace(facts_of(input), &input);
    if (is_new || ++copies > kNamed) continue;
    report.notes.push_back(fmt::format(
        "{} and {} seem to be the same capture: as many packets and bytes, from the same first time to the same last. Both were counted; leave one out.",
        original->second->path, input.path));
  }
  if (copies > kNamed) {
    report.notes.push_back(fmt::format("{} more inputs seem to be copies of others.", copies - kNamed));
  }
}

// Inputs that were read through unlike filters do not cover the same traffic.
void note_unlike_filters(Report& report) {
  const std::vector<Input>& inputs = report.evidence->inputs;
  const bool unlike = std::any_of(inputs.begin(), inputs.end(), [&](const Input& input) {
    return input.filter != inputs.front().filter || input.kernel_filter != inputs.front().kernel_filter;
  });
  if (!unlike) return;
  report.notes.emplace_back(
      "the inputs were read through different filters: what one input shows, another may leave out.");
}

using Carriers = std::map<std::pair<Transport, std::uint16_t>, CarrierRow>;

void add_carrier(const ConversationKey& key, const ConversationFacts& facts, Carriers& carriers) {
  const Transport transport = transport_of(key);
  const std::uint16_t port = key.port < kFirstEphemeralPort ? key.port : std::uint16_t{0};
  CarrierRow& row = carriers[{transport, port}];
  row.transport = name(transport);
  row.port = port;
  ++row.conversations;
  row.packets += facts.packets;
  row.bytes += facts.bytes;
  if (row.example == nullptr || key < *row.example) row.example = &key;
}

// Without what tunnels carry a second time. The counters of a hostile evidence file need not agree.
void count_carriers_once(const Accounting& accounting, Totals& totals) {
  totals.conversation_packets -= std::min(totals.conversation_packets, accounting.carriers);
  totals.conversation_bytes -= std::min(totals.conversation_bytes, accounting.carrier_bytes);
}

// The totals of the conversations of one case.
struct CaseSum {
  std::uint64_t conversations{0};
  std::uint64_t sessions{0};
  std::uint64_t bytes{0};
};

// Goes through the conversations once: adds them up, by case and overall, and chooses which are listed.
std::vector<CaseSum> go_through(const Audit& audit, std::size_t most, Report& report) {
  const JudgedConversations& judged = audit.conversations;
  Totals& totals = report.totals;
  std::vector<CaseSum> sums(judged.cases());
  ListedConversations listed(judged, most);
  Carriers carriers;
  totals.conversations = judged.size();
  for (std::size_t index = 0; index < judged.size(); ++index) {
    const ConversationFacts& facts = judged.facts(index);
    const std::uint32_t judged_case = judged.judged_case(index);
    totals.flows += facts.flows;
    totals.conversation_packets += facts.packets;
    totals.conversation_bytes += facts.bytes;
    CaseSum& sum = sums[judged_case];
    ++sum.conversations;
    sum.sessions += facts.sessions;
    sum.bytes += facts.bytes;
    const Verdict verdict = judged.judgement(judged_case).verdict;
    if (facts.carries && verdict == Verdict::unrelated) [[unlikely]]
      add_carrier(judged.key(index), facts, carriers);
    listed.add(index, rank_of(judged.judgement(judged_case).verdict, judged.is_waived(index)),
               facts.answered);
  }
  count_carriers_once(report.accounting, totals);
  for (auto& [service, row] : carriers) report.carriers.push_back(row);
  report.conversations = listed.take();
  report.omitted = judged.size() - report.conversations.size();
  return sums;
}

void count_cases(const Audit& audit, const std::vector<CaseSum>& sums, Totals& totals) {
  for (std::size_t number = 0; number < sums.size(); ++number) {
    const Judgement& judgement = audit.conversations.judgement(static_cast<std::uint32_t>(number));
    totals.by_verdict[static_cast<std::size_t>(judgement.verdict)] += sums[number].conversations;
    for (std::size_t index = 0; index < kQualifierNames.size(); ++index) {
      if (judgement.qualifiers.test(index)) totals.by_qualifier[index] += sums[number].conversations;
    }
  }
}

void count_documents(const Audit& audit, const std::vector<CaseSum>& sums, Report& report) {
  report.documents = document_totals(*audit.catalog);
  for (std::size_t number = 0; number < sums.size(); ++number) {
    const CaseSum& sum = sums[number];
    add_to_totals(audit.conversations.judgement(static_cast<std::uint32_t>(number)), sum.conversations,
                  sum.sessions, sum.bytes, report.documents);
  }
  std::erase_if(report.documents, [](const DocumentTotal& total) { return total.conversations == 0; });
}

void cover(const Audit& audit, const std::vector<CaseSum>& sums, Report& report) {
  std::unordered_map<const Rule*, RuleCoverage> used;
  for (std::size_t number = 0; number < sums.size(); ++number) {
    const Judgement& judgement = audit.conversations.judgement(static_cast<std::uint32_t>(number));
    if (judgement.verdict != Verdict::documented || sums[number].conversations == 0) continue;
    for (const Rule* rule : judgement.rules) {
      RuleCoverage& row = used[rule];
      row.rule = rule;
      row.conversations += sums[number].conversations;
      row.sessions += sums[number].sessions;
      row.bytes += sums[number].bytes;
    }
  }
  if (audit.inventory != nullptr) {
    for (const Allow& allow : audit.inventory->allows) {
      const auto found = used.find(&allow.rule);
      report.allows.push_back(found == used.end() ? RuleCoverage{&allow.rule} : found->second);
    }
  }
  for (const BookedRule& booked : audit.rules.all()) {
    const auto found = used.find(booked.rule);
    if (found != used.end()) {
      report.coverage.push_back(found->second);
    } else if (!booked.rule->deny && booked.force != Force::not_in_force) {
      report.unused_rules.push_back(booked.rule);
    }
  }
}

}  // namespace

Rank rank(const JudgedConversation& conversation) {
  return rank_of(conversation.judgement.verdict, conversation.waiver.has_value());
}

Rank rank(const Group& group) {
  return rank_of(group.verdict, group.waived == group.conversations);
}

std::string transport_name(std::uint8_t protocol) {
  switch (protocol) {
    case kProtocolTcp:
      return "tcp";
    case kProtocolUdp:
      return "udp";
    case kProtocolSctp:
      return "sctp";
    case kProtocolIcmp:
      return "icmp";
    case kProtocolIcmpV6:
      return "icmpv6";
    default:
      return std::to_string(protocol);
  }
}

std::string label(const Party& party) {
  std::string address = to_string(party.address);
  if (!party.host.empty()) return party.host + " (" + address + ")";
  if (!party.names.empty()) return party.names.front() + " (" + address + ")";
  return address;
}

Report make_report(const Audit& audit, const ReportOptions& options) {
  Report report;
  report.audit = &audit;
  report.evidence = audit.evidence.get();
  report.catalog = audit.catalog;
  report.inventory = audit.inventory;
  report.roles = &audit.roles();
  report.run = options.run;
  sum_inputs(audit.evidence->inputs, report);
  note_doubling(report);
  note_likely_copies(report);
  note_cautions(audit, report);
  note_settings(report);
  note_unlike_filters(report);
  const std::vector<CaseSum> sums = go_through(audit, options.max_conversations, report);
  count_cases(audit, sums, report.totals);
  report.groups = make_groups(audit);
  count_documents(audit, sums, report);
  cover(audit, sums, report);
  return report;
}

}  // namespace portproof
