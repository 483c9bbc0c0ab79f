#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "capture/evidence/internal/evidence_line.hpp"
#include "capture/evidence/internal/evidence_values.hpp"
#include "capture/identify/identify.hpp"

namespace portproof::evidence_file {
namespace {

void put_stream(JsonWriter& json, const StreamSpan& span) {
  json.key("stream");
  if (!span.known && !span.heard) {
    json.value(nullptr);
    return;
  }
  json.begin_object();
  if (!span.known) {
    json.member("acknowledged", span.acknowledged);
    json.member("heard", *span.heard);
    json.end_object();
    return;
  }
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
  if (span.heard) json.member("heard", *span.heard);
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

// The kind of a flow: ICMP says which message it is, everything else is plain or a carrier.
FlowKind read_flow_kind(const Fields& fields, std::uint8_t protocol) {
  const auto kind = fields.one_of<FlowKind>("kind", kFlowKindNames);
  const bool of_icmp =
      kind == FlowKind::echo_of_low || kind == FlowKind::echo_of_high || kind == FlowKind::icmp_other;
  fields.require(is_judged(kind) && (kind == FlowKind::carrier || of_icmp == is_icmp(protocol)), "kind");
  return kind;
}

// All of it but the kind.
void read_key(const Fields& fields, FlowKey& key) {
  key.low = read_end(fields.object("low"));
  key.high = read_end(fields.object("high"));
  fields.require(key.low <= key.high, "high");
  key.protocol = read_protocol_number(fields);
  fields.require(has_ports(key.protocol) || key.low.port + key.high.port == 0, "protocol");
  key.vlans = read_vlans(fields);
}

StreamHoles read_holes(const Fields& fields) {
  StreamHoles holes;
  fields.each_object("holes", StreamHoles::kMost, [&holes](const Fields& range) {
    StreamHole& hole = holes.holes[holes.count++];
    hole.begin = read_number(range, "begin");
    hole.end = read_number(range, "end");
  });
  holes.more = fields.flag("more_holes");
  holes.before = read_number(fields, "before");
  return holes;
}

std::optional<Side> read_side_or_null(const Fields& fields, const char* key) {
  if (fields.is_null(key)) return std::nullopt;
  return fields.one_of<Side>(key, kSideNames);
}

SideFacts read_side(const Fields& fields) {
  SideFacts side;
  side.packets = fields.count("packets");
  side.bytes = fields.count("bytes");
  fields.each_text("did", [&side](std::string_view word) {
    const auto* const deed = std::ranges::find(kSideEvents, word, &SideEvent::name);
    if (deed == kSideEvents.end()) return false;
    side.*(deed->done) = true;
    return true;
  });
  side.examined = static_cast<std::uint8_t>(fields.count("examined", kExaminedPackets));
  side.missed_bytes = fields.count("missed_bytes");
  if (fields.is_null("stream")) return side;
  const Fields stream = fields.object("stream");
  side.stream.acknowledged = read_number(stream, "acknowledged");
  if (stream.has("heard")) side.stream.heard = read_number(stream, "heard");
  side.stream.known = stream.has("first");
  fields.require(side.stream.known || side.stream.heard, "stream");
  if (!side.stream.known) return side;
  side.stream.first = read_number(stream, "first");
  side.stream.next = read_number(stream, "next");
  side.stream.holes = read_holes(stream);
  return side;
}

TunnelStack read_tunnels(const Fields& fields) {
  TunnelStack stack;
  fields.each_text("tunnel", [&stack](std::string_view word) {
    const auto layer = parse_tunnel_layer(word);
    if (!layer || stack.full()) return false;
    stack.push(*layer);
    return true;
  });
  return stack;
}

}  // namespace

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
  put_frame(line.json(), {facts.first_input, facts.first_frame});
  line->member("first_sender", kSideNames[index(facts.first_sender)]);
  put_side_or_null(line.json(), "initiator", facts.initiator);
  line->member("basis", basis_name(facts.basis));
  line->member("openings", facts.openings);
  line->member("broadcasts", name_of(facts.broadcasts));
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

Line read_loose(const Fields& fields) {
  LooseFlow flow;
  read_key(fields, flow.key);
  flow.key.kind = read_flow_kind(fields, flow.key.protocol);

  FlowFacts& facts = flow.facts;
  facts.first.nanoseconds = fields.nanoseconds("first");
  facts.last.nanoseconds = fields.nanoseconds("last");
  fields.require(facts.first <= facts.last, "last");
  const FrameRef frame = read_frame(fields);
  facts.first_input = frame.input;
  facts.first_frame = frame.number;
  facts.first_sender = fields.one_of<Side>("first_sender", kSideNames);
  facts.initiator = read_side_or_null(fields, "initiator");
  facts.basis = fields.one_of<DirectionBasis>("basis", kBasisNames);
  fields.require(facts.initiator.has_value() == is_firm(facts.basis), "basis");
  facts.openings = fields.count("openings", std::numeric_limits<std::uint32_t>::max());
  facts.broadcasts = fields.one_of<Broadcasts>("broadcasts", kBroadcastsNames);
  facts.application = read_application(fields);
  facts.asker = read_side_or_null(fields, "asker");
  facts.banners = read_applications(fields, "banners");
  facts.name_state = fields.one_of<NameState>("name_state", kNameStateNames);
  flow.name = read_given_name(fields, facts.name_state);
  facts.kinds = read_kinds(fields);
  facts.asked_port = read_port(fields, "asked_port");
  facts.tunnels = read_tunnels(fields);
  facts.side(Side::low) = read_side(fields.object("low_side"));
  facts.side(Side::high) = read_side(fields.object("high_side"));
  return flow;
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

Line read_fragment(const Fields& fields) {
  EdgeFragment fragment;
  fragment.source = fields.address("source");
  fragment.destination = fields.address("destination");
  fragment.protocol = read_protocol_number(fields);
  fragment.identification = read_number(fields, "identification");
  fragment.time.nanoseconds = fields.nanoseconds("time");
  fragment.input = read_number(fields, "input");
  fragment.frame = fields.count("number");
  fragment.bytes = read_number(fields, "bytes");
  if (fields.is_null("flow")) return fragment;
  const Fields flow = fields.object("flow");
  fragment.owner.emplace();
  read_key(flow, fragment.owner->flow);
  fragment.owner->sender = flow.one_of<Side>("sender", kSideNames);
  return fragment;
}

}  // namespace portproof::evidence_file
