#include "report/text_basis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "capture/base/in_seconds.hpp"
#include "report/text_gaps.hpp"
#include "report/wording.hpp"

namespace portproof {
namespace {

constexpr std::size_t kMostOften = 4;
constexpr std::size_t kInputs = 24;

std::string and_more(std::size_t shown, std::size_t all) {
  return all > shown ? fmt::format("; and {} more", with_commas(all - shown)) : "";
}

// " (12 fin, 3 idle)": only the counts above zero.
template <std::size_t count>
std::string detail(const std::array<std::string_view, count>& names,
                   const std::array<std::uint64_t, count>& values) {
  std::vector<std::string> parts;
  for (std::size_t index = 0; index < count; ++index) {
    if (values[index] != 0) parts.push_back(fmt::format("{} {}", with_commas(values[index]), names[index]));
  }
  return parts.empty() ? "" : " (" + join(parts, ", ") + ")";
}

template <std::size_t count>
std::uint64_t sum(const std::array<std::uint64_t, count>& values) {
  std::uint64_t total = 0;
  for (const std::uint64_t value : values) total += value;
  return total;
}

// "10.20.0.1, 10.20.0.2 and 3 more".
std::string some_hosts(const ProtocolCount& count) {
  const std::size_t shown = std::min(count.hosts.size(), kMostOften);
  std::vector<std::string> hosts;
  for (std::size_t index = 0; index < shown; ++index) hosts.push_back(to_string(count.hosts[index]));
  const std::size_t left = count.hosts.size() - shown;
  const std::string more = left == 0 ? "" : fmt::format(" and {} more", with_commas(left));
  return join(hosts, ", ") + more;
}

// Control traffic of the link and ICMP errors, with the hosts that sent them.
void write_unjudged(const Report& report, Page& page) {
  std::vector<std::string> protocols;
  for (const auto& [protocol, count] : report.evidence->protocols) {
    protocols.push_back(fmt::format("{} {} from {}", protocol,
                                    count_words(count.packets, "packet", "packets"), some_hosts(count)));
  }
  if (!protocols.empty()) page.field("not judged", join(protocols, "; "));
}

// Tunnels between hosts that the inventory does not list.
void write_carriers(const Report& report, Page& page) {
  std::vector<std::string> rows;
  const std::size_t shown = std::min(report.carriers.size(), kListed);
  for (std::size_t index = 0; index < shown; ++index) {
    const CarrierRow& row = report.carriers[index];
    const std::string port = row.port == 0 ? "" : fmt::format(" {}", row.port);
    rows.push_back(fmt::format("{}{} {} in {} ({} -> {})", row.transport, port,
                               count_words(row.packets, "packet", "packets"),
                               count_words(row.conversations, "conversation", "conversations"),
                               to_string(row.example->initiator), to_string(row.example->responder)));
  }
  if (rows.empty()) return;
  page.field("tunnels", join(rows, "; ") + and_more(shown, report.carriers.size()));
}

void write_totals(const Report& report, Page& page) {
  const Totals& totals = report.totals;
  page.heading("Totals");
  std::vector<std::string> verdicts;
  for (std::size_t index = 0; index < kVerdictNames.size(); ++index) {
    verdicts.push_back(fmt::format("{} {}", with_commas(totals.by_verdict[index]), kVerdictNames[index]));
  }
  page.field("conversations", fmt::format("{}: {}", with_commas(totals.conversations), join(verdicts, ", ")));
  page.field("traffic", fmt::format("{}, {}, {}", count_words(totals.packets, "packet", "packets"),
                                    count_words(totals.bytes, "byte", "bytes"),
                                    count_words(totals.flows, "flow", "flows")));
  if (report.first && report.last) page.field("period", span_of(*report.first, *report.last));
  write_unjudged(report, page);
  write_carriers(report, page);
}

std::string title_of(const DocumentTotal& total) {
  if (total.document != nullptr) return total.document->title;
  return total.id == kSiteDocument ? "[[allow]] entries of the inventory" : "rules that name no document";
}

// By which documents, and how many of all documented conversations each publisher answers for.
void write_documents(const Report& report, Page& page) {
  if (report.documents.empty()) return;
  page.heading("Documented by");
  std::map<std::string_view, std::uint64_t> publishers;
  for (const DocumentTotal& total : report.documents) publishers[publisher_of(total)] += total.conversations;
  std::vector<std::string> parts;
  for (const auto& [publisher, conversations] : publishers) {
    parts.push_back(fmt::format("{} {}", publisher, with_commas(conversations)));
  }
  page.field("publishers", join(parts, ", "));
  for (const DocumentTotal& total : report.documents) {
    page.field(total.id,
               fmt::format("{}: {}", count_words(total.conversations, "conversation", "conversations"),
                           title_of(total)));
  }
}

// What filters kept out of the audit, one line per filter: merged evidence may have several.
void write_filters(const Report& report, Page& page) {
  struct LeftOut {
    std::uint64_t inputs{0};
    std::uint64_t frames{0};
    std::uint64_t all{0};
  };
  std::map<std::string, LeftOut> filters;
  for (const Input& input : report.evidence->inputs) {
    if (input.filter.empty()) continue;
    LeftOut& left_out = filters[input.filter];
    ++left_out.inputs;
    left_out.frames += input.filtered_out;
    left_out.all += input.filtered_out + input.accounting.frames;
  }
  for (const auto& [filter, left_out] : filters) {
    page.field("filter",
               fmt::format("{}: excluded {} of {} in {}; this report does not cover them", filter,
                           with_commas(left_out.frames), count_words(left_out.all, "frame", "frames"),
                           count_words(left_out.inputs, "input", "inputs")));
  }
  std::map<std::string, std::uint64_t> kernel_filters;
  for (const Input& input : report.evidence->inputs) {
    if (!input.kernel_filter.empty()) ++kernel_filters[input.kernel_filter];
  }
  for (const auto& [filter, inputs] : kernel_filters) {
    page.field(
        "captured with",
        fmt::format(
            "{}: applied to {}; what it excluded was not captured, is not counted, and is not covered by this report",
            filter, count_words(inputs, "input", "inputs")));
  }
}

// The accounting law. Anyone who audits an auditor starts here.
void write_accounting(const Report& report, Page& page) {
  const Accounting& all = report.accounting;
  page.heading("Accounting");
  write_filters(report, page);
  page.field("frames", fmt::format("{} read = {} decoded + {} rejected{}", with_commas(all.frames),
                                   with_commas(all.decoded), with_commas(sum(all.rejected)),
                                   detail(kRejectReasonNames, all.rejected)));
  page.field("decoded", fmt::format("{} = {} in flows + {} without a flow{}", with_commas(all.decoded),
                                    with_commas(all.in_flows), with_commas(sum(all.no_flow)),
                                    detail(kNoFlowReasonNames, all.no_flow)));
  if (all.carriers > 0) {
    page.field("tunnels", fmt::format("{} besides, each in a flow of its own",
                                      count_words(all.carriers, "outer packet", "outer packets")));
  }
  page.field("flows",
             fmt::format("{} opened = {} closed{}", with_commas(all.flows_opened),
                         with_commas(sum(all.flows_closed)), detail(kCloseReasonNames, all.flows_closed)));
  if (!all.balanced()) {
    page.paragraph("THE NUMBERS DO NOT ADD UP: this is a defect in portproof. Do not rely on this report.", 2,
                   0, Style::red);
  }
}

// "; most often a (8), b (4)": the highest counts.
std::string most_often(std::vector<std::pair<std::string, std::uint64_t>> rows, std::string_view words) {
  if (rows.empty()) return "";
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& left, const auto& right) { return left.second > right.second; });
  rows.resize(std::min(rows.size(), kMostOften));
  std::vector<std::string> parts;
  for (const auto& [what, count] : rows) parts.push_back(fmt::format("{} ({})", what, with_commas(count)));
  return fmt::format("; {} {}", words, join(parts, ", "));
}

// Kept short: the JSON report lists what each rule was used for, and the unused rules.
void write_coverage(const Report& report, Page& page) {
  page.heading("Coverage");
  std::vector<std::pair<std::string, std::uint64_t>> used;
  for (const RuleCoverage& row : report.coverage) used.emplace_back(row.rule->id, row.conversations);
  std::map<std::string, std::uint64_t> systems;
  for (const Rule* rule : report.unused_rules) ++systems[rule->system];
  page.field("rules seen", fmt::format("{} of {} in force{}", with_commas(report.coverage.size()),
                                       with_commas(report.coverage.size() + report.unused_rules.size()),
                                       most_often(std::move(used), "most often")));
  page.field("never seen", with_commas(report.unused_rules.size()) +
                               most_often({systems.begin(), systems.end()}, "most of them in"));
}

// Who answers for a port that only the site documents, and why.
void write_allows(const Report& report, Page& page) {
  if (report.allows.empty()) return;
  page.heading("Allowed by the site");
  for (const RuleCoverage& row : report.allows) {
    const Rule& rule = *row.rule;
    const std::string use =
        row.conversations > 0
            ? fmt::format("documented {}", count_words(row.conversations, "conversation", "conversations"))
            : "documented nothing";
    page.field(rule.id, fmt::format("{}; {}: {}", use, rule.owner.empty() ? "no owner" : rule.owner,
                                    rule.reason.empty() ? "no reason given" : rule.reason));
  }
}

void write_waivers(const Report& report, Page& page) {
  if (report.inventory == nullptr || report.inventory->waivers.empty()) return;
  page.heading(report.audit->as_of ? "Waivers at " + moment(*report.audit->as_of) : "Waivers");
  if (!report.audit->as_of) {
    page.paragraph(
        "The time of the traffic is not known, so no waiver is in force: give a date with --as-of.", 2);
  }
  for (std::size_t index = 0; index < report.inventory->waivers.size(); ++index) {
    const Waiver& waiver = report.inventory->waivers[index];
    const WaiverUse use = index < report.audit->waivers.size() ? report.audit->waivers[index] : WaiverUse{};
    std::string fate = use.in_force          ? fmt::format("in force until {}", waiver.expires)
                       : report.audit->as_of ? fmt::format("EXPIRED ({})", waiver.expires)
                                             : fmt::format("NOT IN FORCE (expires {})", waiver.expires);
    fate += use.matched > 0
                ? fmt::format(", matched {}", count_words(use.matched, "conversation", "conversations"))
                : ", matched nothing: remove it";
    page.field(waiver.id, fmt::format("{}; {}: {}", fate, waiver.owner, waiver.reason));
  }
}

void write_input(const Input& input, Page& page) {
  page.paragraph(input.path, 2, 2);
  constexpr std::size_t kIndent = 4;
  const std::string format = input.format.empty() ? "not recognised" : input.format;
  const std::string when = input.first && input.last ? ", " + span_of(*input.first, *input.last) : "";
  page.field("content",
             fmt::format("{}, {}, {}{}", format, count_words(input.bytes, "byte", "bytes"),
                         count_words(input.accounting.frames, "packet", "packets"), when),
             kIndent);
  page.field("sha256", input.sha256.empty() ? "(not computed)" : input.sha256, kIndent);
  if (!input.filter.empty()) {
    page.field(
        "filter",
        fmt::format("{} (excluded {})", input.filter, count_words(input.filtered_out, "frame", "frames")),
        kIndent);
  }
  if (!input.kernel_filter.empty()) {
    page.field("filter",
               fmt::format("while capturing: {} (what it excluded is not counted)", input.kernel_filter),
               kIndent);
  }
  if (!input.error.empty()) page.field("error", input.error, kIndent);
}

void write_inputs(const Report& report, Page& page) {
  page.heading("Inputs");
  if (report.evidence->inputs.empty()) page.paragraph("none", 2);
  std::size_t left_out = 0;
  for (std::size_t index = 0; index < report.evidence->inputs.size(); ++index) {
    const Input& input = report.evidence->inputs[index];
    if (index < kInputs || !input.error.empty()) {
      write_input(input, page);
    } else {
      ++left_out;
    }
  }
  if (left_out > 0) page.paragraph(fmt::format("and {} read without an error", with_commas(left_out)), 2);
}

void write_inventory(const Report& report, Page& page) {
  if (report.inventory == nullptr) {
    page.field("inventory", "none: no host has a role, so nothing can be proved");
    return;
  }
  const Inventory& inventory = *report.inventory;
  const std::string site = inventory.site.empty() ? "" : fmt::format(" ({})", inventory.site);
  page.field("inventory", fmt::format("{}{}: {}, {}, {}", inventory.path, site,
                                      count_words(inventory.hosts.size(), "host entry", "host entries"),
                                      count_words(inventory.allows.size(), "allow", "allows"),
                                      count_words(inventory.waivers.size(), "waiver", "waivers")));
  page.field("  sha256", inventory.sha256);
  const auto& unclaimed = report.audit->unclaimed;
  if (unclaimed.empty()) return;
  std::vector<std::string> addresses;
  const std::size_t shown = std::min(unclaimed.size(), kListed);
  for (std::size_t index = 0; index < shown; ++index) addresses.push_back(to_string(unclaimed[index]));
  page.field("unclaimed",
             fmt::format("{} in no host entry, link-local or private and outside `internal`: {}{}",
                         count_words(unclaimed.size(), "address", "addresses"), join(addresses, ", "),
                         and_more(shown, unclaimed.size())));
}

void write_identity(const Report& report, std::string_view version, Page& page) {
  const Catalog& catalog = *report.catalog;
  const FlowTimeouts& timeouts = report.evidence->settings.timeouts;
  page.heading("Made with");
  page.field("portproof", std::string(version));
  const std::string date = catalog.date.empty() ? "" : ", " + catalog.date;
  page.field("catalog", fmt::format("{}: {}{}; {}", catalog.edition, catalog.title, date,
                                    count_words(catalog.rules.size(), "rule", "rules")));
  for (const Overlay& overlay : catalog.overlays) {
    page.field("  overlay", fmt::format("{}: {}", overlay.id, overlay.title));
  }
  page.field("  sha256", catalog.sha256);
  write_inventory(report, page);
  page.field("timeouts", fmt::format("tcp {:g} s ({:g} s after FIN or RST), udp {:g} s, others {:g} s",
                                     in_seconds(timeouts.tcp), in_seconds(timeouts.tcp_closed),
                                     in_seconds(timeouts.udp), in_seconds(timeouts.others)));
  if (!report.run) return;
  page.field("run", fmt::format("by {} on {}, {} to {}, seed {}", report.run->user, report.run->host,
                                report.run->started, report.run->finished, report.run->hash_seed));
  page.field("command", report.run->command_line);
  if (!report.run->restrictions.empty()) page.field("restrictions", report.run->restrictions);
}

}  // namespace

void write_basis(const Report& report, std::string_view version, Page& page) {
  write_totals(report, page);
  write_documents(report, page);
  write_accounting(report, page);
  write_gaps(report, page);
  write_coverage(report, page);
  write_allows(report, page);
  write_waivers(report, page);
  write_inputs(report, page);
  write_identity(report, version, page);
  page.blank();
  page.paragraph(
      "This report shows what was used, not what is permitted: an open port that nobody used does not appear. It covers the traffic that passed the capture points during this period, but not the contents of encrypted connections.");
}

}  // namespace portproof
