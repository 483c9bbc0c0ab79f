#include "report/role_view.hpp"

#include <algorithm>
#include <ostream>
#include <vector>

#include "report/catalog_json.hpp"
#include "report/escape.hpp"
#include "report/json_document.hpp"
#include "report/table.hpp"
#include "report/wording.hpp"

namespace portproof {
namespace {

// What a host or a rule takes in with the role: the members of a group, what it implies, the names that give
// it.
std::string covers(const Role& role) {
  if (const auto kind = kind_of_group(role.id)) return "every role of kind " + std::string(name(*kind));
  std::vector<std::string> parts;
  if (!role.members.empty())
    parts.push_back(join(role.members, ", ") + (role.rules_only ? " (for rules only)" : ""));
  if (!role.implies.empty()) parts.push_back("implies " + join(role.implies, ", "));
  if (!role.names.empty()) parts.push_back("names " + join(role.names, ", "));
  if (role.id == kBroadcastRole) parts.emplace_back("every broadcast destination");
  if (role.id == kMulticastRole) parts.emplace_back("224.0.0.0/4 and ff00::/8");
  return join(parts, "; ");
}

std::vector<const Role*> by_id(const RoleTable& roles) {
  std::vector<const Role*> sorted;
  for (const Role& role : roles.roles()) sorted.push_back(&role);
  std::sort(sorted.begin(), sorted.end(), [](const Role* a, const Role* b) { return a->id < b->id; });
  return sorted;
}

}  // namespace

void write_role_table(const RoleTable& roles, int width, std::ostream& out) {
  TableOptions options;
  options.width = width;
  const std::vector<const Role*> sorted = by_id(roles);
  const std::vector<Column> columns{{"ROLE"},
                                    {"KIND"},
                                    {"NAME", Align::left, Shrink::wrap, 1},
                                    {"ALIASES", Align::left, Shrink::wrap},
                                    {"COVERS", Align::left, Shrink::wrap}};
  const auto cells = [&sorted](std::size_t index) -> std::vector<std::string> {
    const Role& role = *sorted[index];
    return {role.id, std::string(name(role.kind)), role.name, join(role.aliases, ", "), covers(role)};
  };
  write_table(columns, sorted.size(), cells, options, out);
  out << count_words(sorted.size(), "role", "roles") << '\n';
}

void write_roles_tsv(const RoleTable& roles, std::ostream& out) {
  out << "id\tkind\tname\taliases\tmembers\timplies\tnames\n";
  for (const Role* role : by_id(roles)) {
    out << escape_terminal(role->id) << '\t' << name(role->kind) << '\t' << escape_terminal(role->name);
    for (const auto* const list : {&role->aliases, &role->members, &role->implies, &role->names}) {
      out << '\t' << escape_terminal(join(*list, ","));
    }
    out << '\n';
  }
}

void write_roles_json(const RoleTable& roles, std::ostream& out) {
  JsonDocument document(out);
  document.rows("roles", by_id(roles), [](JsonWriter& json, const Role* role) { write_role(json, *role); });
  document.finish();
}

}  // namespace portproof
