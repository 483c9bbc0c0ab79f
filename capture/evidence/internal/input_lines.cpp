#include <array>
#include <optional>
#include <tuple>
#include <vector>

#include "capture/evidence/evidence_file.hpp"
#include "capture/evidence/internal/evidence_line.hpp"
#include "capture/evidence/internal/evidence_values.hpp"

namespace portproof::evidence_file {
namespace {

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

template <std::size_t Size>
std::array<std::uint64_t, Size> counts(const Fields& fields,
                                       const std::array<std::string_view, Size>& names) {
  std::array<std::uint64_t, Size> values{};
  for (std::size_t index = 0; index < Size; ++index)
    values[index] = fields.count(std::string{names[index]}.c_str());
  return values;
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
    line.number = read_number(fields, "number");
  }
  line.count = fields.count("count");
  fields.require(line.count > 0, "count");
  line.first_frame = fields.count("first_frame");
  return line;
}

// Sorted, each line once; the sums are the gaps that it feeds.
std::vector<UnreadCount> read_unread(const Fields& fields, const Gaps& gaps) {
  std::vector<UnreadCount> unread;
  std::array<std::uint64_t, 2> sums{};
  fields.each_object("unread", UnreadInventory::kMostLines, [&](const Fields& item) {
    const UnreadCount line = read_unread_line(item);
    const UnreadCount before = unread.empty() ? UnreadCount{} : unread.back();
    fields.require(std::tie(before.kind, before.number) < std::tie(line.kind, line.number), "unread");
    std::uint64_t& sum = sums[static_cast<std::size_t>(row_of(line.kind).gap)];
    fields.require(!__builtin_add_overflow(sum, line.count, &sum), "unread");
    unread.push_back(line);
  });
  fields.require(!unread.empty() && sums[0] == gaps.undecoded && sums[1] == gaps.snapped_headers, "unread");
  return unread;
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

Line read_input(const Fields& fields) {
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
  if (fields.has("unread")) input.unread = read_unread(fields, input.gaps);
  return input;
}

}  // namespace portproof::evidence_file
