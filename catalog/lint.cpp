#include "catalog/lint.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "catalog/citation.hpp"
#include "catalog/coverage.hpp"
#include "catalog/name_pattern.hpp"
#include "catalog/nearest.hpp"

namespace portproof {
namespace {

using Findings = std::vector<LintFinding>;

// The roles and groups that rules use: by name, as members of a group or implied by a role. The groups of all
// roles of a kind do not count, because through them every one of these would be used.
RoleSet used_roles(const Catalog& catalog) {
  const RoleTable& roles = catalog.roles;
  RoleSet used;
  const auto use = [&](const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      const auto role = roles.find(id);
      if (!role) continue;
      used.insert(*role);
      if (!kind_of_group(roles.at(*role).id)) used.insert(roles.named_by(*role));
    }
  };
  for (const auto* const rules : {&catalog.rules, &catalog.proposals}) {
    for (const Rule& rule : *rules) {
      use(rule.from);
      use(rule.to);
    }
  }
  return used;
}

// Is the role of use: does a rule use it or a role that it implies? A group within a used group is of use
// too, and so are the roles that the program gives: overlays need them.
bool serves(const RoleTable& roles, RoleId role, const RoleSet& used) {
  if (used.contains(role)) return true;
  if (roles.at(role).id == kBroadcastRole || roles.at(role).id == kMulticastRole) return true;
  if (roles.at(role).kind != RoleKind::group) return roles.held_by(role).overlaps(used);
  for (std::size_t other = 0; other < roles.roles().size(); ++other) {
    const auto& members = roles.roles()[other].members;
    const bool member = std::find(members.begin(), members.end(), roles.at(role).id) != members.end();
    if (member && used.contains(static_cast<RoleId>(other))) return true;
  }
  return false;
}

void lint_names(const Role& role, Findings& findings) {
  for (const std::string& pattern : role.names) {
    if (!is_name_pattern(pattern)) {
      findings.push_back({role.id, in_quotes(pattern) + " is not a name pattern: no name can match it"});
    } else if (pattern.find_first_not_of("*.") == std::string::npos) {
      findings.push_back({role.id, in_quotes(pattern) + " matches every name"});
    }
  }
}

void lint_roles(const Catalog& catalog, Findings& findings) {
  const RoleTable& roles = catalog.roles;
  for (const std::string& leftover : roles.unresolved()) {
    const std::size_t colon = leftover.find(": ");
    findings.push_back(
        {leftover.substr(0, colon), "refers to an unknown role " + in_quotes(leftover.substr(colon + 2))});
  }
  const RoleSet used = used_roles(catalog);
  for (std::size_t index = 0; index < roles.roles().size(); ++index) {
    const auto id = static_cast<RoleId>(index);
    const Role& role = roles.at(id);
    lint_names(role, findings);
    if (role.kind == RoleKind::group && roles.named_by(id).empty()) {
      findings.push_back({role.id, "is a group without members"});
    }
    if (!serves(roles, id, used)) findings.push_back({role.id, "no rule uses this role"});
  }
}

void lint_roles_of(const Rule& rule, const RoleTable& roles, Findings& findings) {
  for (const auto* const side : {&rule.from, &rule.to}) {
    if (side->empty()) {
      findings.push_back({rule.id, side == &rule.from ? "has no role in \"from\"" : "has no role in \"to\""});
    }
    for (const std::string& id : *side) {
      if (!roles.find(id)) findings.push_back({rule.id, "refers to an unknown role " + in_quotes(id)});
    }
  }
}

// A row that does not exist supports nothing. `subject` cites `source` in the document with this id.
void lint_citations(const std::string& subject, const std::string& document_id, const std::string& source,
                    const Catalog& catalog, Findings& findings) {
  const Document* const document = catalog.find_document(document_id);
  if (document == nullptr) return;
  for (const Citation& citation : citations_of(source)) {
    if (auto fault = citation_fault(citation, *document)) findings.push_back({subject, std::move(*fault)});
  }
}

void lint_references(const Rule& rule, const Catalog& catalog, Findings& findings) {
  if (catalog.find_system(rule.system) == nullptr) {
    findings.push_back({rule.id, "belongs to an unknown system " + in_quotes(rule.system)});
  }
  if (!rule.document.empty() && catalog.find_document(rule.document) == nullptr) {
    findings.push_back({rule.id, "cites an unknown document " + in_quotes(rule.document)});
  }
  for (const auto* const bound : {&rule.since, &rule.until}) {
    if (*bound && catalog.find_system((*bound)->product) == nullptr) {
      findings.push_back(
          {rule.id, "depends on the version of an unknown system " + in_quotes((*bound)->product)});
    }
  }
  if (rule.encrypted_alternative.empty()) return;
  const Rule* const alternative = catalog.find_rule(rule.encrypted_alternative);
  if (alternative == nullptr) {
    findings.push_back({rule.id, "refers to an unknown rule as its encrypted alternative: " +
                                     in_quotes(rule.encrypted_alternative)});
  } else if (!alternative->encrypted_alternative.empty()) {
    findings.push_back({rule.id, "has an encrypted alternative, the rule " + in_quotes(alternative->id) +
                                     ", which has one too and so is not encrypted"});
  }
}

void lint_rule(const Rule& rule, const Catalog& catalog, Findings& findings) {
  lint_roles_of(rule, catalog.roles, findings);
  lint_references(rule, catalog, findings);
  if (rule.transports.none()) findings.push_back({rule.id, "has no transport"});
  if (rule.ports.empty() && !rule.any_port) findings.push_back({rule.id, "has no ports"});
  if (rule.source.empty() && !rule.proposed) findings.push_back({rule.id, "has no source"});
  if (rule.proposed && rule.note.empty()) findings.push_back({rule.id, "is proposed, but no note says why"});
  lint_citations(rule.id, rule.document, rule.source, catalog, findings);
}

// Index of the rule with this id; the rules are sorted by id.
std::optional<std::size_t> index_of(const Catalog& catalog, std::string_view id) {
  const Rule* const rule = catalog.find_rule(id);
  if (rule == nullptr) return std::nullopt;
  return static_cast<std::size_t>(rule - catalog.rules.data());
}

void lint_repetition(std::size_t index, const Catalog& catalog, const Coverage& coverage,
                     Findings& findings) {
  const Rule& rule = catalog.rules[index];
  const auto original = index_of(catalog, rule.repeats);
  if (!original) {
    findings.push_back({rule.id, "repeats an unknown rule " + in_quotes(rule.repeats)});
  } else if (*original == index || !coverage.covers(*original, index)) {
    findings.push_back(
        {rule.id, "says that it repeats " + in_quotes(rule.repeats) + ", which does not cover it"});
  }
}

// Rules with `repeats` were checked already. Of two rules that cover each other the later one is reported,
// unless the earlier one says that it repeats the later. An overlay may cover what the edition or another
// overlay says, and the other way round: each is written to be used with several.
void lint_coverage(std::size_t inner, const Catalog& catalog, const Coverage& coverage, Findings& findings) {
  for (std::size_t outer = 0; outer < catalog.rules.size(); ++outer) {
    if (outer == inner || catalog.rules[outer].overlay != catalog.rules[inner].overlay) continue;
    if (!coverage.covers(outer, inner)) continue;
    const bool mutual = coverage.covers(inner, outer);
    const bool settled = mutual && (inner < outer || !catalog.rules[outer].repeats.empty());
    if (settled) continue;
    findings.push_back(
        {catalog.rules[inner].id, "is covered by the rule " + in_quotes(catalog.rules[outer].id)});
    return;
  }
}

}  // namespace

std::vector<LintFinding> lint(const Catalog& catalog) {
  Findings findings;
  lint_roles(catalog, findings);
  const Coverage coverage(catalog);
  for (std::size_t index = 0; index < catalog.rules.size(); ++index) {
    const Rule& rule = catalog.rules[index];
    lint_rule(rule, catalog, findings);
    if (index > 0 && catalog.rules[index - 1].id == rule.id)
      findings.push_back({rule.id, "is defined twice"});
    if (rule.repeats.empty()) {
      lint_coverage(index, catalog, coverage, findings);
    } else {
      lint_repetition(index, catalog, coverage, findings);
    }
  }
  for (const Rule& rule : catalog.proposals) lint_rule(rule, catalog, findings);
  for (const Remark& remark : catalog.remarks) {
    lint_citations("a remark of " + remark.system, remark.document, remark.source, catalog, findings);
  }
  std::sort(findings.begin(), findings.end());
  return findings;
}

std::vector<LintFinding> lint_files(const std::vector<CatalogFile>& files) {
  Findings findings;
  for (const Error& error : catalog_faults(files)) findings.push_back({error.where, error.what});
  if (!findings.empty()) return findings;
  const auto catalog = load_catalog(files);
  return catalog ? lint(*catalog) : Findings{{catalog.error().where, catalog.error().what}};
}

}  // namespace portproof
