#include "report/json_site.hpp"

#include "report/json_parts.hpp"

namespace portproof {

void write_inventory(JsonWriter& json, const Inventory& inventory) {
  RoleSet held;
  for (const Host& host : inventory.hosts) held.insert(host.roles);
  json.begin_object();
  json.member("path", inventory.path);
  json.member("sha256", inventory.sha256);
  json.member("hosts", inventory.hosts.size());
  json.member("roles", held.size());
  json.member("site", text_or_null(inventory.site));
  json.member("allows", inventory.allows.size());
  json.member("waivers", inventory.waivers.size());
  json.end_object();
}

void write_allow(JsonWriter& json, const RuleCoverage& row) {
  const Rule& rule = *row.rule;
  json.begin_object();
  json.member("id", rule.id);
  json.member("owner", text_or_null(rule.owner));
  json.member("reason", text_or_null(rule.reason));
  json.member("from", rule.from);
  json.member("to", rule.to);
  write_transports(json, "transport", rule.transports);
  write_ports(json, "ports", rule.any_port, rule.ports);
  write_applications(json, "application", rule.applications);
  json.member("conversations", row.conversations);
  json.member("sessions", row.sessions);
  json.member("bytes", row.bytes);
  json.end_object();
}

void write_waiver(JsonWriter& json, const Waiver& waiver, const WaiverUse& use) {
  json.begin_object();
  json.member("id", waiver.id);
  json.member("matched", use.matched);
  json.member("in_force", use.in_force);
  json.member("owner", waiver.owner);
  json.member("reason", waiver.reason);
  json.member("expires", waiver.expires);
  json.member("approver", text_or_null(waiver.approver));
  json.member("ticket", text_or_null(waiver.ticket));
  json.member("from", waiver.from.text);
  json.member("to", waiver.to.text);
  write_transports(json, "transport", waiver.transports);
  write_ports(json, "ports", waiver.any_port, waiver.ports);
  json.end_object();
}

}  // namespace portproof
