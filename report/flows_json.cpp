#include "report/flows.hpp"
#include "report/json_writer.hpp"
#include "report/report.hpp"

namespace portproof {
namespace {

Json end_of(const Endpoint& endpoint) {
  return {{"address", to_string(endpoint.address)}, {"port", endpoint.port}};
}

Json words_of(const TunnelStack& tunnels) {
  Json words = Json::array();
  for (const TunnelLayer& layer : tunnels) words.push_back(to_string(layer));
  return words;
}

// The ids of the frame's tags, outermost first.
Json vlan_ids(std::uint32_t vlans) {
  Json ids = Json::array({vlans >> 12U});
  if ((vlans & 0xfffU) != 0) ids.push_back(vlans & 0xfffU);
  return ids;
}

}  // namespace

void write_flows_ndjson(const FlowList& list, std::ostream& out) {
  for (const FlowLine& line : flow_lines(list)) {
    Json object = {{"transport", transport_of(line)},
                   {"initiator", end_of(line.initiator)},
                   {"responder", end_of(line.responder)},
                   {"packets", line.packets},
                   {"bytes", line.bytes},
                   {"missed_bytes", line.missed_bytes},
                   {"first", to_string(line.first)},
                   {"last", to_string(line.last)},
                   {"state", name(line.state)},
                   {"application", name(line.application)},
                   {"direction_basis", name(line.basis)},
                   {"tunnel", words_of(line.tunnels)},
                   {"community_id", nullptr}};
    if (line.community_id) object["community_id"] = *line.community_id;
    if (line.vlans != 0) object["vlan"] = vlan_ids(line.vlans);
    out << to_line(object) << '\n';
  }
}

}  // namespace portproof
