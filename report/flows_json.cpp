#include <ostream>

#include "capture/base/json_writer.hpp"
#include "report/flows.hpp"
#include "report/report.hpp"

namespace portproof {
namespace {

void write_end(JsonWriter& json, std::string_view key, const Endpoint& endpoint) {
  json.key(key);
  json.begin_object();
  json.member("address", to_string(endpoint.address));
  json.member("port", endpoint.port);
  json.end_object();
}

void write_tunnels(JsonWriter& json, const TunnelStack& tunnels) {
  json.key("tunnel");
  json.begin_array();
  for (const TunnelLayer& layer : tunnels) json.value(to_string(layer));
  json.end_array();
}

// The VLAN ids of the frame's tags, outermost first.
void write_vlans(JsonWriter& json, std::uint32_t vlans) {
  json.key("vlan");
  json.begin_array();
  json.value(vlans >> 12U);
  if ((vlans & 0xfffU) != 0) json.value(vlans & 0xfffU);
  json.end_array();
}

void write_later_applications(JsonWriter& json, const ApplicationSet& applications) {
  json.key("later_applications");
  json.begin_array();
  for (std::size_t application = 0; application < application_names().size(); ++application) {
    if (applications.test(application)) json.value(application_names()[application]);
  }
  json.end_array();
}

void write_line(JsonWriter& json, const FlowLine& line) {
  json.begin_object();
  json.member("transport", transport_of(line));
  write_end(json, "initiator", line.initiator);
  write_end(json, "responder", line.responder);
  json.member("packets", line.packets);
  json.member("bytes", line.bytes);
  json.member("missed_bytes", line.missed_bytes);
  json.member("first", to_string(line.first));
  json.member("last", to_string(line.last));
  json.member("state", name(line.state));
  json.member("application", name(line.application));
  if (line.later_applications.any()) write_later_applications(json, line.later_applications);
  json.member("direction_basis", name(line.basis));
  write_tunnels(json, line.tunnels);
  if (line.carrier) json.member("carrier", true);
  json.member("community_id", line.community_id);
  if (line.vlans != 0) write_vlans(json, line.vlans);
  json.end_object();
}

}  // namespace

void write_flows_ndjson(const FlowList& list, std::ostream& out) {
  std::string text;
  for (const FlowLine& line : flow_lines(list)) {
    text.clear();
    JsonWriter json(text);
    write_line(json, line);
    out << text << '\n';
  }
}

}  // namespace portproof
