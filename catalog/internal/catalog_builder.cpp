#include "catalog/internal/catalog_builder.hpp"

#include <algorithm>
#include <utility>

#include "capture/base/ascii.hpp"
#include "catalog/application_list.hpp"
#include "catalog/nearest.hpp"

namespace portproof {
namespace {

// Letters, digits and single hyphens between them.
bool is_kebab_case(std::string_view text) {
  char before = '-';
  for (const char letter : text) {
    const bool word = is_lower_case(letter) || is_digit(letter);
    if (!word && (letter != '-' || before == '-')) return false;
    before = letter;
  }
  return before != '-';
}

// Numbers or words with dots between them.
bool is_version(std::string_view text) {
  char before = '.';
  for (const char letter : text) {
    if (letter == '.' && before == '.') return false;
    before = letter;
  }
  return before != '.';
}

std::vector<std::string> words(const std::vector<PlacedText>& texts) {
  std::vector<std::string> words;
  words.reserve(texts.size());
  for (const PlacedText& placed : texts) words.push_back(placed.text);
  return words;
}

template <typename Entry>
void sort_by_id(std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.id < b.id; });
}

}  // namespace

CatalogBuilder::CatalogBuilder(const std::vector<std::string>& file_names, FaultList& faults)
    : file_names_(file_names), faults_(faults) {}

void CatalogBuilder::add(const TomlValue& root, std::size_t file) {
  TableReader reader(root, file, "the file", faults_);
  system_.clear();
  default_document_.clear();
  if (auto edition = reader.table("edition", "[edition]")) read_edition(*edition);
  if (auto system = reader.table("system", "[system]")) read_system(*system);
  for (TableReader& document : reader.tables("document", "[[document]]")) read_document(document);
  for (TableReader& role : reader.tables("role", "[[role]]")) read_role(role);
  for (TableReader& rule : reader.tables("rule", "[[rule]]")) read_rule(rule);
  for (TableReader& remark : reader.tables("remark", "[[remark]]")) read_remark(remark);
  reader.refuse_other_keys();
}

Catalog CatalogBuilder::finish() {
  if (editions_.empty())
    faults_.add(kNoFile, 0, "no file has an [edition], which names the source of the catalog");
  for (const Reference& reference : references_) follow(reference);
  sort_by_id(catalog_.systems);
  sort_by_id(catalog_.rules);
  return std::move(catalog_);
}

std::string CatalogBuilder::read_id(TableReader& reader, std::vector<PlacedId>& taken) {
  std::string id = reader.required_text("id");
  if (id.empty()) return id;
  reader.call_it(id);
  if (!is_kebab_case(id)) {
    reader.refuse(
        "id",
        in_quotes(id) + " is not a valid id: use lower-case letters, digits and single hyphens between them");
  }
  const auto other =
      std::find_if(taken.begin(), taken.end(), [&](const PlacedId& entry) { return entry.id == id; });
  if (other != taken.end()) {
    reader.refuse("id", "the id " + in_quotes(id) + " is already used in " + file_names_[other->place.file] +
                            ":" + std::to_string(other->place.line));
  }
  taken.push_back({id, {reader.file(), reader.line_of("id")}});
  return id;
}

void CatalogBuilder::read_edition(TableReader reader) {
  const std::string id = read_id(reader, editions_);
  if (editions_.size() > 1) reader.refuse("id", "this is a second [edition]: a catalog has only one");
  catalog_.edition = id;
  catalog_.title = reader.required_text("title");
  catalog_.date = reader.date("date");
  reader.refuse_other_keys();
}

void CatalogBuilder::read_document(TableReader reader) {
  Document document;
  document.id = read_id(reader, documents_);
  document.title = reader.required_text("title");
  document.date = reader.date("date");
  document.note = reader.text("note");
  for (TableReader& section : reader.tables("section", "[[document.section]]")) {
    document.sections.push_back({section.required_text("name"), section.count("rows")});
    section.refuse_other_keys();
  }
  reader.refuse_other_keys();
  catalog_.documents.push_back(std::move(document));
}

void CatalogBuilder::read_system(TableReader reader) {
  System system;
  system.id = read_id(reader, systems_);
  system.name = reader.required_text("name");
  default_document_ = read_document_id(reader);
  reader.refuse_other_keys();
  system_ = system.id;
  catalog_.systems.push_back(std::move(system));
}

// The `document` of a table, or else of the file's [system].
std::string CatalogBuilder::read_document_id(TableReader& reader) {
  std::string document = reader.text("document");
  if (document.empty()) return default_document_;
  references_.push_back({Target::document, document, {}, {reader.file(), reader.line_of("document")}});
  return document;
}

void CatalogBuilder::read_role(TableReader reader) {
  Role role;
  role.id = read_id(reader, roles_);
  role.name = reader.required_text("name");
  role.system = system_.empty() ? std::string(kSeveralSystems) : system_;
  const std::string kind = reader.required_text("kind");
  if (const auto parsed = parse_role_kind(kind)) {
    role.kind = *parsed;
  } else if (!kind.empty()) {
    reader.refuse("kind", in_quotes(kind) +
                              " is not a kind of role: write citrix, infrastructure, client, cloud or group");
  }
  role.aliases = words(reader.texts("aliases"));
  const auto implies = reader.texts("implies");
  const auto members = reader.texts("members");
  role.names = words(reader.texts("names"));
  refer(Target::implied, implies, role.id, reader.file());
  refer(Target::member, members, role.id, reader.file());
  role.implies = words(implies);
  role.members = words(members);
  const bool group = role.kind == RoleKind::group;
  if (group && !implies.empty()) reader.refuse("implies", "a group cannot imply roles: its members can");
  if (group && !role.names.empty()) reader.refuse("names", "a group cannot have names: its members can");
  if (!group && !members.empty()) reader.refuse("members", "only a role of kind group can have members");
  reader.refuse_other_keys();
  if (role.id.empty()) return;
  // A repeated id has been reported with its line.
  const bool repeated = catalog_.roles.find(role.id).has_value();
  if (auto fault = catalog_.roles.add(std::move(role)); fault && !repeated) reader.refuse("id", *fault);
}

void CatalogBuilder::read_rule(TableReader reader) {
  Rule rule;
  rule.id = read_id(reader, rules_);
  rule.system = system_;
  if (system_.empty()) reader.refuse("id", "the file has no [system] for its rules to belong to");
  rule.from = read_roles(reader, "from", rule);
  rule.to = read_roles(reader, "to", rule);
  rule.also_from = read_some(reader, "also_from", "from", rule.from);
  rule.also_to = read_some(reader, "also_to", "to", rule.to);
  read_transports(reader, rule);
  read_ports(reader, rule);
  rule.applications = read_application_list(reader);
  rule.purpose = reader.required_text("purpose");
  rule.document = read_document_id(reader);
  rule.source = reader.text("source");
  rule.both_ways = reader.flag("both_ways", false);
  rule.deny = reader.flag("deny", false);
  rule.distinctive = reader.flag("distinctive", false);
  rule.in_force = reader.flag("in_force", true);
  rule.since = read_bound(reader, "since", rule);
  rule.until = read_bound(reader, "until", rule);
  rule.condition = reader.text("condition");
  rule.encrypted_alternative = reader.text("encrypted_alternative");
  rule.repeats = reader.text("repeats");
  rule.reading = reader.text("reading");
  rule.note = reader.text("note");
  reader.refuse_other_keys();
  catalog_.rules.push_back(std::move(rule));
}

void CatalogBuilder::read_remark(TableReader reader) {
  Remark remark;
  remark.system = system_;
  if (system_.empty()) reader.refuse("source", "the file has no [system] for its remarks to belong to");
  remark.document = read_document_id(reader);
  remark.source = reader.required_text("source");
  remark.text = reader.required_text("text");
  reader.refuse_other_keys();
  catalog_.remarks.push_back(std::move(remark));
}

std::vector<std::string> CatalogBuilder::read_roles(TableReader& reader, std::string_view key,
                                                    const Rule& rule) {
  const auto texts = reader.required_texts(key);
  refer(Target::role, texts, rule.id, reader.file());
  return words(texts);
}

// Texts that repeat some of those under another key.
std::vector<std::string> CatalogBuilder::read_some(TableReader& reader, std::string_view key,
                                                   std::string_view all_key,
                                                   const std::vector<std::string>& all) {
  const auto texts = reader.texts(key);
  for (const PlacedText& text : texts) {
    if (std::find(all.begin(), all.end(), text.text) != all.end()) continue;
    reader.refuse(
        text, in_quotes(text.text) + " is under " + in_quotes(key) + " but not under " + in_quotes(all_key));
  }
  return words(texts);
}

void CatalogBuilder::read_transports(TableReader& reader, Rule& rule) {
  for (const PlacedText& placed : reader.required_texts("transport")) {
    if (const auto transport = parse_transport(placed.text)) {
      rule.transports.set(static_cast<std::size_t>(*transport));
    } else {
      faults_.add(reader.file(), placed.line,
                  in_quotes(placed.text) + " is not a transport: write " + std::string{kTransportsToWrite});
    }
  }
}

void CatalogBuilder::read_ports(TableReader& reader, Rule& rule) {
  const auto texts = reader.required_texts("ports");
  for (const PlacedText& placed : texts) {
    std::string fault;
    if (placed.text == "any") {
      rule.any_port = true;
    } else if (const auto range = parse_port_range(placed.text, fault)) {
      rule.ports.push_back(*range);
    } else {
      faults_.add(reader.file(), placed.line, std::move(fault));
    }
  }
  if (rule.any_port && texts.size() > 1)
    reader.refuse("ports", "\"any\" must stand alone: it covers every port");
  const auto without = first_without_ports(rule.transports);
  if (without && !rule.ports.empty()) {
    const std::string transport{name(*without)};
    reader.refuse(
        "ports",
        transport + " has no ports: write ports = [\"any\"], or write a separate rule for " + transport);
  }
  sort_and_merge(rule.ports);
}

std::optional<VersionBound> CatalogBuilder::read_bound(TableReader& reader, std::string_view key,
                                                       const Rule& rule) {
  auto table = reader.table(key, in_quotes(key) + " of [[rule]] " + in_quotes(rule.id));
  if (!table) return std::nullopt;
  VersionBound bound;
  bound.product = table->required_text("product");
  bound.version = table->required_text("version");
  if (!bound.version.empty() && !is_version(bound.version)) {
    table->refuse("version", in_quotes(bound.version) + " is not a version: write numbers separated by dots");
  }
  table->refuse_other_keys();
  if (!bound.product.empty()) {
    references_.push_back(
        {Target::system, bound.product, rule.id, {reader.file(), table->line_of("product")}});
  }
  return bound;
}

void CatalogBuilder::refer(Target target, const std::vector<PlacedText>& texts, std::string_view owner,
                           std::size_t file) {
  for (const PlacedText& placed : texts) {
    references_.push_back({target, placed.text, std::string(owner), {file, placed.line}});
  }
}

void CatalogBuilder::follow(const Reference& reference) {
  const auto refuse = [&](std::string what) {
    faults_.add(reference.place.file, reference.place.line, std::move(what));
  };
  const auto find_among = [&](const std::vector<PlacedId>& entries, std::string_view what) {
    std::vector<std::string_view> ids;
    ids.reserve(entries.size());
    for (const PlacedId& entry : entries) ids.push_back(entry.id);
    if (std::find(ids.begin(), ids.end(), reference.word) != ids.end()) return;
    refuse("unknown " + std::string(what) + " " + in_quotes(reference.word) +
           did_you_mean(reference.word, ids));
  };
  if (reference.target == Target::document) return find_among(documents_, "document");
  if (reference.target == Target::system) return find_among(systems_, "system");
  const auto role = catalog_.roles.find(reference.word);
  if (!role) {
    const std::string near = catalog_.roles.nearest(reference.word);
    return refuse("unknown role " + in_quotes(reference.word) + " in " + in_quotes(reference.owner) +
                  (near.empty() ? std::string{} : "; did you mean " + in_quotes(near) + "?"));
  }
  const bool group = catalog_.roles.at(*role).kind == RoleKind::group;
  if (reference.target == Target::implied && group) {
    refuse("a role cannot imply the group " + in_quotes(reference.word) + ": name its members");
  }
}

}  // namespace portproof
