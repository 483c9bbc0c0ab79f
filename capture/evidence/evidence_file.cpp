#include "capture/evidence/evidence_file.hpp"

#include <optional>
#include <ostream>
#include <utility>

#include "capture/base/json_writer.hpp"
#include "capture/evidence/evidence_file_lines.hpp"

namespace portproof {
namespace evidence_file {
namespace {

// One line of the file: an object that begins with its type.
class LineWriter {
 public:
  explicit LineWriter(LineType type) {
    json_.begin_object();
    json_.member("type", kLineTypeNames[static_cast<std::size_t>(type)]);
  }

  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  JsonWriter* operator->() { return &json_; }
  JsonWriter& json() { return json_; }

  // Its text; nothing can be written after that.
  std::string finish() {
    json_.end_object();
    return std::move(text_);
  }

 private:
  std::string text_;
  JsonWriter json_{text_};
};

std::optional<std::int64_t> time_or_null(const std::optional<Timestamp>& time) {
  return time ? std::optional(time->nanoseconds) : std::nullopt;
}

template <std::size_t Size>
void put_by_name(JsonWriter& json, std::string_view key, const std::array<std::string_view, Size>& names,
                 const std::array<std::uint64_t, Size>& counts) {
  json.key(key);
  json.begin_object();
  for (std::size_t index = 0; index < Size; ++index) json.member(names[index], counts[index]);
  json.end_object();
}

void put_accounting(JsonWriter& json, const Accounting& accounting) {
  json.key("accounting");
  json.begin_object();
  json.member("frames", accounting.frames);
  json.member("decoded", accounting.decoded);
  json.member("in_flows", accounting.in_flows);
  json.member("carriers", accounting.carriers);
  json.member("carrier_bytes", accounting.carrier_bytes);
  put_by_name(json, "rejected", kRejectReasonNames, accounting.rejected);
  put_by_name(json, "no_flow", kNoFlowReasonNames, accounting.no_flow);
  json.member("flows_opened", accounting.flows_opened);
  put_by_name(json, "flows_closed", kCloseReasonNames, accounting.flows_closed);
  json.end_object();
}

void put_unread(JsonWriter& json, const std::vector<UnreadCount>& unread) {
  json.key("unread");
  json.begin_array();
  for (const UnreadCount& line : unread) {
    json.begin_object();
    json.member("kind", row_of(line.kind).name);
    if (line.number) json.member("number", *line.number);
    json.member("count", line.count);
    json.member("first_frame", line.first_frame);
    json.end_object();
  }
  json.end_array();
}

void put_end(JsonWriter& json, std::string_view key, const Endpoint& end) {
  json.key(key);
  json.begin_object();
  json.member("address", to_string(end.address));
  json.member("port", end.port);
  json.end_object();
}

void put_frame(JsonWriter& json, std::uint32_t input, std::uint64_t number) {
  json.key("first_frame");
  json.begin_object();
  json.member("input", input);
  json.member("number", number);
  json.end_object();
}

void put_stream(JsonWriter& json, const StreamSpan& span) {
  json.key("stream");
  if (!span.known) {
    json.value(nullptr);
    return;
  }
  json.begin_object();
  json.member("first", span.first);
  json.member("next", span.next);
  json.member("acknowledged", span.acknowledged);
  json.key("holes");
  json.begin_array();
  for (std::size_t hole = 0; hole < span.holes.count; ++hole) {
    json.begin_object();
    json.member("begin", span.holes.holes[hole].begin);
    json.member("end", span.holes.holes[hole].end);
    json.end_object();
  }
  json.end_array();
  json.member("more_holes", span.holes.more);
  json.member("before", span.holes.before);
  json.end_object();
}

void put_side_or_null(JsonWriter& json, std::string_view key, std::optional<Side> side) {
  json.key(key);
  if (side) {
    json.value(kSideNames[index(*side)]);
  } else {
    json.value(nullptr);
  }
}

void put_side(JsonWriter& json, std::string_view key, const SideFacts& side) {
  json.key(key);
  json.begin_object();
  json.member("packets", side.packets);
  json.member("bytes", side.bytes);
  json.key("did");
  json.begin_array();
  for (const SideEvent& deed : kSideEvents) {
    if (side.*deed.done) json.value(deed.name);
  }
  json.end_array();
  json.member("examined", side.examined);
  json.member("missed_bytes", side.missed_bytes);
  put_stream(json, side.stream);
  json.end_object();
}

void put_kinds(JsonWriter& json, HttpKinds kinds) {
  json.key("kinds");
  json.begin_array();
  for (std::size_t kind = 0; kind < kHttpKindCount; ++kind) {
    if (kinds.test(kind)) json.value(kHttpKindNames[kind]);
  }
  json.end_array();
}

// Only if there are any, which is rare.
void put_applications(JsonWriter& json, std::string_view key, const ApplicationSet& applications) {
  if (applications.none()) return;
  json.key(key);
  json.begin_array();
  for (std::size_t application = 0; application < application_names().size(); ++application) {
    if (applications.test(application)) json.value(application_names()[application]);
  }
  json.end_array();
}

std::string_view basis_name(DirectionBasis basis) {
  return kBasisNames[static_cast<std::size_t>(basis)];
}

std::string_view name_of(NameState state) {
  return kNameStateNames[static_cast<std::size_t>(state)];
}

// What conversations and records of attempts have in common, from the sessions to the basis.
void put_traffic(JsonWriter& json, const ConversationFacts& facts) {
  json.member("sessions", facts.sessions);
  json.member("flows", facts.flows);
  json.member("packets", facts.packets);
  json.member("bytes", facts.bytes);
  json.member("first", facts.first.nanoseconds);
  json.member("last", facts.last.nanoseconds);
  put_frame(json, facts.first_frame.input, facts.first_frame.number);
  json.member("state", name(facts.state));
  json.member("basis", basis_name(facts.basis));
  json.member("carries", facts.carries);
}

}  // namespace

std::string make_line(const HeadLine& head) {
  LineWriter line(LineType::evidence);
  line->member("schema", kEvidenceSchema);
  line->key("timeouts");
  line->begin_object();
  const auto& [timeouts, decode] = head.settings;
  line->member("tcp", timeouts.tcp.nanoseconds);
  line->member("tcp_closed", timeouts.tcp_closed.nanoseconds);
  line->member("udp", timeouts.udp.nanoseconds);
  line->member("others", timeouts.others.nanoseconds);
  line->end_object();
  line->member("keep_tunnels", !decode.peel_tunnels);
  line->member("tunnel_depth", tunnel_depth(decode));
  line->member("key_vlan", decode.key_vlan);
  line->member("vxlan_ports", decode.tunnel_ports.added_vxlan());
  return line.finish();
}

std::string make_line(const Input& input) {
  LineWriter line(LineType::input);
  line->member("path", input.path);
  line->member("format", input.format);
  line->member("sha256", input.sha256);
  line->member("bytes", input.bytes);
  line->member("wire_bytes", input.wire_bytes);
  line->member("first", time_or_null(input.first));
  line->member("last", time_or_null(input.last));
  line->member("link_types", input.link_types);
  line->member("error", input.error);
  put_accounting(line.json(), input.accounting);
  line->key("gaps");
  line->begin_object();
  for (const Gap& gap : kGaps) line->member(gap.name, input.gaps.*gap.count);
  line->end_object();
  if (!input.filter.empty()) {
    line->member("filter", input.filter);
    line->member("filtered_out", input.filtered_out);
  }
  if (!input.kernel_filter.empty()) line->member("kernel_filter", input.kernel_filter);
  if (!input.unread.empty()) put_unread(line.json(), input.unread);
  return line.finish();
}

std::string make_line(const ConversationLine& conversation) {
  const auto& [key, facts] = conversation;
  LineWriter line(LineType::conversation);
  line->member("initiator", to_string(key.initiator));
  line->member("responder", to_string(key.responder));
  line->member("protocol", key.protocol);
  line->member("kind", name(key.kind));
  line->member("port", key.port);
  line->member("application", name(key.application));
  put_applications(line.json(), "later_applications", facts.later_applications);
  line->member("name_state", name_of(key.name_state));
  line->member("name", key.name.view());
  put_traffic(line.json(), facts);
  line->member("answered", facts.answered);
  line->member("broadcasts", kBroadcastsNames[static_cast<std::size_t>(facts.broadcasts)]);
  line->member("missed_bytes", facts.missed_bytes);
  put_kinds(line.json(), facts.kinds);
  return line.finish();
}

std::string make_line(const LooseFlow& flow) {
  const FlowFacts& facts = flow.facts;
  LineWriter line(LineType::loose);
  put_end(line.json(), "low", flow.key.low);
  put_end(line.json(), "high", flow.key.high);
  line->member("protocol", flow.key.protocol);
  line->member("kind", name(flow.key.kind));
  line->member("vlans", flow.key.vlans);
  line->member("first", facts.first.nanoseconds);
  line->member("last", facts.last.nanoseconds);
  put_frame(line.json(), facts.first_input, facts.first_frame);
  line->member("first_sender", kSideNames[index(facts.first_sender)]);
  put_side_or_null(line.json(), "initiator", facts.initiator);
  line->member("basis", basis_name(facts.basis));
  line->member("openings", facts.openings);
  line->member("broadcasts", kBroadcastsNames[static_cast<std::size_t>(facts.broadcasts)]);
  line->member("application", name(facts.application));
  put_side_or_null(line.json(), "asker", facts.asker);
  put_applications(line.json(), "banners", facts.banners);
  line->member("name_state", name_of(facts.name_state));
  line->member("name", flow.name.view());
  put_kinds(line.json(), facts.kinds);
  line->member("asked_port", facts.asked_port);
  line->key("tunnel");
  line->begin_array();
  for (const TunnelLayer& layer : facts.tunnels) line->value(to_string(layer));
  line->end_array();
  put_side(line.json(), "low_side", facts.side(Side::low));
  put_side(line.json(), "high_side", facts.side(Side::high));
  return line.finish();
}

std::string make_line(const EdgeFragment& fragment) {
  LineWriter line(LineType::fragment);
  line->member("source", to_string(fragment.source));
  line->member("destination", to_string(fragment.destination));
  line->member("protocol", fragment.protocol);
  line->member("identification", fragment.identification);
  line->member("time", fragment.time.nanoseconds);
  line->member("input", fragment.input);
  line->member("number", fragment.frame);
  line->member("bytes", fragment.bytes);
  line->key("flow");
  if (!fragment.owner) {
    line->value(nullptr);
    return line.finish();
  }
  const FlowKey& flow = fragment.owner->flow;
  line->begin_object();
  put_end(line.json(), "low", flow.low);
  put_end(line.json(), "high", flow.high);
  line->member("protocol", flow.protocol);
  line->member("vlans", flow.vlans);
  line->member("sender", kSideNames[index(fragment.owner->sender)]);
  line->end_object();
  return line.finish();
}

std::string make_line(const AttemptsLine& record) {
  const auto& [key, attempts] = record;
  const ConversationFacts& facts = attempts.facts;
  LineWriter line(LineType::attempts);
  line->member("kind", kAttemptsKindNames[static_cast<std::size_t>(key.kind)]);
  line->member("address", to_string(key.address));
  line->member("protocol", key.protocol);
  line->member("port", key.port);
  line->member("traffic", name(key.traffic));
  line->member("conversations", attempts.conversations);
  put_traffic(line.json(), facts);
  line->member("broadcasts", kBroadcastsNames[static_cast<std::size_t>(facts.broadcasts)]);
  line->member("missed_bytes", facts.missed_bytes);
  line->member("first_port", attempts.first_port);
  line->member("last_port", attempts.last_port);
  line->key("examples");
  line->begin_array();
  for (const auto& [end, example] : attempts.examples) {
    line->begin_object();
    line->member("initiator", to_string(example.initiator));
    line->member("responder", to_string(example.responder));
    line->member("first_port", example.first_port);
    line->member("last_port", example.last_port);
    line->end_object();
  }
  line->end_array();
  line->member("more_ends", attempts.more_ends);
  return line.finish();
}

std::string make_line(const NameLine& name) {
  LineWriter line(LineType::name);
  line->member("address", to_string(name.key.address));
  line->member("name", name.key.name);
  line->member("source", kNameSourceNames[static_cast<std::size_t>(name.key.source)]);
  line->member("first", name.interval.first.nanoseconds);
  line->member("until", name.interval.until.nanoseconds);
  return line.finish();
}

std::string make_line(const StationLine& station) {
  LineWriter line(LineType::station);
  line->member("address", to_string(station.address));
  line->member("mac", to_string(station.station.mac));
  line->member("vlans", station.station.vlans);
  line->member("first", station.span.first.nanoseconds);
  line->member("last", station.span.last.nanoseconds);
  return line.finish();
}

std::string make_line(const ProtocolLine& protocol) {
  LineWriter line(LineType::protocol);
  line->member("protocol", protocol.protocol);
  line->member("packets", protocol.count.packets);
  line->member("bytes", protocol.count.bytes);
  line->key("hosts");
  line->begin_array();
  for (const IpAddress& host : protocol.count.hosts) line->value(to_string(host));
  line->end_array();
  line->member("more_hosts", protocol.count.more_hosts);
  return line.finish();
}

std::string make_line(const StrayErrorLine& error) {
  const auto& [key, facts] = error;
  LineWriter line(LineType::stray_error);
  line->member("sender", to_string(key.sender));
  line->member("receiver", to_string(key.receiver));
  line->member("protocol", key.protocol);
  put_end(line.json(), "quoted_source", key.quoted_source);
  put_end(line.json(), "quoted_destination", key.quoted_destination);
  line->member("quoted_protocol", key.quoted_protocol);
  line->member("quoted_kind", name(key.quoted_kind));
  line->member("packets", facts.packets);
  line->member("first", facts.first.nanoseconds);
  line->member("last", facts.last.nanoseconds);
  put_frame(line.json(), facts.first_frame.input, facts.first_frame.number);
  return line.finish();
}

std::string make_line(const LimitLine& limit) {
  LineWriter line(LineType::limit);
  line->member("limit", row_of(limit.limit).name);
  line->member("hits", limit.hits);
  return line.finish();
}

std::string make_end_line(std::uint64_t lines, std::string_view sha256) {
  LineWriter line(LineType::end);
  line->member("lines", lines);
  line->member("sha256", sha256);
  return line.finish();
}

void LineHash::add_line(std::string_view line) {
  hash_.update(line);
  hash_.update("\n");
}

}  // namespace evidence_file

void write_evidence(const Evidence& evidence, std::ostream& out) {
  using namespace evidence_file;
  LineHash hash;
  std::uint64_t lines = 0;
  const auto write = [&](const std::string& line) {
    hash.add_line(line);
    ++lines;
    out << line << '\n';
  };
  write(make_line(HeadLine{evidence.settings}));
  for (const Input& input : evidence.inputs) write(make_line(input));
  for (const auto& [key, facts] : evidence.conversations) write(make_line(ConversationLine{key, facts}));
  for (const LooseFlow& flow : evidence.loose) write(make_line(flow));
  for (const EdgeFragment& fragment : evidence.fragments) write(make_line(fragment));
  for (const auto& [key, attempts] : evidence.attempts) write(make_line(AttemptsLine{key, attempts}));
  for (const auto& [key, intervals] : evidence.names) {
    for (const NameInterval& interval : intervals) write(make_line(NameLine{key, interval}));
  }
  for (const auto& [address, spans] : evidence.stations) {
    for (const auto& [station, span] : spans) write(make_line(StationLine{address, station, span}));
  }
  for (const auto& [protocol, count] : evidence.protocols) write(make_line(ProtocolLine{protocol, count}));
  for (const auto& [key, facts] : evidence.stray_errors.errors())
    write(make_line(StrayErrorLine{key, facts}));
  for (const LimitsHit::Hit& hit : evidence.limits_hit.all())
    write(make_line(LimitLine{hit.limit, hit.times}));
  out << make_end_line(lines + 1, hash.hex()) << '\n';
}

}  // namespace portproof
