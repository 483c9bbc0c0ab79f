#include "catalog/internal/catalog_builder.hpp"

#include <algorithm>
#include <utility>

#include "capture/base/ascii.hpp"
#include "catalog/application_list.hpp"
#include "catalog/contradiction.hpp"
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
  overlay_.clear();
  system_.clear();
  default_document_.clear();
  if (auto overlay = reader.table("overlay", "[overlay]")) {
    read_overlay(*overlay);
  } else {
    if (auto edition = reader.table("edition", "[edition]")) read_edition(*edition);
    if (auto system = reader.table("system", "[system]")) read_system(*system);
  }
  for (TableReader& document : reader.tables("document", "[[document]]")) read_document(document);
  for (TableReader& role : reader.tables("role", "[[role]]")) read_role(role);
  if (overlay_.empty()) changes_.read(root, reader);
  read_rules(root, reader);
  for (TableReader& remark : reader.tables("remark", "[[remark]]")) read_remark(remark);
  reader.refuse_other_keys();
}

CatalogBuilder::Turn CatalogBuilder::turn_of(const TomlValue& root) {
  for (const TomlMember& member : root.members) {
    if (member.key == "overlay") return Turn::overlay;
    if (member.key == "edition" && is_based_on_another(member.value)) return Turn::changes;
  }
  return Turn::edition;
}

Catalog CatalogBuilder::finish() {
  if (editions_.empty())
    faults_.add(kNoFile, 0, "no file has an [edition], which names the source of the catalog");
  if (editions_.size() == 1 && !catalog_.based_on.empty()) {
    faults_.add(editions_.front().place.file, editions_.front().place.line,
                "the edition " + in_quotes(catalog_.based_on) + " that this one is based on is not there");
  }
  changes_.finish(catalog_, faults_);
  for (const Reference& reference : references_) follow(reference);
  sort_by_id(catalog_.overlays);
  sort_by_id(catalog_.systems);
  sort_by_id(catalog_.rules);
  sort_by_id(catalog_.proposals);
  if (faults_.empty()) refuse_contradictions();
  return std::move(catalog_);
}

void CatalogBuilder::refuse_contradictions() {
  for (const Contradiction& contradiction : contradictions_in(catalog_)) {
    const std::string& id = contradiction.rule->id;
    const auto placed =
        std::find_if(rules_.begin(), rules_.end(), [&](const PlacedId& entry) { return entry.id == id; });
    faults_.add(placed->place.file, placed->place.line, to_string(contradiction));
  }
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
  note_id(reader, id, taken);
  return id;
}

void CatalogBuilder::note_id(TableReader& reader, const std::string& id, std::vector<PlacedId>& taken) {
  const auto other =
      std::find_if(taken.begin(), taken.end(), [&](const PlacedId& entry) { return entry.id == id; });
  // Overlays may repeat the roles and documents that they share with the edition or with each other.
  const bool shared = !overlay_.empty() && (&taken == &roles_ || &taken == &documents_);
  if (other != taken.end() && (!shared || other->place.file == reader.file())) {
    reader.refuse("id", "the id " + in_quotes(id) + " is already used in " + file_names_[other->place.file] +
                            ":" + std::to_string(other->place.line));
  }
  taken.push_back({id, {reader.file(), reader.line_of("id")}});
}

void CatalogBuilder::read_edition(TableReader reader) {
  const std::string id = read_id(reader, editions_);
  std::string title = reader.required_text("title");
  std::string date = reader.date("date");
  std::string based_on = reader.text("based_on");
  reader.refuse_other_keys();
  if (editions_.size() == 1) {
    catalog_.edition = id;
    catalog_.title = std::move(title);
    catalog_.date = std::move(date);
    catalog_.based_on = std::move(based_on);
  } else if (editions_.size() > 2 || catalog_.based_on != id) {
    reader.refuse("id", "this is a second [edition]: a catalog has only one");
  }
}

// An overlay is a system of its own: what its rules belong to.
void CatalogBuilder::read_overlay(TableReader reader) {
  Overlay overlay;
  overlay.id = read_id(reader, systems_);
  overlay.title = reader.required_text("title");
  overlay.date = reader.date("date");
  default_document_ = read_document_id(reader);
  reader.refuse_other_keys();
  overlay_ = system_ = overlay.id;
  catalog_.systems.push_back({overlay.id, overlay.title});
  catalog_.overlays.push_back(std::move(overlay));
}

void CatalogBuilder::read_document(TableReader reader) {
  Document document;
  document.id = read_id(reader, documents_);
  if (document.id == "site" || document.id == "none") {
    reader.refuse("id", in_quotes(document.id) + " has a meaning of its own in reports: choose another id");
  }
  document.title = reader.required_text("title");
  document.date = reader.date("date");
  document.note = reader.text("note");
  document.publisher = reader.text("publisher");
  document.url = reader.text("url");
  document.overlay = overlay_;
  changes_.note_replaced(reader, document.id);
  for (TableReader& section : reader.tables("section", "[[document.section]]")) {
    document.sections.push_back({section.required_text("name"), section.count("rows")});
    section.refuse_other_keys();
  }
  reader.refuse_other_keys();
  add_document(reader, std::move(document));
}

// An overlay may cite further sections of a document that is known.
void CatalogBuilder::add_document(TableReader& reader, Document document) {
  const auto known = std::find_if(catalog_.documents.begin(), catalog_.documents.end(),
                                  [&](const Document& each) { return each.id == document.id; });
  if (known == catalog_.documents.end() || overlay_.empty()) {
    catalog_.documents.push_back(std::move(document));
    return;
  }
  if (known->title != document.title) {
    reader.refuse("title", "the document " + in_quotes(document.id) + " is already called " +
                               in_quotes(known->title) + ": an overlay may add to it but not change it");
  }
  // One without sections may be cited anywhere.
  if (known->sections.empty() || document.sections.empty()) {
    known->sections.clear();
    return;
  }
  for (Section& section : document.sections) {
    const bool there = std::any_of(known->sections.begin(), known->sections.end(),
                                   [&](const Section& each) { return each.name == section.name; });
    if (!there) known->sections.push_back(std::move(section));
  }
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

// The `system` of a rule or a remark, or else the file's. `key` is where to report that there is neither.
std::string CatalogBuilder::read_system_id(TableReader& reader, std::string_view key) {
  std::string system = reader.text("system");
  if (!system.empty()) {
    references_.push_back({Target::system, system, {}, {reader.file(), reader.line_of("system")}});
    return system;
  }
  if (system_.empty()) {
    const std::string entries = key == "id" ? "rules" : "remarks";
    reader.refuse(key, "the file has no [system] for its " + entries + " to belong to");
  }
  return system_;
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
  role.rules_only = reader.flag("rules_only", false);
  refer(Target::implied, implies, role.id, reader.file());
  refer(Target::member, members, role.id, reader.file());
  role.implies = words(implies);
  role.members = words(members);
  const bool group = role.kind == RoleKind::group;
  if (group && !implies.empty()) reader.refuse("implies", "a group cannot imply roles: its members can");
  if (group && !role.names.empty()) reader.refuse("names", "a group cannot have names: its members can");
  if (!group && !members.empty()) reader.refuse("members", "only a role of kind group can have members");
  if (!group && role.rules_only)
    reader.refuse("rules_only", "only a role of kind group can be for rules only");
  reader.refuse_other_keys();
  if (!role.id.empty()) add_role(reader, std::move(role));
}

// A repeated id has been reported with its line, unless an overlay repeats it.
void CatalogBuilder::add_role(TableReader& reader, Role role) {
  const auto known = catalog_.roles.find(role.id);
  const bool repeated = known && catalog_.roles.at(*known).id == role.id;
  if (repeated && !overlay_.empty()) {
    if (const auto fault = catalog_.roles.extend(role)) {
      reader.refuse("id", *fault + ": an overlay may add to a role but not change it");
    }
  } else if (const auto fault = catalog_.roles.add(std::move(role)); fault && !repeated) {
    reader.refuse("id", *fault);
  }
}

// A rule that the edition changes is read from its own keys and those of the change together, so that both
// are checked alike.
void CatalogBuilder::read_rules(const TomlValue& root, TableReader& reader) {
  std::vector<TableReader> readers = reader.tables("rule", "[[rule]]");
  if (readers.empty()) return;
  const auto tables = std::find_if(root.members.begin(), root.members.end(),
                                   [](const TomlMember& member) { return member.key == "rule"; });
  auto next = readers.begin();
  for (const TomlValue& table : tables->value.items) {
    if (table.kind != TomlValue::Kind::table) continue;
    TableReader& rule = *next++;
    const std::optional<TomlValue> changed = overlay_.empty() ? changes_.applied_to(table) : std::nullopt;
    if (!changed) {
      read_rule(rule);
    } else if (!changed->members.empty()) {
      read_rule(TableReader(*changed, rule.file(), "[[rule]]", faults_));
    }
  }
}

void CatalogBuilder::read_rule(TableReader reader) {
  Rule rule;
  rule.id = read_id(reader, rules_);
  rule.system = read_system_id(reader, "id");
  rule.overlay = overlay_;
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
  rule.proposed = reader.flag("proposed", false);
  rule.since = read_bound(reader, "since", rule);
  rule.until = read_bound(reader, "until", rule);
  rule.condition = reader.text("condition");
  rule.encrypted_alternative = reader.text("encrypted_alternative");
  rule.repeats = reader.text("repeats");
  rule.reading = reader.text("reading");
  rule.note = reader.text("note");
  if (!overlay_.empty() && rule.distinctive) {
    reader.refuse("distinctive", "an overlay cannot mark ports as distinctive: other than Citrix uses them");
  }
  reader.refuse_other_keys();
  (rule.proposed ? catalog_.proposals : catalog_.rules).push_back(std::move(rule));
}

void CatalogBuilder::read_remark(TableReader reader) {
  Remark remark;
  remark.system = read_system_id(reader, "source");
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
