#include "classify/internal/inventory_builder.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "catalog/application_list.hpp"
#include "catalog/name_pattern.hpp"
#include "catalog/nearest.hpp"
#include "classify/internal/inventory_values.hpp"

namespace portproof {
namespace {

constexpr std::string_view kSystemOfAllows = "site";
constexpr std::string_view kDefaultExternalRole = "internet";
constexpr std::string_view kRolePrefix = "role:";
constexpr std::string_view kHostPrefix = "host:";

}  // namespace

WrittenCatalog read_written_catalog(TableReader& inventory) {
  WrittenCatalog written;
  auto table = inventory.table("catalog", "[catalog]");
  if (!table) return written;
  if (std::string edition = table->text("edition"); !edition.empty()) written.edition = std::move(edition);
  const std::vector<PlacedText> overlays = table->texts("overlays");
  if (!overlays.empty() || table->is_empty_array("overlays")) {
    written.overlays.emplace();
    for (const PlacedText& overlay : overlays) written.overlays->push_back(overlay.text);
  }
  written.edition_line = table->line_of("edition");
  written.overlays_line = table->line_of("overlays");
  table->refuse_other_keys();
  return written;
}

InventoryBuilder::InventoryBuilder(const Catalog& catalog, FaultList& faults)
    : catalog_(catalog), faults_(faults) {
  inventory_.roles = catalog.roles;
}

Inventory InventoryBuilder::build(const TomlValue& root) {
  TableReader reader(root, 0, "the inventory", faults_);
  for (Entry& entry : entries(root, reader, "role")) read_role(entry.reader);
  read_site(root, reader);
  inventory_.catalog = read_written_catalog(reader);
  read_versions(root, reader);
  read_limits(root, reader);
  for (Entry& entry : entries(root, reader, "host")) read_host(entry.reader);
  for (Entry& entry : entries(root, reader, "allow")) read_allow(entry);
  for (Entry& entry : entries(root, reader, "waiver")) read_waiver(entry);
  reader.refuse_other_keys();
  return std::move(inventory_);
}

std::vector<InventoryBuilder::Entry> InventoryBuilder::entries(const TomlValue& root, TableReader& reader,
                                                               std::string_view key) {
  const std::vector<TableReader> readers = reader.tables(key, "[[" + std::string(key) + "]]");
  std::vector<Entry> entries;
  if (readers.empty()) return entries;
  auto next = readers.begin();
  for (const TomlValue& item : find_member(root, key)->items) {
    if (item.kind == TomlValue::Kind::table) entries.push_back({item, *next++});
  }
  return entries;
}

void InventoryBuilder::read_site(const TomlValue& root, TableReader& reader) {
  auto site = reader.table("site", "[site]");
  if (!site) return;
  const TomlValue& written = *find_member(root, "site");
  inventory_.site = site->text("name");
  inventory_.has_internal = find_member(written, "internal") != nullptr;
  inventory_.internal = read_addresses(*site, "internal");
  for (const std::string_view key : {"internal_roles", "external_roles"}) {
    if (find_member(written, key) != nullptr && !inventory_.has_internal) {
      site->refuse(
          key, in_quotes(key) +
                   " needs \"internal\": list the addresses inside the estate there, or leave this key out");
    }
  }
  inventory_.internal_roles = read_held_roles(*site, "internal_roles");
  inventory_.external_roles = read_held_roles(*site, "external_roles");
  if (inventory_.has_internal && find_member(written, "external_roles") == nullptr) {
    if (const auto role = inventory_.roles.find(kDefaultExternalRole)) {
      inventory_.external_roles = inventory_.roles.held_by(*role);
    }
  }
  site->refuse_other_keys();
}

void InventoryBuilder::read_versions(const TomlValue& root, TableReader& reader) {
  if (!reader.table("versions", "[versions]")) return;
  std::vector<std::string_view> systems;
  for (const System& system : catalog_.systems) systems.emplace_back(system.id);
  for (const auto& [system, version] : find_member(root, "versions")->members) {
    if (catalog_.find_system(system) == nullptr) {
      refuse(version.line,
             "unknown system " + in_quotes(system) + " in [versions]" + did_you_mean(system, systems));
    } else if (version.kind != TomlValue::Kind::text || is_blank(version.text)) {
      refuse(version.line, "the version of " + in_quotes(system) +
                               " in [versions] must be a quoted string, such as \"2209\"");
    } else {
      inventory_.versions[system] = version.text;
    }
  }
}

void InventoryBuilder::read_limits(const TomlValue& root, TableReader& reader) {
  if (!reader.table("limits", "[limits]")) return;
  constexpr std::array<std::string_view, 4> kKeys{"lost_packets", "missed_bytes", "undecoded", "one_way"};
  Limits& limits = inventory_.limits;
  const std::array<double*, 4> shares{&limits.lost_packets, &limits.missed_bytes, &limits.undecoded,
                                      &limits.one_way};
  for (const auto& [key, value] : find_member(root, "limits")->members) {
    const auto known = std::find(kKeys.begin(), kKeys.end(), key);
    if (known == kKeys.end()) {
      refuse(value.line, "unknown key " + in_quotes(key) + " in [limits]" + did_you_mean(key, kKeys));
      continue;
    }
    if (const auto share = parse_share(value)) {
      *shares[static_cast<std::size_t>(known - kKeys.begin())] = *share;
    } else {
      refuse(value.line, in_quotes(key) + " in [limits] must be a number from 0 to 1");
    }
  }
}

void InventoryBuilder::read_role(TableReader& reader) {
  Role role;
  role.id = take_id(reader, "id", roles_);
  role.name = reader.text("name");
  if (role.name.empty()) role.name = role.id;
  const std::string kind = reader.required_text("kind");
  reader.refuse_other_keys();
  const auto parsed = parse_role_kind(kind);
  if (parsed && *parsed != RoleKind::group) {
    role.kind = *parsed;
  } else if (!kind.empty()) {
    reader.refuse(
        "kind",
        in_quotes(kind) +
            " is not a kind of role that a site can define: write citrix, infrastructure, client or cloud" +
            did_you_mean(kind, std::span(kRoleKindNames).first(4)));
  }
  if (role.id.empty()) return;
  if (!is_role_id(role.id)) {
    reader.refuse(
        "id", in_quotes(role.id) +
                  " is not a valid role id: use lower-case letters, digits and hyphens, as in print-server");
  } else if (const auto fault = inventory_.roles.add(std::move(role))) {
    reader.refuse("id", *fault);
  }
}

void InventoryBuilder::read_host(TableReader& reader) {
  Host host;
  host.name = take_id(reader, "name", hosts_);
  host.addresses = read_addresses(reader, "addresses");
  for (const PlacedText& name : reader.texts("names")) {
    if (parse_ip_address(name.text)) {
      refuse(name.line, in_quotes(name.text) + " is an address: put it under \"addresses\"");
    } else if (!is_name_pattern(name.text)) {
      refuse(name.line,
             in_quotes(name.text) +
                 " is not a valid name: write a DNS name, with * for one or more whole labels, such as "
                 "*.example.net");
    }
    host.names.push_back(name.text);
  }
  if (host.addresses.empty() && host.names.empty()) {
    reader.refuse("addresses",
                  "[[host]] " + in_quotes(host.name) + " has neither \"addresses\" nor \"names\"");
  }
  reader.required_texts("roles");
  if (reader.is_empty_array("roles")) {
    reader.refuse("roles",
                  "[[host]] " + in_quotes(host.name) + " has no role: list at least one under \"roles\"");
  }
  host.roles = read_held_roles(reader, "roles");
  reader.refuse_other_keys();
  inventory_.hosts.push_back(std::move(host));
}

void InventoryBuilder::read_allow(Entry& entry) {
  TableReader& reader = entry.reader;
  Allow allow;
  allow.line = reader.line();
  Rule& rule = allow.rule;
  rule.id = take_id(reader, "id", allows_);
  if (catalog_.find_rule(rule.id) != nullptr) {
    reader.refuse("id", in_quotes(rule.id) + " is the id of a catalog rule: choose another");
  }
  rule.system = kSystemOfAllows;
  rule.source = "[[allow]] " + rule.id;
  rule.from = read_allow_ends(reader, "from", allow.from);
  rule.to = read_allow_ends(reader, "to", allow.to);
  rule.transports = read_transports(entry);
  read_ports(reader, rule.transports, rule.ports, rule.any_port);
  rule.applications = read_application_list(reader);
  rule.owner = reader.text("owner");
  rule.reason = reader.text("reason");
  rule.purpose = rule.reason;
  reader.refuse_other_keys();
  inventory_.allows.push_back(std::move(allow));
}

void InventoryBuilder::read_waiver(Entry& entry) {
  TableReader& reader = entry.reader;
  Waiver waiver;
  waiver.line = reader.line();
  waiver.id = take_id(reader, "id", waivers_);
  waiver.from = read_waiver_end(reader, "from");
  waiver.to = read_waiver_end(reader, "to");
  waiver.transports = read_transports(entry);
  read_ports(reader, waiver.transports, waiver.ports, waiver.any_port);
  waiver.owner = read_reason(reader, "owner");
  waiver.reason = read_reason(reader, "reason");
  read_expiry(reader, waiver);
  waiver.approver = reader.text("approver");
  waiver.ticket = reader.text("ticket");
  reader.refuse_other_keys();
  inventory_.waivers.push_back(std::move(waiver));
}

std::string InventoryBuilder::read_reason(TableReader& reader, std::string_view key) {
  std::string text = reader.required_text(key);
  if (!text.empty() && is_blank(text)) reader.refuse(key, in_quotes(key) + " is blank");
  return text;
}

std::string InventoryBuilder::take_id(TableReader& reader, std::string_view key, TakenIds& taken) {
  std::string id = reader.required_text(key);
  if (id.empty()) return id;
  if (is_blank(id)) reader.refuse(key, in_quotes(key) + " is blank");
  const auto [other, is_new] = taken.emplace(id, reader.line_of(key));
  if (!is_new) {
    reader.refuse(key,
                  in_quotes(id) + " is used twice; the first time in line " + std::to_string(other->second));
  }
  reader.call_it(id);
  return id;
}

std::vector<AddressBlock> InventoryBuilder::read_addresses(TableReader& reader, std::string_view key) {
  const std::vector<PlacedText> texts = reader.texts(key);
  std::vector<AddressBlock> blocks;
  for (const PlacedText& text : texts) {
    if (const auto block = parse_address_block(text.text)) {
      blocks.push_back(*block);
    } else {
      refuse(text.line, block.error().what);
      // Prevents the additional message "has neither addresses nor names".
      blocks.push_back({});
    }
  }
  if (key == "internal" && inventory_.has_internal && texts.empty()) {
    reader.refuse(key, "\"internal\" is empty: list the networks inside the estate, or leave the key out");
  }
  return blocks;
}

std::optional<RoleId> InventoryBuilder::find_role(const std::string& text, std::size_t line) {
  const auto role = inventory_.roles.find(text);
  if (!role) {
    const std::string near = inventory_.roles.nearest(text);
    refuse(line, "unknown role " + in_quotes(text) +
                     (near.empty() ? std::string{} : "; did you mean " + in_quotes(near) + "?"));
  }
  return role;
}

RoleSet InventoryBuilder::read_held_roles(TableReader& reader, std::string_view key) {
  RoleSet held;
  for (const PlacedText& text : reader.texts(key)) {
    const auto role = find_role(text.text, text.line);
    if (!role) continue;
    if (const auto kind = kind_of_group(inventory_.roles.at(*role).id)) {
      refuse(text.line,
             in_quotes(text.text) + " is not a role for a host: name the " +
                 (*kind == RoleKind::citrix ? "Citrix component that it runs" : "service that it is"));
    }
    if (inventory_.roles.at(*role).rules_only) {
      refuse(text.line, in_quotes(text.text) + " is a group for rules only: name what the host is");
    }
    held.insert(inventory_.roles.held_by(*role));
  }
  return held;
}

// The ends as a report shows them: roles by id, addresses and hosts as written. What they are goes into
// `ends`.
std::vector<std::string> InventoryBuilder::read_allow_ends(TableReader& reader, std::string_view key,
                                                           Identity& ends) {
  std::vector<std::string> words;
  const std::vector<PlacedText> texts = reader.required_texts(key);
  for (const PlacedText& text : texts) {
    const auto end = find_end(text, true);
    if (!end) continue;
    words.push_back(end->text);
    if (end->address || end->host) {
      ends.named_ends.insert(number_of(*end));
    } else {
      ends.roles.insert(end->roles);
    }
  }
  if (reader.is_empty_array(key)) {
    reader.refuse(key, in_quotes(key) + " is empty: list at least one role, host or address");
  }
  return words;
}

// The index of an end that is addresses or a host in Inventory::named_ends.
std::uint32_t InventoryBuilder::number_of(const NamedEnd& end) {
  auto& known = inventory_.named_ends;
  const auto next = static_cast<std::uint32_t>(known.size());
  const auto [entry, is_new] = named_ends_.try_emplace({end.address, end.host}, next);
  if (is_new) known.push_back(end);
  return entry->second;
}

TransportSet InventoryBuilder::read_transports(Entry& entry) {
  constexpr std::string_view kKey = "transport";
  const TomlValue* const value = find_member(entry.value, kKey);
  std::vector<PlacedText> texts;
  if (value != nullptr && value->kind == TomlValue::Kind::array) {
    texts = entry.reader.texts(kKey);
  } else {
    texts.push_back({entry.reader.required_text(kKey), value == nullptr ? 0 : value->line});
  }
  TransportSet transports;
  for (const PlacedText& text : texts) {
    if (const auto transport = parse_transport(text.text)) {
      transports.set(static_cast<std::size_t>(*transport));
    } else if (!text.text.empty()) {
      refuse(text.line, in_quotes(text.text) + " is not a transport: write " +
                            std::string{kTransportsToWrite} + did_you_mean(text.text, kTransportWords));
    }
  }
  if (entry.reader.is_empty_array(kKey)) {
    entry.reader.refuse(kKey, "\"transport\" is empty: write " + std::string{kTransportsToWrite});
  }
  return transports;
}

void InventoryBuilder::read_ports(TableReader& reader, const TransportSet& transports,
                                  std::vector<PortRange>& ports, bool& any_port) {
  // Transports without ports need no key that says so.
  const bool needed = transports.none() || has_any_ports(transports);
  const std::vector<PlacedText> texts = needed ? reader.required_texts("ports") : reader.texts("ports");
  any_port = !needed && texts.empty();
  for (const PlacedText& text : texts) {
    if (text.text == "any") {
      any_port = true;
      continue;
    }
    std::string fault;
    if (const auto range = parse_port_range(text.text, fault)) {
      ports.push_back(*range);
    } else {
      refuse(text.line, fault);
    }
  }
  if (needed && reader.is_empty_array("ports"))
    reader.refuse("ports", "\"ports\" is empty: write ports, ranges, or \"any\"");
  if (any_port && texts.size() > 1) reader.refuse("ports", "\"any\" must stand alone: it covers every port");
  const auto without = first_without_ports(transports);
  if (without && !any_port && !texts.empty()) {
    reader.refuse("ports", std::string{name(*without)} + " has no ports: write ports = [\"any\"]");
  }
  sort_and_merge(ports);
}

NamedEnd InventoryBuilder::read_waiver_end(TableReader& reader, std::string_view key) {
  const PlacedText text{reader.required_text(key), reader.line_of(key)};
  NamedEnd end;
  if (!text.text.empty()) end = find_end(text, false).value_or(NamedEnd{});
  end.text = text.text;
  return end;
}

std::optional<NamedEnd> InventoryBuilder::find_role_end(const PlacedText& text, std::string_view role) {
  const auto found = find_role(std::string(role), text.line);
  if (!found) return std::nullopt;
  NamedEnd end;
  end.text = inventory_.roles.at(*found).id;
  end.roles = inventory_.roles.named_by(*found);
  return end;
}

std::optional<NamedEnd> InventoryBuilder::find_host_end(const PlacedText& text, std::string_view name) {
  const Host* const host = inventory_.find_host(name);
  if (host == nullptr) return std::nullopt;
  NamedEnd end;
  end.text = text.text;
  end.host = static_cast<std::size_t>(host - inventory_.hosts.data());
  return end;
}

// An end as [[allow]] and [[waiver]] write it: role:NAME, host:NAME, an address, a network, a range, or a
// word. A word means a host in a waiver; in an [[allow]] it means a role if there is one of that name, else a
// host.
std::optional<NamedEnd> InventoryBuilder::find_end(const PlacedText& text, bool bare_word_is_role) {
  const std::string_view word = text.text;
  if (word.starts_with(kRolePrefix)) return find_role_end(text, word.substr(kRolePrefix.size()));
  const bool only_host = word.starts_with(kHostPrefix);
  if (!only_host && bare_word_is_role && inventory_.roles.find(word)) return find_role_end(text, word);
  const auto block = parse_address_block(word);
  if (block) {
    NamedEnd end;
    end.text = text.text;
    end.address = *block;
    return end;
  }
  if (auto end = find_host_end(text, only_host ? word.substr(kHostPrefix.size()) : word)) return end;
  refuse(text.line,
         looks_like_address(word) ? block.error().what : unknown_end(text.text, bare_word_is_role));
  return std::nullopt;
}

std::string InventoryBuilder::unknown_end(const std::string& text, bool bare_word_is_role) const {
  std::vector<std::string> words;
  for (const Host& host : inventory_.hosts) words.push_back(host.name);
  for (const Role& role : inventory_.roles.roles()) {
    words.push_back((bare_word_is_role ? "" : std::string(kRolePrefix)) + role.id);
  }
  const std::vector<std::string_view> candidates(words.begin(), words.end());
  if (bare_word_is_role) {
    return in_quotes(text) + " is not a role, an address or a [[host]] in this file" +
           did_you_mean(text, candidates);
  }
  return in_quotes(text) + " is not an address or a [[host]] in this file" +
         (inventory_.roles.find(text) ? "; to name a role, write role:" + text
                                      : did_you_mean(text, candidates));
}

void InventoryBuilder::read_expiry(TableReader& reader, Waiver& waiver) {
  waiver.expires = reader.date("expires");
  if (waiver.expires.empty()) {
    if (reader.line_of("expires") == reader.line()) {
      reader.refuse("expires",
                    "[[waiver]] " + in_quotes(waiver.id) +
                        " has no \"expires\": write the last day on which it applies, such as 2027-01-31");
    } else {
      reader.refuse("expires", "\"expires\" must be a date, such as 2027-01-31");
    }
    return;
  }
  if (const auto end = end_of_day(waiver.expires)) {
    waiver.end = *end;
  } else {
    reader.refuse("expires",
                  in_quotes(waiver.expires) + " is not a date: write the last day, such as 2027-01-31");
  }
}

}  // namespace portproof
