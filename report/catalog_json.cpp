#include "report/catalog_json.hpp"

#include "report/json_writer.hpp"

namespace portproof {
namespace {

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json bound_of(const std::optional<VersionBound>& bound) {
  if (!bound) return nullptr;
  return {{"product", bound->product}, {"version", bound->version}};
}

// Every key is always there, so that a reader need not know which have a default.
Json rule_of(const Rule& rule) {
  Json transports = Json::array();
  for (std::size_t index = 0; index < kTransportCount; ++index) {
    if (rule.transports.test(index)) transports.push_back(kTransportNames[index]);
  }
  Json ports = Json::array();
  if (rule.any_port) ports.push_back("any");
  for (const PortRange& range : rule.ports) ports.push_back(to_string(range));
  Json applications = Json::array();
  for (std::size_t index = 0; index < kApplicationCount; ++index) {
    if (rule.applications.test(index)) applications.push_back(kApplicationNames[index]);
  }
  return {{"id", rule.id},
          {"system", rule.system},
          {"from", rule.from},
          {"to", rule.to},
          {"transport", std::move(transports)},
          {"ports", std::move(ports)},
          {"purpose", rule.purpose},
          {"application", std::move(applications)},
          {"source", rule.source},
          {"document", text_or_null(rule.document)},
          {"both_ways", rule.both_ways},
          {"deny", rule.deny},
          {"distinctive", rule.distinctive},
          {"since", bound_of(rule.since)},
          {"until", bound_of(rule.until)},
          {"in_force", rule.in_force},
          {"condition", text_or_null(rule.condition)},
          {"encrypted_alternative", text_or_null(rule.encrypted_alternative)},
          {"repeats", text_or_null(rule.repeats)},
          {"reading", text_or_null(rule.reading)},
          {"note", text_or_null(rule.note)}};
}

Json role_of(const Role& role) {
  return {{"id", role.id},           {"name", role.name},
          {"kind", name(role.kind)}, {"system", text_or_null(role.system)},
          {"aliases", role.aliases}, {"implies", role.implies},
          {"members", role.members}, {"names", role.names}};
}

}  // namespace

void write_rules_json(const Catalog& catalog, const std::vector<const Rule*>& rules, std::ostream& out) {
  JsonWriter writer(out);
  writer.member("edition", catalog.edition);
  writer.member("title", catalog.title);
  writer.member("date", text_or_null(catalog.date));
  writer.member("sha256", catalog.sha256);
  writer.rows("documents", catalog.documents, [](const Document& document) -> Json {
    return {{"id", document.id},
            {"title", document.title},
            {"date", text_or_null(document.date)},
            {"note", text_or_null(document.note)}};
  });
  writer.rows("systems", catalog.systems, [](const System& system) -> Json {
    return {{"id", system.id}, {"name", system.name}};
  });
  writer.rows("rules", rules, [](const Rule* rule) { return rule_of(*rule); });
  writer.rows("roles", catalog.roles.roles(), role_of);
  writer.finish();
}

void write_rule_json(const Rule& rule, std::ostream& out) {
  out << to_line(rule_of(rule)) << '\n';
}

}  // namespace portproof
