#include "report/catalog_json.hpp"

#include "report/json_document.hpp"
#include "report/json_parts.hpp"

namespace portproof {
namespace {

void write_bound(JsonWriter& json, std::string_view key, const std::optional<VersionBound>& bound) {
  json.key(key);
  if (!bound) {
    json.value(nullptr);
    return;
  }
  json.begin_object();
  json.member("product", bound->product);
  json.member("version", bound->version);
  json.end_object();
}

// Every key is always present, so that readers need not know the defaults.
void write_rule(JsonWriter& json, const Rule& rule) {
  json.begin_object();
  json.member("id", rule.id);
  json.member("system", rule.system);
  json.member("from", rule.from);
  json.member("to", rule.to);
  json.member("also_from", rule.also_from);
  json.member("also_to", rule.also_to);
  write_transports(json, "transport", rule.transports);
  write_ports(json, "ports", rule.any_port, rule.ports);
  json.member("purpose", rule.purpose);
  write_applications(json, "application", rule.applications);
  json.member("source", rule.source);
  json.member("document", text_or_null(rule.document));
  json.member("both_ways", rule.both_ways);
  json.member("deny", rule.deny);
  json.member("distinctive", rule.distinctive);
  write_bound(json, "since", rule.since);
  write_bound(json, "until", rule.until);
  json.member("in_force", rule.in_force);
  json.member("condition", text_or_null(rule.condition));
  json.member("encrypted_alternative", text_or_null(rule.encrypted_alternative));
  json.member("repeats", text_or_null(rule.repeats));
  json.member("reading", text_or_null(rule.reading));
  json.member("note", text_or_null(rule.note));
  json.member("overlay", text_or_null(rule.overlay));
  json.member("proposed", rule.proposed);
  json.member("owner", text_or_null(rule.owner));
  json.member("reason", text_or_null(rule.reason));
  json.end_object();
}

void write_document(JsonWriter& json, const Document& document) {
  json.begin_object();
  json.member("id", document.id);
  json.member("title", document.title);
  json.member("date", text_or_null(document.date));
  json.member("note", text_or_null(document.note));
  json.member("publisher", text_or_null(document.publisher));
  json.member("url", text_or_null(document.url));
  json.member("overlay", text_or_null(document.overlay));
  write_objects(json, "sections", document.sections, [](JsonWriter& object, const Section& section) {
    object.member("name", section.name);
    object.member("rows", section.rows);
  });
  json.end_object();
}

void write_system(JsonWriter& json, const System& system) {
  json.begin_object();
  json.member("id", system.id);
  json.member("name", system.name);
  json.end_object();
}

}  // namespace

void write_role(JsonWriter& json, const Role& role) {
  json.begin_object();
  json.member("id", role.id);
  json.member("name", role.name);
  json.member("kind", name(role.kind));
  json.member("system", text_or_null(role.system));
  json.member("aliases", role.aliases);
  json.member("implies", role.implies);
  json.member("members", role.members);
  json.member("names", role.names);
  json.member("rules_only", role.rules_only);
  json.end_object();
}

void write_rules_json(const Catalog& catalog, const std::vector<const Rule*>& rules, std::ostream& out) {
  JsonDocument document(out);
  document.member("edition", catalog.edition);
  document.member("title", catalog.title);
  document.member("date", text_or_null(catalog.date));
  document.member("sha256", catalog.sha256);
  document.rows("overlays", catalog.overlays, [](JsonWriter& json, const Overlay& overlay) {
    json.begin_object();
    json.member("id", overlay.id);
    json.member("title", overlay.title);
    json.member("date", text_or_null(overlay.date));
    json.end_object();
  });
  document.rows("documents", catalog.documents, write_document);
  document.rows("systems", catalog.systems, write_system);
  document.rows("rules", rules, [](JsonWriter& json, const Rule* rule) { write_rule(json, *rule); });
  document.rows("proposals", catalog.proposals, write_rule);
  document.rows("roles", catalog.roles.roles(), write_role);
  document.finish();
}

void write_rule_json(const Rule& rule, std::ostream& out) {
  std::string line;
  JsonWriter json(line);
  write_rule(json, rule);
  out << line << '\n';
}

}  // namespace portproof
