#include "report/json.hpp"

#include "report/conversation_lines.hpp"
#include "report/json_document.hpp"
#include "report/json_parts.hpp"

namespace portproof {
namespace {

std::optional<std::string> time_or_null(const std::optional<Timestamp>& time) {
  return time ? std::optional(to_string(*time)) : std::nullopt;
}

// Only the counts above zero: {"snapped-headers": 3}.
template <std::size_t count>
void non_zero(JsonWriter& json, std::string_view key, const std::array<std::string_view, count>& names,
              const std::array<std::uint64_t, count>& values) {
  json.key(key);
  json.begin_object();
  for (std::size_t index = 0; index < count; ++index) {
    if (values[index] != 0) json.member(names[index], values[index]);
  }
  json.end_object();
}

void write_accounting(JsonWriter& json, const Accounting& accounting) {
  json.begin_object();
  json.member("frames", accounting.frames);
  json.member("decoded", accounting.decoded);
  non_zero(json, "rejected", kRejectReasonNames, accounting.rejected);
  json.member("in_flows", accounting.in_flows);
  non_zero(json, "no_flow", kNoFlowReasonNames, accounting.no_flow);
  if (accounting.carriers > 0) {
    json.member("carriers", accounting.carriers);
    json.member("carrier_bytes", accounting.carrier_bytes);
  }
  json.member("flows_opened", accounting.flows_opened);
  non_zero(json, "flows_closed", kCloseReasonNames, accounting.flows_closed);
  json.end_object();
}

void write_gaps(JsonWriter& json, const Gaps& gaps) {
  json.begin_object();
  json.member("kernel_dropped", gaps.kernel_dropped);
  json.member("interface_dropped", gaps.interface_dropped);
  json.member("snapped_headers", gaps.snapped_headers);
  json.member("undecoded", gaps.undecoded);
  json.member("missed_bytes", gaps.missed_bytes);
  json.member("one_way", gaps.one_way);
  json.member("duplicates", gaps.duplicates);
  json.member("time_jumps", gaps.time_jumps);
  json.member("untimed", gaps.untimed);
  json.member("cut_short", gaps.cut_short);
  json.end_object();
}

void write_unread(JsonWriter& json, const std::vector<UnreadCount>& unread) {
  json.key("unread");
  json.begin_array();
  for (const UnreadCount& line : unread) {
    const UnreadRow& row = row_of(line.kind);
    json.begin_object();
    json.member("kind", row.name);
    json.member("number", line.number);
    json.member("count", line.count);
    json.member("first_frame", line.first_frame);
    json.member("gap", row.gap == UnreadGap::undecoded ? "undecoded" : "snapped_headers");
    json.member("text", to_string(line));
    json.end_object();
  }
  json.end_array();
}

void write_input(JsonWriter& json, const Input& input) {
  json.begin_object();
  json.member("path", input.path);
  json.member("format", text_or_null(input.format));
  json.member("sha256", text_or_null(input.sha256));
  json.member("bytes", input.bytes);
  json.member("packets", input.accounting.frames);
  json.member("wire_bytes", input.wire_bytes);
  json.member("first", time_or_null(input.first));
  json.member("last", time_or_null(input.last));
  json.member("link_types", input.link_types);
  json.member("error", text_or_null(input.error));
  json.key("accounting");
  write_accounting(json, input.accounting);
  json.key("gaps");
  write_gaps(json, input.gaps);
  if (!input.filter.empty()) {
    json.member("filter", input.filter);
    json.member("filtered_out", input.filtered_out);
  }
  if (!input.kernel_filter.empty()) json.member("kernel_filter", input.kernel_filter);
  if (!input.unread.empty()) write_unread(json, input.unread);
  json.end_object();
}

void write_catalog(JsonWriter& json, const Catalog& catalog) {
  json.begin_object();
  json.key("editions");
  json.begin_array();
  json.value(catalog.edition);
  json.end_array();
  json.member("rules", catalog.rules.size());
  json.member("sha256", catalog.sha256);
  json.member("title", catalog.title);
  json.member("date", text_or_null(catalog.date));
  write_objects(json, "documents", catalog.documents, [](JsonWriter& object, const Document& document) {
    object.member("id", document.id);
    object.member("title", document.title);
    object.member("date", text_or_null(document.date));
  });
  json.end_object();
}

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

// Whole seconds as an integer, anything else as a fraction.
void write_seconds(JsonWriter& json, std::string_view key, Duration duration) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (duration.nanoseconds % kSecond == 0) {
    json.member(key, duration.nanoseconds / kSecond);
  } else {
    json.member(key, static_cast<double>(duration.nanoseconds) / static_cast<double>(kSecond));
  }
}

void write_settings(JsonWriter& json, const Report& report) {
  const FlowTimeouts& timeouts = report.evidence->settings.timeouts;
  const DecodeOptions& decode = report.evidence->settings.decode;
  json.begin_object();
  json.member("as_of", time_or_null(report.audit->as_of));
  json.key("flow_timeouts_seconds");
  json.begin_object();
  write_seconds(json, "tcp", timeouts.tcp);
  write_seconds(json, "tcp_closed", timeouts.tcp_closed);
  write_seconds(json, "udp", timeouts.udp);
  write_seconds(json, "others", timeouts.others);
  json.end_object();
  json.member("keep_tunnels", !decode.peel_tunnels);
  json.member("tunnel_depth", tunnel_depth(decode));
  json.member("key_vlan", decode.key_vlan);
  json.member("vxlan_ports", decode.tunnel_ports.added_vxlan());
  json.end_object();
}

void write_totals(JsonWriter& json, const Totals& totals) {
  json.begin_object();
  json.member("packets", totals.packets);
  json.member("bytes", totals.bytes);
  json.member("flows", totals.flows);
  json.member("conversations", totals.conversations);
  json.member("conversation_packets", totals.conversation_packets);
  json.member("conversation_bytes", totals.conversation_bytes);
  json.key("by_verdict");
  json.begin_object();
  for (std::size_t index = 0; index < kVerdictNames.size(); ++index) {
    json.member(kVerdictNames[index], totals.by_verdict[index]);
  }
  json.end_object();
  non_zero(json, "by_qualifier", kQualifierNames, totals.by_qualifier);
  json.end_object();
}

std::string port_range(std::uint16_t first, std::uint16_t last) {
  return std::to_string(first) + "-" + std::to_string(last);
}

void write_folded(JsonWriter& json, const FoldedAttempts::value_type& folded) {
  constexpr std::size_t kExamples = 8;
  const auto& [key, attempts] = folded;
  json.begin_object();
  json.member("kind", kAttemptsKindNames[static_cast<std::size_t>(key.kind)]);
  json.member("conversations", attempts.conversations);
  json.member("ports", port_range(attempts.first_port, attempts.last_port));
  json.member("ends", attempts.examples.size());
  json.member("more_ends", attempts.more_ends);
  std::vector<AttemptExample> examples;
  for (const auto& [end, example] : attempts.examples) {
    if (examples.size() < kExamples) examples.push_back(example);
  }
  write_objects(json, "examples", examples, [](JsonWriter& object, const AttemptExample& example) {
    object.member("initiator", to_string(example.initiator));
    object.member("responder", to_string(example.responder));
    object.member("ports", port_range(example.first_port, example.last_port));
  });
  json.end_object();
}

void write_example(JsonWriter& json, const Group& group, const JudgedConversation& example) {
  json.begin_object();
  json.member("initiator", group.example_initiator);
  json.member("responder", group.example_responder);
  json.member("port", example.key.port);
  write_frame(json, "first_frame", example.facts.first_frame);
  json.end_object();
}

void write_group(JsonWriter& json, const Group& group, const Audit& audit) {
  const JudgedConversation example = audit.conversations[group.example];
  json.begin_object();
  json.member("verdict", name(group.verdict));
  json.member("reason", reason_or_null(group.reason));
  json.member("from", group.from);
  json.member("to", group.to);
  json.member("transport", group.transport);
  if (group.ports.first == group.ports.last) {
    json.member("port", group.ports.first);
  } else {
    json.member("port", port_range(group.ports.first, group.ports.last));
  }
  json.member("ports", group.ports_seen);
  json.member("rules", group.rules);
  json.member("nearest_rule", text_or_null(group.nearest_rule));
  write_qualifiers(json, "qualifiers", group.qualifiers);
  json.member("conversations", group.conversations);
  json.member("sessions", group.sessions);
  json.member("packets", group.packets);
  json.member("bytes", group.bytes);
  json.member("initiators", group.initiators);
  json.member("responders", group.responders);
  json.member("states", group.states);
  json.member("applications", group.applications);
  json.member("first", to_string(group.first));
  json.member("last", to_string(group.last));
  json.member("waived", group.waived);
  json.member("waivers", group.waivers);
  json.key("example");
  write_example(json, group, example);
  if (example.folded != nullptr) {
    json.key("folded");
    write_folded(json, *example.folded);
  }
  json.end_object();
}

void write_coverage(JsonWriter& json, const RuleCoverage& row) {
  json.begin_object();
  json.member("rule", row.rule->id);
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

void write_waivers(const Report& report, JsonDocument& document) {
  static const std::vector<Waiver> kNone;
  const std::vector<Waiver>& waivers = report.inventory != nullptr ? report.inventory->waivers : kNone;
  std::size_t index = 0;
  document.rows("waivers", waivers, [&](JsonWriter& json, const Waiver& waiver) {
    const std::size_t at = index++;
    write_waiver(json, waiver, at < report.audit->waivers.size() ? report.audit->waivers[at] : WaiverUse{});
  });
}

void write_protocols(JsonWriter& json, const SettledEvidence& evidence) {
  json.begin_object();
  for (const auto& [protocol, count] : evidence.protocols) {
    json.key(protocol);
    json.begin_object();
    json.member("packets", count.packets);
    json.member("bytes", count.bytes);
    json.key("hosts");
    json.begin_array();
    for (const IpAddress& host : count.hosts) json.value(to_string(host));
    json.end_array();
    json.member("more_hosts", count.more_hosts);
    json.end_object();
  }
  json.end_object();
}

void write_carrier(JsonWriter& json, const CarrierRow& row) {
  json.begin_object();
  json.member("transport", row.transport);
  json.member("port", row.port);
  json.member("conversations", row.conversations);
  json.member("packets", row.packets);
  json.member("bytes", row.bytes);
  json.key("example");
  json.begin_object();
  json.member("initiator", to_string(row.example->initiator));
  json.member("responder", to_string(row.example->responder));
  json.end_object();
  json.end_object();
}

void write_quoted_end(JsonWriter& json, std::string_view key, const Endpoint& end) {
  json.key(key);
  json.begin_object();
  json.member("address", to_string(end.address));
  json.member("port", end.port);
  json.end_object();
}

void write_stray_error(JsonWriter& json, const StrayErrorKey& error, const StrayErrorFacts& facts) {
  json.begin_object();
  json.member("sender", to_string(error.sender));
  json.member("receiver", to_string(error.receiver));
  json.key("quoted");
  if (error.quotes_nothing()) {
    json.value(nullptr);
  } else {
    json.begin_object();
    json.member("transport", name(transport_of(error.quoted_protocol, error.quoted_kind)));
    write_quoted_end(json, "source", error.quoted_source);
    write_quoted_end(json, "destination", error.quoted_destination);
    json.end_object();
  }
  json.member("packets", facts.packets);
  json.member("first", to_string(facts.first));
  json.member("last", to_string(facts.last));
  write_frame(json, "first_frame", facts.first_frame);
  json.end_object();
}

std::optional<std::string> network_or_null(const std::optional<AddressBlock>& network) {
  return network ? std::optional(to_string(*network)) : std::nullopt;
}

void write_mirror(JsonWriter& json, const OneWayMirror& mirror) {
  json.begin_object();
  json.member("from", network_or_null(mirror.from));
  json.member("to", network_or_null(mirror.to));
  json.member("connections", mirror.connections);
  json.end_object();
}

void write_limits(JsonWriter& json, const SettledEvidence& evidence) {
  json.begin_object();
  for (const LimitsHit::Hit& hit : evidence.limits_hit.all()) json.member(row_of(hit.limit).name, hit.times);
  json.end_object();
}

void write_run(JsonWriter& json, const Run& run) {
  json.begin_object();
  json.member("command_line", run.command_line);
  json.member("user", run.user);
  json.member("host", run.host);
  json.member("started", run.started);
  json.member("finished", run.finished);
  // The seed is text: not every reader of JSON can hold 64 bits in a number.
  json.member("hash_seed", std::to_string(run.hash_seed));
  json.member("restrictions", text_or_null(run.restrictions));
  json.end_object();
}

// The run and its result: the members from the schema to the totals.
void write_head(const Report& report, std::string_view version, JsonDocument& document) {
  const Audit& audit = *report.audit;
  const auto text = [](JsonWriter& json, const std::string& line) { json.value(line); };
  document.member("schema", kReportSchema);
  document.object("tool", [version](JsonWriter& json) {
    json.begin_object();
    json.member("name", "portproof");
    json.member("version", version);
    json.end_object();
  });
  document.member("result", name(audit.result));
  document.rows("result_reasons", audit.result_reasons, text);
  document.object("period", [&report](JsonWriter& json) {
    json.begin_object();
    json.member("first", time_or_null(report.first));
    json.member("last", time_or_null(report.last));
    json.end_object();
  });
  document.rows("inputs", report.evidence->inputs, write_input);
  document.object("accounting", [&](JsonWriter& json) { write_accounting(json, report.accounting); });
  document.object("gaps", [&](JsonWriter& json) { write_gaps(json, report.gaps); });
  document.rows("notes", report.notes, text);
  document.object("catalog", [&](JsonWriter& json) { write_catalog(json, *report.catalog); });
  if (report.inventory != nullptr) {
    document.object("inventory", [&](JsonWriter& json) { write_inventory(json, *report.inventory); });
  } else {
    document.member("inventory", nullptr);
  }
  document.object("settings", [&](JsonWriter& json) { write_settings(json, report); });
  document.object("totals", [&](JsonWriter& json) { write_totals(json, report.totals); });
}

}  // namespace

void write_json(const Report& report, std::string_view version, std::ostream& out) {
  const Audit& audit = *report.audit;
  const SettledEvidence& evidence = *report.evidence;
  JsonDocument document(out);
  write_head(report, version, document);
  ConversationLines lines(audit);
  document.rows("conversations", report.conversations, [&](JsonWriter& json, std::size_t index) {
    json.splice(lines.line(audit.conversations[index]));
  });
  document.rows("groups", report.groups,
                [&](JsonWriter& json, const Group& group) { write_group(json, group, audit); });
  document.object("omitted", [&](JsonWriter& json) {
    json.begin_object();
    json.member("conversations", report.omitted);
    json.end_object();
  });
  document.rows("coverage", report.coverage, write_coverage);
  document.rows("unused_rules", report.unused_rules,
                [](JsonWriter& json, const Rule* rule) { json.value(rule->id); });
  document.rows("allows", report.allows, write_allow);
  write_waivers(report, document);
  document.object("protocols_not_judged", [&](JsonWriter& json) { write_protocols(json, evidence); });
  document.rows("carriers", report.carriers, write_carrier);
  document.rows("stray_errors", evidence.stray_errors.errors(), [](JsonWriter& json, const auto& error) {
    write_stray_error(json, error.first, error.second);
  });
  document.rows("one_way_mirrors", audit.one_way_mirrors, write_mirror);
  document.rows("unclaimed_private_addresses", audit.unclaimed,
                [](JsonWriter& json, const IpAddress& address) { json.value(to_string(address)); });
  document.object("limits_hit", [&](JsonWriter& json) { write_limits(json, evidence); });
  if (report.run) document.object("run", [&](JsonWriter& json) { write_run(json, *report.run); });
  document.finish();
}

std::string conversation_line(const Audit& audit, const JudgedConversation& conversation) {
  return ConversationLines(audit).line(conversation);
}

}  // namespace portproof
