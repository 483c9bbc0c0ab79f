#include "report/json_inputs.hpp"

#include "report/json_document.hpp"
#include "report/json_parts.hpp"

namespace portproof {
namespace {

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

}  // namespace

void write_accounting(JsonWriter& json, const Accounting& accounting) {
  json.begin_object();
  json.member("frames", accounting.frames);
  json.member("decoded", accounting.decoded);
  write_non_zero(json, "rejected", kRejectReasonNames, accounting.rejected);
  json.member("in_flows", accounting.in_flows);
  write_non_zero(json, "no_flow", kNoFlowReasonNames, accounting.no_flow);
  if (accounting.carriers > 0) {
    json.member("carriers", accounting.carriers);
    json.member("carrier_bytes", accounting.carrier_bytes);
  }
  json.member("flows_opened", accounting.flows_opened);
  write_non_zero(json, "flows_closed", kCloseReasonNames, accounting.flows_closed);
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

}  // namespace portproof
