#include "report/text_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "report/wording.hpp"

namespace portproof {
namespace {

bool wholly_waived(const Group& group) {
  return group.waived > 0 && group.waived == group.conversations;
}

std::vector<const Group*> groups_where(const Report& report,
                                       const std::function<bool(const Group&)>& wanted) {
  std::vector<const Group*> found;
  for (const Group& group : report.groups) {
    if (wanted(group)) found.push_back(&group);
  }
  return found;
}

std::string headline(const Group& group, std::string_view dot) {
  return fmt::format("{}{}{}: {} -> {}, {}", name(group.verdict), dot, name(group.reason),
                     role_words(group.from), role_words(group.to), service_words(group));
}

std::string host_words(const Group& group) {
  std::string example = fmt::format("{} -> {}", group.example_initiator, group.example_responder);
  if (group.initiators == 1 && group.responders == 1) return example;
  return fmt::format("{}, {}, such as {}", count_words(group.initiators, "initiator", "initiators"),
                     count_words(group.responders, "responder", "responders"), example);
}

std::string frame_words(const Report& report, const FrameRef& frame) {
  const auto& inputs = report.evidence->inputs;
  const std::string input = frame.input < inputs.size() ? inputs[frame.input].path : "?";
  return fmt::format("{}, frame {}", input, frame.number);
}

// "a scan: 65,535,000 attempts to 1,000 responders or more, ports 1 to 65535".
std::string folded_words(const Report& report, const Group& group) {
  const auto& [key, attempts] = *report.audit->conversations[group.example].folded;
  const bool scan = key.kind == AttemptsKind::scan;
  const std::string_view kind = scan ? "a scan" : key.kind == AttemptsKind::flood ? "a flood" : "scattered";
  const std::string ports = attempts.first_port == attempts.last_port
                                ? fmt::format("port {}", attempts.first_port)
                                : fmt::format("ports {} to {}", attempts.first_port, attempts.last_port);
  return fmt::format("{}: {} {} {}{}, {}", kind, count_words(attempts.conversations, "attempt", "attempts"),
                     scan ? "to" : "from",
                     count_words(attempts.examples.size(), scan ? "responder" : "initiator",
                                 scan ? "responders" : "initiators"),
                     attempts.more_ends ? " and more" : "", ports);
}

void write_group(const Report& report, const Group& group, std::size_t number, Page& page) {
  constexpr std::size_t kIndent = 4;
  const Style style = is_flagged(group.verdict) ? Style::red : Style::yellow;
  page.blank();
  page.paragraph(fmt::format("{}. {}", number, headline(group, page.dot())), 0, kIndent, style);
  page.paragraph(why(group), kIndent);
  page.field("hosts", host_words(group), kIndent);
  page.field(
      "traffic",
      fmt::format("{}, {}, {}, {}", count_words(group.conversations, "conversation", "conversations"),
                  count_words(group.sessions, "session", "sessions"),
                  count_words(group.packets, "packet", "packets"), count_words(group.bytes, "byte", "bytes")),
      kIndent);
  if (group.folded) page.field("folded", folded_words(report, group), kIndent);
  page.field("seen", span_of(group.first, group.last), kIndent);
  page.field("application", application_words(group), kIndent);
  page.field("state", state_words(group), kIndent);
  page.field("first in", frame_words(report, report.audit->conversations[group.example].facts.first_frame),
             kIndent);
  if (group.nearest != nullptr) {
    const std::size_t others = group.rules.empty() ? 0 : group.rules.size() - 1;
    page.field(
        nearest_label(group.reason),
        rule_words(*group.nearest) + (others > 0 ? "; and " + count_words(others, "more", "more") : ""),
        kIndent);
  }
  if (group.waived > 0) {
    page.field("waived",
               fmt::format("{} of them, by {}", with_commas(group.waived), join(group.waivers, ", ")),
               kIndent);
  }
  page.command("explain", explain_command(report, group), kIndent);
}

std::uint64_t conversations_of(const std::vector<const Group*>& groups) {
  std::uint64_t sum = 0;
  for (const Group* group : groups) sum += group->conversations - group->waived;
  return sum;
}

void write_groups(const Report& report, const std::vector<const Group*>& groups, std::string_view title,
                  Style style, Page& page) {
  if (groups.empty()) return;
  page.heading(fmt::format("{}: {} in {}", title,
                           count_words(conversations_of(groups), "conversation", "conversations"),
                           count_words(groups.size(), "group", "groups")),
               style);
  for (std::size_t index = 0; index < groups.size(); ++index) {
    if (index == page.options().max_groups) {
      page.blank();
      page.paragraph(fmt::format("... and {}: use -T json to list them all.",
                                 count_words(groups.size() - index, "more group", "more groups")));
      break;
    }
    write_group(report, *groups[index], index + 1, page);
  }
}

void write_waived(const std::vector<const Group*>& groups, Page& page) {
  if (groups.empty()) return;
  page.heading("Waived");
  for (const Group* group : groups) {
    page.field(join(group->waivers, ", "),
               fmt::format("{} ({})", headline(*group, page.dot()),
                           count_words(group->conversations, "conversation", "conversations")));
  }
}

std::string_view meaning(Qualifier qualifier) {
  switch (qualifier) {
    case Qualifier::assumed_direction:
      return "the opening was not captured; the direction shown is the likely one";
    case Qualifier::broad_rule:
      return "only a rule with more than 1,000 ports documents this";
    case Qualifier::by_station:
      return "an address without a host entry has the roles of the host that sends from the same MAC address";
    case Qualifier::cleartext:
      return "the catalog documents an encrypted alternative: prefer that";
    case Qualifier::conditional:
      return "the rule depends on a condition, or on product versions that the inventory does not give";
    case Qualifier::contested:
      return "packets contradict each other on which end began; neither direction is flagged";
    case Qualifier::name_claimed:
      return "only the client claims this name for the responder; no DNS answer confirms it";
    case Qualifier::not_answered:
      return "the responder never answered";
    case Qualifier::shared_domain:
      return "anybody can register a name in this domain";
    case Qualifier::unasked_name:
      return "a DNS answer names the responder, but the question was not captured";
  }
  return "";
}

// None of these flags anything, but an assessor asks about most of them.
void write_remarks(const Totals& totals, Page& page) {
  const auto& counts = totals.by_qualifier;
  if (std::all_of(counts.begin(), counts.end(), [](std::uint64_t number) { return number == 0; })) return;
  page.heading("Remarks on documented conversations");
  for (std::size_t index = 0; index < counts.size(); ++index) {
    if (counts[index] == 0) continue;
    page.paragraph(fmt::format("{}, {}: {}", kQualifierNames[index],
                               count_words(counts[index], "conversation", "conversations"),
                               meaning(static_cast<Qualifier>(index))),
                   2, 2);
  }
}

}  // namespace

void write_findings(const Report& report, Page& page) {
  const auto flagged = groups_where(report, [](const Group& group) { return rank(group) == Rank::flagged; });
  const auto unverified = groups_where(report, [](const Group& group) {
    return group.verdict == Verdict::unverified && !wholly_waived(group);
  });
  const auto waived = groups_where(report, [](const Group& group) { return wholly_waived(group); });

  write_groups(report, flagged, "Flagged", Style::red, page);
  if (!flagged.empty()) {
    page.blank();
    page.paragraph(
        "What to do: stop traffic that should not be there. If the inventory is wrong or incomplete, correct it. If the site needs this traffic, add an [[allow]] entry; to accept it for a while, add a [[waiver]] with an owner, a reason and an expiry date. Then run 'portproof judge' on saved evidence to get a new report without reading the captures again.",
        2);
  }
  write_groups(report, unverified, "Unverified", Style::yellow, page);
  write_waived(waived, page);
  write_remarks(report.totals, page);
}

}  // namespace portproof
