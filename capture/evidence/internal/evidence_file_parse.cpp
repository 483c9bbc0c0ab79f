#include <tuple>

#include "capture/evidence/evidence_file.hpp"
#include "capture/evidence/evidence_file_lines.hpp"
#include "capture/evidence/internal/evidence_fields.hpp"
#include "capture/identify/identify.hpp"

namespace portproof::evidence_file {
namespace {

template <std::size_t Size>
std::array<std::uint64_t, Size> counts(const Fields& fields,
                                       const std::array<std::string_view, Size>& names) {
  std::array<std::uint64_t, Size> values{};
  for (std::size_t index = 0; index < Size; ++index)
    values[index] = fields.count(std::string{names[index]}.c_str());
  return values;
}

FrameRef frame_ref(const Fields& fields) {
  const auto input = fields.count("input", std::numeric_limits<std::uint32_t>::max());
  return {static_cast<std::uint32_t>(input), fields.count("number")};
}

std::uint16_t port(const Fields& fields) {
  return static_cast<std::uint16_t>(fields.count("port", 0xffff));
}

std::uint8_t read_protocol_number(const Fields& fields, const char* key = "protocol") {
  return static_cast<std::uint8_t>(fields.count(key, 0xff));
}

// The kind of a conversation: echoes are plain, other messages of ICMP are not.
FlowKind read_conversation_kind(const Fields& fields, std::uint8_t protocol, const char* key) {
  const auto kind = fields.one_of<FlowKind>(key, kFlowKindNames);
  const bool right = kind == FlowKind::plain || (kind == FlowKind::icmp_other && is_icmp(protocol));
  fields.require(right, key);
  return kind;
}

// The kind of a flow: ICMP says which message it is, everything else is plain or a carrier.
FlowKind read_flow_kind(const Fields& fields, std::uint8_t protocol) {
  const auto kind = fields.one_of<FlowKind>("kind", kFlowKindNames);
  const bool of_icmp =
      kind == FlowKind::echo_of_low || kind == FlowKind::echo_of_high || kind == FlowKind::icmp_other;
  fields.require(is_judged(kind) && (kind == FlowKind::carrier || of_icmp == is_icmp(protocol)), "kind");
  return kind;
}

// A name stands exactly where the state says so, and in the form in which names are kept.
std::string given_name(const Fields& fields, NameState state) {
  const std::string name = fields.text("name");
  std::array<char, 256> buffer;
  const bool right =
      state == NameState::given ? !name.empty() && normalise_name(name, buffer) == name : name.empty();
  fields.require(right, "name");
  return name;
}

Line read_head(const Fields& fields) {
  fields.require(fields.text("schema") == kEvidenceSchema, "schema");
  const Fields timeouts = fields.object("timeouts");
  HeadLine head;
  FlowTimeouts& known = head.settings.timeouts;
  known.tcp.nanoseconds = timeouts.nanoseconds("tcp");
  known.tcp_closed.nanoseconds = timeouts.nanoseconds("tcp_closed");
  known.udp.nanoseconds = timeouts.nanoseconds("udp");
  known.others.nanoseconds = timeouts.nanoseconds("others");
  DecodeOptions& decode = head.settings.decode;
  decode.peel_tunnels = !fields.flag("keep_tunnels");
  if (!fields.is_null("tunnel_depth")) {
    decode.max_tunnels = static_cast<int>(fields.count("tunnel_depth", kMaxLayers));
  }
  decode.key_vlan = fields.flag("key_vlan");
  std::uint64_t before = 0;
  for (const Json& port : fields.array("vxlan_ports")) {
    const bool is_next = port.is_number_unsigned() && port.get<std::uint64_t>() > before &&
                         port.get<std::uint64_t>() <= 0xffff;
    fields.require(is_next, "vxlan_ports");
    if (!is_next) break;
    before = port.get<std::uint64_t>();
    fields.require(decode.tunnel_ports.add_vxlan(static_cast<std::uint16_t>(before)), "vxlan_ports");
  }
  return head;
}

Accounting read_accounting(const Fields& fields) {
  Accounting accounting;
  accounting.frames = fields.count("frames");
  accounting.decoded = fields.count("decoded");
  accounting.in_flows = fields.count("in_flows");
  accounting.carriers = fields.count("carriers");
  accounting.carrier_bytes = fields.count("carrier_bytes");
  accounting.rejected = counts(fields.object("rejected"), kRejectReasonNames);
  accounting.no_flow = counts(fields.object("no_flow"), kNoFlowReasonNames);
  accounting.flows_opened = fields.count("flows_opened");
  accounting.flows_closed = counts(fields.object("flows_closed"), kCloseReasonNames);
  return accounting;
}

UnreadCount read_unread_line(const Fields& fields) {
  UnreadCount line;
  const auto kind = parse_unread_kind(fields.text("kind"));
  fields.require(kind.has_value(), "kind");
  line.kind = kind.value_or(UnreadKind::unknown_content);
  if (fields.has("number")) {
    fields.require(!row_of(line.kind).number.empty(), "number");
    line.number = static_cast<std::uint32_t>(fields.count("number", 0xffffffff));
  }
  line.count = fields.count("count");
  fields.require(line.count > 0, "count");
  line.first_frame = fields.count("first_frame");
  return line;
}

// Sorted, each line once; the sums are the gaps that it feeds.
std::vector<UnreadCount> read_unread(const Fields& fields, const Gaps& gaps, std::string& fault) {
  std::vector<UnreadCount> unread;
  std::array<std::uint64_t, 2> sums{};
  for (const Json& item : fields.array("unread")) {
    fields.require(item.is_object() && unread.size() < UnreadInventory::kMostLines, "unread");
    if (!fault.empty()) return unread;
    const UnreadCount line = read_unread_line(Fields(item, fault));
    const UnreadCount before = unread.empty() ? UnreadCount{} : unread.back();
    fields.require(std::tie(before.kind, before.number) < std::tie(line.kind, line.number), "unread");
    std::uint64_t& sum = sums[static_cast<std::size_t>(row_of(line.kind).gap)];
    fields.require(!__builtin_add_overflow(sum, line.count, &sum), "unread");
    unread.push_back(line);
  }
  fields.require(!unread.empty() && sums[0] == gaps.undecoded && sums[1] == gaps.snapped_headers, "unread");
  return unread;
}

Line read_input(const Fields& fields, std::string& fault) {
  Input input;
  input.path = fields.text("path");
  input.format = fields.text("format");
  input.sha256 = fields.text("sha256");
  input.bytes = fields.count("bytes");
  input.wire_bytes = fields.count("wire_bytes");
  input.first = fields.time_or_null("first");
  input.last = fields.time_or_null("last");
  fields.require(input.first.has_value() == input.last.has_value() && input.first <= input.last, "last");
  for (const Json& type : fields.array("link_types")) {
    const bool fits = type.is_number_unsigned() && type.get<std::uint64_t>() <= 0xffff;
    fields.require(fits, "link_types");
    if (fits) input.link_types.push_back(type.get<LinkType>());
  }
  input.error = fields.text("error");
  input.accounting = read_accounting(fields.object("accounting"));
  fields.require(input.accounting.balanced(), "accounting");
  const Fields gaps = fields.object("gaps");
  for (const Gap& gap : kGaps) input.gaps.*gap.count = gaps.count(std::string{gap.name}.c_str());
  if (fields.has("filter")) {
    input.filter = fields.text("filter");
    fields.require(!input.filter.empty(), "filter");
    input.filtered_out = fields.count("filtered_out");
  }
  if (fields.has("kernel_filter")) {
    input.kernel_filter = fields.text("kernel_filter");
    fields.require(!input.kernel_filter.empty(), "kernel_filter");
  }
  if (fields.has("unread")) input.unread = read_unread(fields, input.gaps, fault);
  return input;
}

HttpKinds read_kinds(const Fields& fields) {
  HttpKinds kinds;
  for (const Json& word : fields.array("kinds")) {
    const auto kind = word.is_string() ? parse_http_kind(word.get_ref<const std::string&>()) : std::nullopt;
    fields.require(kind.has_value(), "kinds");
    if (kind) kinds.set(static_cast<std::size_t>(*kind));
  }
  return kinds;
}

Application read_application(const Fields& fields) {
  const auto application = parse_application(fields.text("application"));
  fields.require(application.has_value(), "application");
  return application.value_or(kUnknownApplication);
}

// A list that is left out if it is empty.
ApplicationSet read_applications(const Fields& fields, const char* key) {
  ApplicationSet applications;
  if (!fields.has(key)) return applications;
  for (const Json& word : fields.array(key)) {
    const auto application =
        word.is_string() ? parse_application(word.get_ref<const std::string&>()) : std::nullopt;
    const bool right = application && is_identified(*application);
    fields.require(right, key);
    if (right) applications.set(static_cast<std::size_t>(*application));
  }
  return applications;
}

// What conversations and records of attempts have in common.
ConversationFacts read_traffic(const Fields& fields) {
  ConversationFacts facts;
  facts.sessions = fields.count("sessions");
  facts.flows = fields.count("flows");
  facts.packets = fields.count("packets");
  facts.bytes = fields.count("bytes");
  facts.first.nanoseconds = fields.nanoseconds("first");
  facts.last.nanoseconds = fields.nanoseconds("last");
  fields.require(facts.first <= facts.last, "last");
  facts.first_frame = frame_ref(fields.object("first_frame"));
  facts.state = fields.one_of<FlowState>("state", kFlowStateNames);
  facts.basis = fields.one_of<DirectionBasis>("basis", kBasisNames);
  facts.carries = fields.flag("carries");
  facts.broadcasts = fields.one_of<Broadcasts>("broadcasts", kBroadcastsNames);
  facts.missed_bytes = fields.count("missed_bytes");
  return facts;
}

Line read_conversation(const Fields& fields) {
  ConversationLine line;
  ConversationKey& key = line.key;
  key.initiator = fields.address("initiator");
  key.responder = fields.address("responder");
  key.protocol = read_protocol_number(fields);
  key.kind = read_conversation_kind(fields, key.protocol, "kind");
  key.port = port(fields);
  fields.require(key.port == 0 || has_ports(key.protocol), "port");
  key.application = read_application(fields);
  key.name_state = fields.one_of<NameState>("name_state", kNameStateNames);
  key.name = given_name(fields, key.name_state);

  ConversationFacts& facts = line.facts;
  facts = read_traffic(fields);
  facts.answered = fields.flag("answered");
  facts.kinds = read_kinds(fields);
  facts.later_applications = read_applications(fields, "later_applications");
  const bool right = !facts.later_applications.test(static_cast<std::size_t>(key.application)) &&
                     (is_identified(key.application) || facts.later_applications.none());
  fields.require(right, "later_applications");
  return line;
}

Endpoint read_end(const Fields& fields) {
  return {fields.address("address"), port(fields)};
}

StreamHoles read_holes(const Fields& fields, std::string& fault) {
  StreamHoles holes;
  for (const Json& item : fields.array("holes")) {
    fields.require(item.is_object() && holes.count < StreamHoles::kMost, "holes");
    if (!fault.empty()) return {};
    const Fields range(item, fault);
    StreamHole& hole = holes.holes[holes.count++];
    hole.begin = static_cast<std::uint32_t>(range.count("begin", 0xffffffff));
    hole.end = static_cast<std::uint32_t>(range.count("end", 0xffffffff));
  }
  holes.more = fields.flag("more_holes");
  holes.before = static_cast<std::uint32_t>(fields.count("before", 0xffffffff));
  return holes;
}

std::optional<Side> read_side_or_null(const Fields& fields, const char* key) {
  if (fields.is_null(key)) return std::nullopt;
  return fields.one_of<Side>(key, kSideNames);
}

SideFacts read_side(const Fields& fields, std::string& fault) {
  SideFacts side;
  side.packets = fields.count("packets");
  side.bytes = fields.count("bytes");
  for (const Json& deed : fields.array("did")) {
    bool known = false;
    for (const SideEvent& candidate : kSideEvents) {
      if (!deed.is_string() || deed.get_ref<const std::string&>() != candidate.name) continue;
      side.*candidate.done = true;
      known = true;
    }
    fields.require(known, "did");
  }
  side.examined = static_cast<std::uint8_t>(fields.count("examined", kExaminedPackets));
  side.missed_bytes = fields.count("missed_bytes");
  if (fields.is_null("stream")) return side;
  const Fields stream = fields.object("stream");
  const auto sequence = [&stream](const char* key) {
    return static_cast<std::uint32_t>(stream.count(key, 0xffffffff));
  };
  side.stream = {true, sequence("first"), sequence("next"), sequence("acknowledged"), {}};
  side.stream.holes = read_holes(stream, fault);
  return side;
}

TunnelStack read_tunnels(const Fields& fields) {
  TunnelStack stack;
  for (const Json& word : fields.array("tunnel")) {
    const auto layer =
        word.is_string() ? parse_tunnel_layer(word.get_ref<const std::string&>()) : std::nullopt;
    fields.require(layer.has_value() && !stack.full(), "tunnel");
    if (layer) stack.push(*layer);
  }
  return stack;
}

Line read_loose(const Fields& fields, std::string& fault) {
  LooseFlow flow;
  flow.key.low = read_end(fields.object("low"));
  flow.key.high = read_end(fields.object("high"));
  fields.require(flow.key.low <= flow.key.high, "high");
  flow.key.protocol = read_protocol_number(fields);
  flow.key.kind = read_flow_kind(fields, flow.key.protocol);
  fields.require(has_ports(flow.key.protocol) || flow.key.low.port + flow.key.high.port == 0, "protocol");

  flow.key.vlans = static_cast<std::uint32_t>(fields.count("vlans", 0xffffff));

  FlowFacts& facts = flow.facts;
  facts.first.nanoseconds = fields.nanoseconds("first");
  facts.last.nanoseconds = fields.nanoseconds("last");
  fields.require(facts.first <= facts.last, "last");
  const FrameRef frame = frame_ref(fields.object("first_frame"));
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
  flow.name = given_name(fields, facts.name_state);
  facts.kinds = read_kinds(fields);
  facts.asked_port = static_cast<std::uint16_t>(fields.count("asked_port", 0xffff));
  facts.tunnels = read_tunnels(fields);
  facts.side(Side::low) = read_side(fields.object("low_side"), fault);
  facts.side(Side::high) = read_side(fields.object("high_side"), fault);
  return flow;
}

// The ends, transport and VLANs of a flow.
void read_key(const Fields& fields, FlowKey& key) {
  key.low = read_end(fields.object("low"));
  key.high = read_end(fields.object("high"));
  fields.require(key.low <= key.high, "high");
  key.protocol = static_cast<std::uint8_t>(fields.count("protocol", 0xff));
  fields.require(has_ports(key.protocol) || key.low.port + key.high.port == 0, "protocol");
  key.vlans = static_cast<std::uint32_t>(fields.count("vlans", 0xffffff));
}

Line read_fragment(const Fields& fields) {
  EdgeFragment fragment;
  fragment.source = fields.address("source");
  fragment.destination = fields.address("destination");
  fragment.protocol = static_cast<std::uint8_t>(fields.count("protocol", 0xff));
  fragment.identification = static_cast<std::uint32_t>(fields.count("identification", 0xffffffff));
  fragment.time.nanoseconds = fields.nanoseconds("time");
  fragment.input = static_cast<std::uint32_t>(fields.count("input", 0xffffffff));
  fragment.frame = fields.count("number");
  fragment.bytes = static_cast<std::uint32_t>(fields.count("bytes", 0xffffffff));
  if (fields.is_null("flow")) return fragment;
  const Fields flow = fields.object("flow");
  fragment.owner.emplace();
  read_key(flow, fragment.owner->flow);
  fragment.owner->sender = flow.one_of<Side>("sender", kSideNames);
  return fragment;
}

void read_examples(const Fields& fields, AttemptsKind kind, Attempts& attempts, std::string& fault) {
  for (const Json& item : fields.array("examples")) {
    fields.require(item.is_object() && attempts.examples.size() < kAttemptExamples, "examples");
    if (!fault.empty()) return;
    const Fields said(item, fault);
    AttemptExample example;
    example.initiator = said.address("initiator");
    example.responder = said.address("responder");
    example.first_port = static_cast<std::uint16_t>(said.count("first_port", 0xffff));
    example.last_port = static_cast<std::uint16_t>(said.count("last_port", 0xffff));
    const IpAddress& end = kind == AttemptsKind::scan ? example.responder : example.initiator;
    const bool in_order = attempts.examples.empty() || attempts.examples.rbegin()->first < end;
    fields.require(in_order && example.first_port <= example.last_port, "examples");
    attempts.examples.emplace(end, example);
  }
}

Line read_attempts(const Fields& fields, std::string& fault) {
  AttemptsLine line;
  AttemptsKey& key = line.key;
  key.kind = fields.one_of<AttemptsKind>("kind", kAttemptsKindNames);
  key.address = fields.address("address");
  key.protocol = read_protocol_number(fields);
  key.port = port(fields);
  fields.require(key.port == 0 || key.kind == AttemptsKind::flood, "port");
  key.traffic = read_conversation_kind(fields, key.protocol, "traffic");
  Attempts& attempts = line.attempts;
  attempts.conversations = fields.count("conversations");
  fields.require(attempts.conversations > 0, "conversations");
  ConversationFacts& facts = attempts.facts;
  facts = read_traffic(fields);
  attempts.first_port = static_cast<std::uint16_t>(fields.count("first_port", 0xffff));
  attempts.last_port = static_cast<std::uint16_t>(fields.count("last_port", 0xffff));
  fields.require(attempts.first_port <= attempts.last_port, "last_port");
  read_examples(fields, key.kind, attempts, fault);
  fields.require(!attempts.examples.empty(), "examples");
  attempts.more_ends = fields.flag("more_ends");
  return line;
}

Line read_name(const Fields& fields) {
  NameLine line;
  line.key.address = fields.address("address");
  line.key.name = given_name(fields, NameState::given);
  line.key.source = fields.one_of<NameSource>("source", kNameSourceNames);
  line.interval.first.nanoseconds = fields.nanoseconds("first");
  line.interval.until.nanoseconds = fields.nanoseconds("until");
  fields.require(line.interval.first <= line.interval.until, "until");
  return line;
}

Line read_station(const Fields& fields) {
  StationLine line;
  line.address = fields.address("address");
  const auto mac = parse_mac_address(fields.text("mac"));
  fields.require(mac.has_value(), "mac");
  line.station.mac = mac.value_or(MacAddress{});
  line.station.vlans = static_cast<std::uint32_t>(fields.count("vlans", 0xffffff));
  line.span.first.nanoseconds = fields.nanoseconds("first");
  line.span.last.nanoseconds = fields.nanoseconds("last");
  fields.require(line.span.first <= line.span.last, "last");
  return line;
}

Line read_protocol(const Fields& fields) {
  ProtocolLine line;
  line.protocol = fields.text("protocol");
  ProtocolCount& count = line.count;
  count.packets = fields.count("packets");
  count.bytes = fields.count("bytes");
  for (const Json& word : fields.array("hosts")) {
    const auto host = word.is_string() ? parse_ip_address(word.get_ref<const std::string&>()) : std::nullopt;
    const bool in_order = host && (count.hosts.empty() || count.hosts.back() < *host);
    fields.require(in_order && count.hosts.size() < ProtocolCount::kMostHosts, "hosts");
    if (!in_order) break;
    count.hosts.push_back(*host);
  }
  count.more_hosts = fields.flag("more_hosts");
  return line;
}

Line read_stray_error(const Fields& fields) {
  StrayErrorLine line;
  StrayErrorKey& key = line.key;
  key.sender = fields.address("sender");
  key.receiver = fields.address("receiver");
  key.protocol = read_protocol_number(fields);
  fields.require(is_icmp(key.protocol), "protocol");
  key.quoted_source = read_end(fields.object("quoted_source"));
  key.quoted_destination = read_end(fields.object("quoted_destination"));
  key.quoted_protocol = read_protocol_number(fields, "quoted_protocol");
  key.quoted_kind = read_conversation_kind(fields, key.quoted_protocol, "quoted_kind");
  StrayErrorFacts& facts = line.facts;
  facts.packets = fields.count("packets");
  fields.require(facts.packets > 0, "packets");
  facts.first.nanoseconds = fields.nanoseconds("first");
  facts.last.nanoseconds = fields.nanoseconds("last");
  fields.require(facts.first <= facts.last, "last");
  facts.first_frame = frame_ref(fields.object("first_frame"));
  return line;
}

Line read_limit(const Fields& fields) {
  const auto limit = parse_limit(fields.text("limit"));
  fields.require(limit.has_value(), "limit");
  const std::uint64_t hits = fields.count("hits");
  fields.require(hits > 0, "hits");
  return LimitLine{limit.value_or(Limit{}), hits};
}

Line read_line(LineType type, const Fields& fields, std::string& fault) {
  switch (type) {
    case LineType::evidence:
      return read_head(fields);
    case LineType::input:
      return read_input(fields, fault);
    case LineType::conversation:
      return read_conversation(fields);
    case LineType::loose:
      return read_loose(fields, fault);
    case LineType::fragment:
      return read_fragment(fields);
    case LineType::attempts:
      return read_attempts(fields, fault);
    case LineType::name:
      return read_name(fields);
    case LineType::station:
      return read_station(fields);
    case LineType::protocol:
      return read_protocol(fields);
    case LineType::stray_error:
      return read_stray_error(fields);
    case LineType::limit:
      return read_limit(fields);
    case LineType::end:
      break;
  }
  fields.require(false, "type");
  return HeadLine{};
}

}  // namespace

tl::expected<Line, std::string> parse_line(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return tl::unexpected<std::string>("this is not a JSON object");
  std::string fault;
  const Fields fields(json, fault);
  const auto type = fields.one_of<LineType>("type", kLineTypeNames);
  if (fault.empty()) {
    Line line = read_line(type, fields, fault);
    if (fault.empty()) return line;
  }
  return tl::unexpected<std::string>(fault);
}

}  // namespace portproof::evidence_file
