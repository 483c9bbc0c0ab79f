#include "report/explain_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "report/page.hpp"
#include "report/wording.hpp"

namespace portproof {
namespace {

std::string end_words(const Party& party, const RoleTable& roles) {
  const std::string held = role_words(roles.ids(party.roles));
  const bool has_address = party.address != IpAddress{};
  if (!has_address) return party.host.empty() ? held : fmt::format("{} [{}]", party.host, held);
  return fmt::format("{} [{}]", label(party), held);
}

// The question as a group of one conversation, so that the report's sentences fit.
Group as_group(const Explanation& explanation, const RoleTable& roles) {
  const Question& question = explanation.question;
  Group group;
  group.verdict = explanation.judgement.verdict;
  group.reason = explanation.judgement.reason;
  group.from = roles.ids(question.initiator.roles);
  group.to = roles.ids(question.responder.roles);
  group.transport = name(question.transport);
  group.ports = {question.port, question.port};
  group.ports_seen = 1;
  group.applications = {std::string(name(question.application))};
  group.judged_applications = group.applications;
  return group;
}

std::string force_words(const BookedRule& booked) {
  if (booked.force == Force::not_in_force) return "; not in force here";
  if (booked.force != Force::conditional) return "";
  return booked.rule->condition.empty() ? "; depends on a version that the inventory does not give"
                                        : "; on a condition: " + booked.rule->condition;
}

using BookedRules = std::vector<const BookedRule*>;

BookedRules where(const BookedRules& rules, const std::function<bool(const BookedRule&)>& wanted) {
  BookedRules found;
  std::copy_if(rules.begin(), rules.end(), std::back_inserter(found),
               [&wanted](const BookedRule* booked) { return wanted(*booked); });
  return found;
}

void write_rule_lines(std::string_view title, const BookedRules& rules, Page& page) {
  if (rules.empty()) return;
  page.heading(title);
  for (std::size_t index = 0; index < rules.size() && index < kListed; ++index) {
    page.paragraph(rule_words(*rules[index]->rule) + force_words(*rules[index]), 2, 2);
  }
  if (rules.size() > kListed) page.paragraph(fmt::format("and {} more", rules.size() - kListed), 2);
}

// The rules near the question, except those that the answer has already named.
void write_neighbours(const Explanation& explanation, Page& page) {
  const auto& named = explanation.judgement.rules;
  const auto is_new = [&named](const BookedRule& booked) {
    return std::find(named.begin(), named.end(), booked.rule) == named.end();
  };
  const Question& question = explanation.question;
  const auto touches = [&](const BookedRule& booked) {
    return is_new(booked) && (booked.may_open(question.initiator) || booked.may_answer(question.responder));
  };
  write_rule_lines("Also on this port between these roles", where(explanation.documenting, is_new), page);
  write_rule_lines("Denied by", where(explanation.denying, is_new), page);
  write_rule_lines("In the opposite direction", where(explanation.reversed, is_new), page);
  if (explanation.judgement.verdict == Verdict::documented) return;
  write_rule_lines("The same port for one of these roles", where(explanation.on_port, touches), page);
  write_rule_lines("Other ports between these roles", where(explanation.between, is_new), page);
}

std::string qualifier_words(const QualifierSet& qualifiers) {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < kQualifierNames.size(); ++index) {
    if (qualifiers.test(index)) names.emplace_back(kQualifierNames[index]);
  }
  return join(names, ", ");
}

std::string plain_sentence(const Judgement& judgement) {
  if (judgement.verdict == Verdict::documented) return "The catalog or the site documents this.";
  return "This is not Citrix-related: it is counted and not judged further.";
}

void write_answer(const Explanation& explanation, const Catalog& catalog, const Group& group, Page& page) {
  const Judgement& judgement = explanation.judgement;
  const std::string reason =
      judgement.reason == Reason::none ? "" : fmt::format("{}{}", page.dot(), name(judgement.reason));
  page.paragraph(fmt::format("{}{}", name(judgement.verdict), reason));
  page.paragraph(judgement.reason == Reason::none ? plain_sentence(judgement) : why(group), 2);
  page.field("decided by", fmt::format("test {} of the verdict table", judgement.test));
  for (const Rule* rule : judgement.rules) {
    page.field(judgement.verdict == Verdict::documented ? "documented by" : "rule", rule_words(*rule));
    if (!rule->purpose.empty()) page.field("  for", rule->purpose);
    if (!rule->owner.empty()) page.field("  owner", rule->owner);
    const Document* document = catalog.find_document(rule->document);
    if (document != nullptr) page.field("  in", document->title);
  }
  if (judgement.nearest != nullptr) page.field("nearest", judgement.nearest->id);
  if (judgement.qualifiers.any()) page.field("qualifiers", qualifier_words(judgement.qualifiers));
}

void write_explanation(const Explanation& explanation, const Catalog& catalog, const RoleTable& roles,
                       Page& page) {
  const Question& question = explanation.question;
  const Group group = as_group(explanation, roles);
  write_answer(explanation, catalog, group, page);
  page.field("from", end_words(question.initiator, roles));
  page.field("to", end_words(question.responder, roles));
  page.field("service", service_words(group));
  page.field("application",
             !is_identified(question.application) ? "(not given)" : std::string(name(question.application)));
  write_neighbours(explanation, page);
}

}  // namespace

void write_explanations(const std::vector<Explanation>& explanations, const Catalog& catalog,
                        const RoleTable& roles, int width, std::ostream& out) {
  TextOptions options;
  options.width = width;
  Page page(options, out);
  if (explanations.size() > 1) {
    page.paragraph(
        "The inventory has a host with the name of a role, so there is an answer for each reading. Write role:NAME or host:NAME to get only one.");
    page.blank();
  }
  for (std::size_t index = 0; index < explanations.size(); ++index) {
    if (index > 0) page.blank();
    write_explanation(explanations[index], catalog, roles, page);
  }
}

}  // namespace portproof
