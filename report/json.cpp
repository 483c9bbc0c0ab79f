#include "report/json.hpp"

#include "report/conversation_lines.hpp"
#include "report/json_parts.hpp"

namespace portproof {
namespace {

// The absent is null, never an empty string.
Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json time_or_null(const std::optional<Timestamp>& time) {
  return time ? Json(to_string(*time)) : Json(nullptr);
}

// Only what is there: {"snapped-headers": 3}.
template <std::size_t count>
Json non_zero(const std::array<std::string_view, count>& names,
              const std::array<std::uint64_t, count>& values) {
  Json out = Json::object();
  for (std::size_t index = 0; index < count; ++index) {
    if (values[index] != 0) out[std::string(names[index])] = values[index];
  }
  return out;
}

Json accounting_of(const Accounting& accounting) {
  return {{"frames", accounting.frames},
          {"decoded", accounting.decoded},
          {"rejected", non_zero(kRejectReasonNames, accounting.rejected)},
          {"in_flows", accounting.in_flows},
          {"no_flow", non_zero(kNoFlowReasonNames, accounting.no_flow)},
          {"flows_opened", accounting.flows_opened},
          {"flows_closed", non_zero(kCloseReasonNames, accounting.flows_closed)}};
}

Json gaps_of(const Gaps& gaps) {
  return {{"kernel_dropped", gaps.kernel_dropped},
          {"interface_dropped", gaps.interface_dropped},
          {"snapped_headers", gaps.snapped_headers},
          {"undecoded", gaps.undecoded},
          {"missed_bytes", gaps.missed_bytes},
          {"one_way", gaps.one_way},
          {"duplicates", gaps.duplicates},
          {"time_jumps", gaps.time_jumps},
          {"cut_short", gaps.cut_short}};
}

Json input_of(const Input& input) {
  Json json{{"path", input.path},
            {"format", text_or_null(input.format)},
            {"sha256", text_or_null(input.sha256)},
            {"bytes", input.bytes},
            {"packets", input.accounting.frames},
            {"wire_bytes", input.wire_bytes},
            {"first", time_or_null(input.first)},
            {"last", time_or_null(input.last)},
            {"link_types", input.link_types},
            {"error", text_or_null(input.error)},
            {"accounting", accounting_of(input.accounting)},
            {"gaps", gaps_of(input.gaps)}};
  if (!input.filter.empty()) {
    json["filter"] = input.filter;
    json["filtered_out"] = input.filtered_out;
  }
  if (!input.kernel_filter.empty()) json["kernel_filter"] = input.kernel_filter;
  return json;
}

Json catalog_of(const Catalog& catalog) {
  Json documents = Json::array();
  for (const Document& document : catalog.documents) {
    documents.push_back(
        {{"id", document.id}, {"title", document.title}, {"date", text_or_null(document.date)}});
  }
  return {{"editions", Json::array({catalog.edition})},
          {"rules", catalog.rules.size()},
          {"sha256", catalog.sha256},
          {"title", catalog.title},
          {"date", text_or_null(catalog.date)},
          {"documents", std::move(documents)}};
}

Json inventory_of(const Inventory* inventory) {
  if (inventory == nullptr) return nullptr;
  RoleSet held;
  for (const Host& host : inventory->hosts) held.insert(host.roles);
  return {{"path", inventory->path},
          {"sha256", inventory->sha256},
          {"hosts", inventory->hosts.size()},
          {"roles", held.size()},
          {"site", text_or_null(inventory->site)},
          {"allows", inventory->allows.size()},
          {"waivers", inventory->waivers.size()}};
}

// Whole seconds as an integer, others as a fraction.
Json seconds_of(Duration duration) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (duration.nanoseconds % kSecond == 0) return duration.nanoseconds / kSecond;
  return static_cast<double>(duration.nanoseconds) / static_cast<double>(kSecond);
}

Json settings_of(const Report& report) {
  const FlowTimeouts& timeouts = report.evidence->timeouts;
  return {{"as_of", time_or_null(report.audit->as_of)},
          {"flow_timeouts_seconds",
           {{"tcp", seconds_of(timeouts.tcp)},
            {"tcp_closed", seconds_of(timeouts.tcp_closed)},
            {"udp", seconds_of(timeouts.udp)},
            {"others", seconds_of(timeouts.others)}}}};
}

Json totals_of(const Totals& totals) {
  Json by_verdict = Json::object();
  for (std::size_t index = 0; index < kVerdictNames.size(); ++index) {
    by_verdict[std::string(kVerdictNames[index])] = totals.by_verdict[index];
  }
  return {{"packets", totals.packets},
          {"bytes", totals.bytes},
          {"flows", totals.flows},
          {"conversations", totals.conversations},
          {"conversation_packets", totals.conversation_packets},
          {"conversation_bytes", totals.conversation_bytes},
          {"by_verdict", std::move(by_verdict)},
          {"by_qualifier", non_zero(kQualifierNames, totals.by_qualifier)}};
}

std::string port_range(std::uint16_t first, std::uint16_t last) {
  return std::to_string(first) + "-" + std::to_string(last);
}

Json folded_of(const FoldedAttempts::value_type& folded) {
  constexpr std::size_t kExamples = 8;
  const auto& [key, attempts] = folded;
  Json examples = Json::array();
  for (const auto& [end, example] : attempts.examples) {
    if (examples.size() == kExamples) break;
    examples.push_back({{"initiator", to_string(example.initiator)},
                        {"responder", to_string(example.responder)},
                        {"ports", port_range(example.first_port, example.last_port)}});
  }
  return {{"kind", kAttemptsKindNames[static_cast<std::size_t>(key.kind)]},
          {"conversations", attempts.conversations},
          {"ports", port_range(attempts.first_port, attempts.last_port)},
          {"ends", attempts.examples.size()},
          {"more_ends", attempts.more_ends},
          {"examples", examples}};
}

Json group_of(const Group& group, const Audit& audit) {
  const bool one_port = group.ports.first == group.ports.last;
  const JudgedConversation example = audit.conversations[group.example];
  const std::string range = std::to_string(group.ports.first) + "-" + std::to_string(group.ports.last);
  Json json{{"verdict", name(group.verdict)},
            {"reason", reason_of(group.reason)},
            {"from", group.from},
            {"to", group.to},
            {"transport", group.transport},
            {"port", one_port ? Json(group.ports.first) : Json(range)},
            {"ports", group.ports_seen},
            {"rules", group.rules},
            {"nearest_rule", text_or_null(group.nearest_rule)},
            {"qualifiers", qualifiers_of(group.qualifiers)},
            {"conversations", group.conversations},
            {"sessions", group.sessions},
            {"packets", group.packets},
            {"bytes", group.bytes},
            {"initiators", group.initiators},
            {"responders", group.responders},
            {"states", group.states},
            {"applications", group.applications},
            {"first", to_string(group.first)},
            {"last", to_string(group.last)},
            {"waived", group.waived},
            {"waivers", group.waivers},
            {"example",
             {{"initiator", group.example_initiator},
              {"responder", group.example_responder},
              {"port", example.key.port},
              {"first_frame", frame_of(example.facts.first_frame)}}}};
  if (example.folded != nullptr) json["folded"] = folded_of(*example.folded);
  return json;
}

Json coverage_of(const RuleCoverage& row) {
  return {{"rule", row.rule->id},
          {"conversations", row.conversations},
          {"sessions", row.sessions},
          {"bytes", row.bytes}};
}

Json waiver_of(const Waiver& waiver, const WaiverUse& use) {
  Json ports = Json::array();
  if (waiver.any_port) ports.push_back("any");
  for (const PortRange& range : waiver.ports) ports.push_back(to_string(range));
  Json transports = Json::array();
  for (std::size_t index = 0; index < kTransportCount; ++index) {
    if (waiver.transports.test(index)) transports.push_back(kTransportNames[index]);
  }
  return {{"id", waiver.id},
          {"matched", use.matched},
          {"in_force", use.in_force},
          {"owner", waiver.owner},
          {"reason", waiver.reason},
          {"expires", waiver.expires},
          {"approver", text_or_null(waiver.approver)},
          {"ticket", text_or_null(waiver.ticket)},
          {"from", waiver.from.text},
          {"to", waiver.to.text},
          {"transport", std::move(transports)},
          {"ports", std::move(ports)}};
}

void write_waivers(const Report& report, JsonWriter& writer) {
  static const std::vector<Waiver> kNone;
  const std::vector<Waiver>& waivers = report.inventory != nullptr ? report.inventory->waivers : kNone;
  std::size_t index = 0;
  writer.rows("waivers", waivers, [&](const Waiver& waiver) {
    const std::size_t at = index++;
    return waiver_of(waiver, at < report.audit->waivers.size() ? report.audit->waivers[at] : WaiverUse{});
  });
}

void write_protocols(const SettledEvidence& evidence, JsonWriter& writer) {
  Json out = Json::object();
  for (const auto& [protocol, count] : evidence.protocols) {
    out[protocol] = {{"packets", count.packets}, {"bytes", count.bytes}};
  }
  writer.member("protocols_not_judged", out);
}

Json network_or_null(const std::optional<AddressBlock>& network) {
  return network ? Json(to_string(*network)) : Json(nullptr);
}

Json mirror_of(const OneWayMirror& mirror) {
  return {{"from", network_or_null(mirror.from)},
          {"to", network_or_null(mirror.to)},
          {"connections", mirror.connections}};
}

void write_run(const Run& run, JsonWriter& writer) {
  // The seed is text: not every reader of JSON can hold 64 bits in a number.
  writer.member("run", {{"command_line", run.command_line},
                        {"user", run.user},
                        {"host", run.host},
                        {"started", run.started},
                        {"finished", run.finished},
                        {"hash_seed", std::to_string(run.hash_seed)},
                        {"restrictions", run.restrictions.empty() ? Json(nullptr) : Json(run.restrictions)}});
}

}  // namespace

void write_json(const Report& report, std::string_view version, std::ostream& out) {
  const Audit& audit = *report.audit;
  const SettledEvidence& evidence = *report.evidence;
  const auto itself = [](const std::string& text) { return Json(text); };
  JsonWriter writer(out);
  writer.member("schema", kReportSchema);
  writer.member("tool", {{"name", "portproof"}, {"version", version}});
  writer.member("result", name(audit.result));
  writer.rows("result_reasons", audit.result_reasons, itself);
  writer.member("period", {{"first", time_or_null(report.first)}, {"last", time_or_null(report.last)}});
  writer.rows("inputs", report.evidence->inputs, input_of);
  writer.member("accounting", accounting_of(report.accounting));
  writer.member("gaps", gaps_of(report.gaps));
  writer.rows("notes", report.notes, itself);
  writer.member("catalog", catalog_of(*report.catalog));
  writer.member("inventory", inventory_of(report.inventory));
  writer.member("settings", settings_of(report));
  writer.member("totals", totals_of(report.totals));
  ConversationLines lines(audit);
  writer.lines("conversations", report.conversations,
               [&](std::size_t index) { return lines.line(audit.conversations[index]); });
  writer.rows("groups", report.groups, [&](const Group& group) { return group_of(group, audit); });
  writer.member("omitted", {{"conversations", report.omitted}});
  writer.rows("coverage", report.coverage, coverage_of);
  writer.rows("unused_rules", report.unused_rules, [](const Rule* rule) { return Json(rule->id); });
  write_waivers(report, writer);
  write_protocols(evidence, writer);
  writer.rows("one_way_mirrors", audit.one_way_mirrors, mirror_of);
  writer.rows("unclaimed_private_addresses", audit.unclaimed_private,
              [](const IpAddress& address) { return Json(to_string(address)); });
  Json limits = Json::object();
  for (const auto& [limit, count] : evidence.limits_hit) limits[limit] = count;
  writer.member("limits_hit", limits);
  if (report.run) write_run(*report.run, writer);
  writer.finish();
}

std::string conversation_line(const Audit& audit, const JudgedConversation& conversation) {
  return ConversationLines(audit).line(conversation);
}

}  // namespace portproof
