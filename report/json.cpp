#include "report/json.hpp"

#include "report/conversation_lines.hpp"
#include "report/json_document.hpp"
#include "report/json_groups.hpp"
#include "report/json_inputs.hpp"
#include "report/json_parts.hpp"
#include "report/json_site.hpp"
#include "report/json_unjudged.hpp"

namespace portproof {
namespace {

void write_catalog(JsonWriter& json, const Catalog& catalog) {
  json.begin_object();
  json.key("editions");
  json.begin_array();
  json.value(catalog.edition);
  json.end_array();
  write_objects(json, "overlays", catalog.overlays, [](JsonWriter& object, const Overlay& overlay) {
    object.member("id", overlay.id);
    object.member("title", overlay.title);
    object.member("date", text_or_null(overlay.date));
  });
  json.member("rules", catalog.rules.size());
  json.member("sha256", catalog.sha256);
  json.member("title", catalog.title);
  json.member("date", text_or_null(catalog.date));
  write_objects(json, "documents", catalog.documents, [](JsonWriter& object, const Document& document) {
    object.member("id", document.id);
    object.member("title", document.title);
    object.member("date", text_or_null(document.date));
    object.member("publisher", text_or_null(document.publisher));
    object.member("url", text_or_null(document.url));
    object.member("overlay", text_or_null(document.overlay));
  });
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

void write_totals(JsonWriter& json, const Totals& totals, const std::vector<DocumentTotal>& documents) {
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
  write_non_zero(json, "by_qualifier", kQualifierNames, totals.by_qualifier);
  write_objects(json, "by_document", documents, [](JsonWriter& object, const DocumentTotal& total) {
    object.member("document", total.id);
    object.member("publisher",
                  total.document == nullptr ? std::nullopt : text_or_null(total.document->publisher));
    object.member("conversations", total.conversations);
    object.member("sessions", total.sessions);
    object.member("bytes", total.bytes);
  });
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

void write_coverage(JsonWriter& json, const RuleCoverage& row) {
  json.begin_object();
  json.member("rule", row.rule->id);
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
  document.object("totals", [&](JsonWriter& json) { write_totals(json, report.totals, report.documents); });
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
