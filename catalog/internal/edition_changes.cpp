#include "catalog/internal/edition_changes.hpp"

#include <algorithm>

#include "catalog/nearest.hpp"

namespace portproof {
namespace {

constexpr std::string_view kRule = "rule";
constexpr std::string_view kWhy = "why";

const TomlValue* find_member(const TomlValue& table, std::string_view key) {
  const auto found = std::find_if(table.members.begin(), table.members.end(),
                                  [key](const TomlMember& member) { return member.key == key; });
  return found == table.members.end() ? nullptr : &found->value;
}

// The citations of `source`, each where it moved to.
std::string moved_source(const std::string& source, const std::map<std::string, std::string>& moved) {
  std::string result;
  std::string_view rest = source;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("; "), rest.size());
    const std::string citation(rest.substr(0, end));
    const auto found = moved.find(citation);
    result += (result.empty() ? "" : "; ") + (found == moved.end() ? citation : found->second);
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return result;
}

}  // namespace

bool is_based_on_another(const TomlValue& edition) {
  return find_member(edition, "based_on") != nullptr;
}

void EditionChanges::read(const TomlValue& root, TableReader& reader) {
  for (const std::string_view key : {"change", "drop"}) {
    std::vector<TableReader> readers = reader.tables(key, "[[" + std::string(key) + "]]");
    if (readers.empty()) continue;
    auto next = readers.begin();
    for (const TomlValue& table : find_member(root, key)->items) {
      if (table.kind == TomlValue::Kind::table) add(*next++, table, key == "drop");
    }
  }
}

void EditionChanges::add(TableReader& reader, const TomlValue& table, bool drops) {
  const std::string id = reader.required_text(kRule);
  reader.required_text(kWhy);
  if (drops) reader.refuse_other_keys();
  if (id.empty()) return;
  Change change;
  change.file = reader.file();
  change.drops = drops;
  change.keys.line = table.line;
  for (const TomlMember& member : table.members) {
    if (!drops && member.key != kRule && member.key != kWhy) change.keys.members.push_back(member);
    if (member.key == "id") reader.refuse("id", "a change keeps the id of its rule");
  }
  if (!changes_.emplace(id, std::move(change)).second) {
    reader.refuse(kRule, "the rule " + in_quotes(id) + " is changed twice");
  }
}

void EditionChanges::note_replaced(TableReader& document, const std::string& id) {
  const std::string replaced = document.text("replaces");
  Replacement replacement{id, {}, document.file(), document.line_of("replaces")};
  for (TableReader& row : document.tables("moved", "[[document.moved]]")) {
    const std::string from = row.required_text("from");
    replacement.moved[from] = row.required_text("to");
    row.refuse_other_keys();
  }
  if (!replaced.empty()) replacements_.emplace(replaced, std::move(replacement));
}

std::optional<TomlValue> EditionChanges::applied_to(const TomlValue& rule) {
  const TomlValue* const id = find_member(rule, "id");
  const auto found = id == nullptr ? changes_.end() : changes_.find(id->text);
  if (found == changes_.end()) return std::nullopt;
  Change& change = found->second;
  change.used = true;
  TomlValue merged;
  merged.line = rule.line;
  if (change.drops) return merged;
  merged.members = rule.members;
  for (const TomlMember& member : change.keys.members) {
    std::erase_if(merged.members, [&](const TomlMember& each) { return each.key == member.key; });
    merged.members.push_back(member);
  }
  return merged;
}

void EditionChanges::finish(Catalog& catalog, FaultList& faults) const {
  if (catalog.based_on.empty()) {
    for (const auto& [id, change] : changes_) {
      faults.add(change.file, change.keys.line,
                 "only an edition that is based on another can change its rules");
    }
  }
  for (const auto& [id, change] : changes_) {
    if (change.used) continue;
    std::vector<std::string_view> ids;
    for (const Rule& rule : catalog.rules) ids.emplace_back(rule.id);
    faults.add(change.file, change.keys.line,
               "there is no rule " + in_quotes(id) + " to change" + did_you_mean(id, ids));
  }
  for (const auto& [replaced, replacement] : replacements_) {
    if (catalog.find_document(replaced) == nullptr) {
      faults.add(replacement.file, replacement.line,
                 "there is no document " + in_quotes(replaced) + " to replace");
    }
    const auto replace = [&, replaced = replaced, &replacement = replacement](auto& entries) {
      for (auto& entry : entries) {
        if (entry.document != replaced) continue;
        entry.document = replacement.document;
        entry.source = moved_source(entry.source, replacement.moved);
      }
    };
    replace(catalog.rules);
    replace(catalog.proposals);
    replace(catalog.remarks);
    std::erase_if(catalog.documents,
                  [&, replaced = replaced](const Document& document) { return document.id == replaced; });
  }
}

}  // namespace portproof
