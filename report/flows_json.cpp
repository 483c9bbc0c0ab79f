#include "report/flows.hpp"
#include "report/json_writer.hpp"
#include "report/report.hpp"

namespace portproof {
namespace {

Json end_of(const Endpoint& endpoint) {
  return {{"address", to_string(endpoint.address)}, {"port", endpoint.port}};
}

}  // namespace

void write_flows_ndjson(const FlowList& list, std::ostream& out) {
  for (const FlowLine& line : flow_lines(list)) {
    const Json object = {{"transport", transport_name(line.protocol)},
                         {"initiator", end_of(line.initiator)},
                         {"responder", end_of(line.responder)},
                         {"packets", line.packets},
                         {"bytes", line.bytes},
                         {"first", to_string(line.first)},
                         {"last", to_string(line.last)},
                         {"state", name(line.state)},
                         {"application", name(line.application)},
                         {"direction_basis", name(line.basis)},
                         {"tunnel", Json::array()},
                         {"community_id", nullptr}};
    out << to_line(object) << '\n';
  }
}

}  // namespace portproof
