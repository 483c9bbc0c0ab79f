#include "catalog/diff.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace portproof {
namespace {

using Differences = std::vector<CatalogDifference>;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "(none)" : text;
}

// The roles that the document prints: without those that the catalog adds to them.
std::vector<std::string> printed(const std::vector<std::string>& all, const std::vector<std::string>& added) {
  std::vector<std::string> rest;
  for (const std::string& id : all) {
    if (std::find(added.begin(), added.end(), id) == added.end()) rest.push_back(id);
  }
  return rest;
}

std::vector<std::string> sorted(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  return words;
}

std::string transports_of(const Rule& rule) {
  std::vector<std::string> names;
  for (std::size_t value = 0; value < kTransportCount; ++value) {
    if (rule.transports.test(value)) names.emplace_back(name(static_cast<Transport>(value)));
  }
  return joined(names);
}

std::string ports_of(const Rule& rule) {
  std::vector<std::string> ports;
  if (rule.any_port) ports.emplace_back("any");
  for (const PortRange& range : rule.ports) ports.push_back(to_string(range));
  return joined(ports);
}

std::string applications_of(const Rule& rule) {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < application_names().size(); ++index) {
    if (rule.applications.test(index)) names.emplace_back(application_names()[index]);
  }
  return names.empty() ? "any" : joined(names);
}

std::string bound_of(const std::optional<VersionBound>& bound) {
  return bound ? bound->product + " " + bound->version : "(none)";
}

std::string yes_or_no(bool truth) {
  return truth ? "yes" : "no";
}

std::string text_of(const std::string& text) {
  return text.empty() ? "(none)" : text;
}

std::vector<std::string> changes_of(const Rule& before, const Rule& after) {
  std::vector<std::string> details;
  const auto compare = [&](std::string_view key, const std::string& old_text, const std::string& new_text) {
    if (old_text != new_text) details.push_back(std::string(key) + ": " + old_text + " -> " + new_text);
  };
  compare("from, as printed", joined(printed(before.from, before.also_from)),
          joined(printed(after.from, after.also_from)));
  compare("to, as printed", joined(printed(before.to, before.also_to)),
          joined(printed(after.to, after.also_to)));
  compare("from", joined(sorted(before.from)), joined(sorted(after.from)));
  compare("to", joined(sorted(before.to)), joined(sorted(after.to)));
  compare("transport", transports_of(before), transports_of(after));
  compare("ports", ports_of(before), ports_of(after));
  compare("application", applications_of(before), applications_of(after));
  compare("both ways", yes_or_no(before.both_ways), yes_or_no(after.both_ways));
  compare("deny", yes_or_no(before.deny), yes_or_no(after.deny));
  compare("distinctive", yes_or_no(before.distinctive), yes_or_no(after.distinctive));
  compare("in force", yes_or_no(before.in_force), yes_or_no(after.in_force));
  compare("since", bound_of(before.since), bound_of(after.since));
  compare("until", bound_of(before.until), bound_of(after.until));
  compare("condition", text_of(before.condition), text_of(after.condition));
  compare("reading", text_of(before.reading), text_of(after.reading));
  return details;
}

void compare_rules(const Catalog& before, const Catalog& after, Differences& found) {
  std::set<std::string> ids;
  for (const Rule& rule : before.rules) ids.insert(rule.id);
  for (const Rule& rule : after.rules) ids.insert(rule.id);
  for (const std::string& id : ids) {
    const Rule* const old_rule = before.find_rule(id);
    const Rule* const new_rule = after.find_rule(id);
    CatalogDifference difference{DifferenceKind::changed, "rule", id, old_rule, new_rule, {}};
    if (old_rule != nullptr && new_rule != nullptr) {
      difference.details = changes_of(*old_rule, *new_rule);
      if (difference.details.empty()) continue;
    } else {
      difference.kind = old_rule == nullptr ? DifferenceKind::added : DifferenceKind::removed;
    }
    found.push_back(std::move(difference));
  }
}

// Entries that only one of the two has, by an id and with what to say about them.
void compare_entries(std::string_view what, const std::map<std::string, std::string>& before,
                     const std::map<std::string, std::string>& after, Differences& found) {
  std::map<std::string, std::string> all = before;
  all.insert(after.begin(), after.end());
  for (const auto& [id, text] : all) {
    const auto old_entry = before.find(id);
    const auto new_entry = after.find(id);
    if (new_entry == after.end()) {
      found.push_back({DifferenceKind::removed, what, id, nullptr, nullptr, {text}});
    } else if (old_entry == before.end()) {
      found.push_back({DifferenceKind::added, what, id, nullptr, nullptr, {text}});
    } else if (old_entry->second != new_entry->second) {
      found.push_back({DifferenceKind::changed,
                       what,
                       id,
                       nullptr,
                       nullptr,
                       {old_entry->second + " -> " + new_entry->second}});
    }
  }
}

std::map<std::string, std::string> systems_of(const Catalog& catalog) {
  std::map<std::string, std::string> systems;
  for (const System& system : catalog.systems) systems[system.id] = system.name;
  return systems;
}

std::map<std::string, std::string> roles_of(const Catalog& catalog) {
  std::map<std::string, std::string> roles;
  for (const Role& role : catalog.roles.roles()) {
    std::string text = role.name + ", " + std::string(name(role.kind));
    if (!role.members.empty()) text += ": " + joined(role.members);
    if (!role.implies.empty()) text += ", implies " + joined(role.implies);
    if (!role.names.empty()) text += ", names " + joined(role.names);
    roles[role.id] = text;
  }
  return roles;
}

// By their texts: the same remark may stand in another row.
std::map<std::string, std::string> remarks_of(const Catalog& catalog) {
  std::map<std::string, std::string> remarks;
  for (const Remark& remark : catalog.remarks) remarks[remark.text] = remark.source;
  return remarks;
}

void compare_remarks(const Catalog& before, const Catalog& after, Differences& found) {
  const auto old_remarks = remarks_of(before);
  const auto new_remarks = remarks_of(after);
  for (const auto& [text, source] : old_remarks) {
    if (new_remarks.count(text) == 0)
      found.push_back({DifferenceKind::removed, "remark", source, nullptr, nullptr, {text}});
  }
  for (const auto& [text, source] : new_remarks) {
    if (old_remarks.count(text) == 0)
      found.push_back({DifferenceKind::added, "remark", source, nullptr, nullptr, {text}});
  }
}

}  // namespace

std::vector<CatalogDifference> differences(const Catalog& before, const Catalog& after) {
  Differences found;
  compare_entries("system", systems_of(before), systems_of(after), found);
  compare_entries("role", roles_of(before), roles_of(after), found);
  compare_rules(before, after, found);
  compare_remarks(before, after, found);
  return found;
}

}  // namespace portproof
