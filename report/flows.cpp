#include "report/flows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "capture/evidence/community_id.hpp"
#include "capture/evidence/settle.hpp"
#include "report/report.hpp"
#include "report/table.hpp"
#include "report/wording.hpp"

namespace portproof {
namespace {

Duration timeout_for(const FlowTimeouts& timeouts, std::uint8_t protocol) {
  if (protocol == kProtocolTcp) return timeouts.tcp;
  return protocol == kProtocolUdp ? timeouts.udp : timeouts.others;
}

// Had the capture run for a flow timeout before the flow's first packet? Then that packet opened the flow.
bool capture_had_run(const FlowList& list, const LooseFlow& flow) {
  if (flow.facts.first_input >= list.inputs.size()) return false;
  const std::optional<Timestamp> begin = list.inputs[flow.facts.first_input].first;
  return begin && flow.facts.first - *begin >= timeout_for(list.timeouts, flow.key.protocol);
}

FlowLine line_of(const FlowList& list, const LooseFlow& flow);

// A line for packets whose ports, flags and messages were not seen. The initiator is chosen as for a protocol
// that has none of these.
FlowLine line_without_ports(const FlowList& list, LooseFlow flow) {
  constexpr std::uint8_t kReserved = 255;
  const std::uint8_t protocol = std::exchange(flow.key.protocol, kReserved);
  FlowLine line = line_of(list, flow);
  line.protocol = protocol;
  line.without_ports = true;
  line.community_id.reset();
  return line;
}

FlowLine line_of(const FlowList& list, const LooseFlow& flow) {
  const Orientation orientation = orient(flow.key, flow.facts, capture_had_run(list, flow), no_oracle);
  FlowLine line;
  line.initiator = flow.key.end(orientation.initiator);
  line.responder = flow.key.end(other(orientation.initiator));
  line.protocol = flow.key.protocol;
  line.packets = flow.facts.packets();
  line.bytes = flow.facts.bytes();
  line.missed_bytes = flow.facts.missed_bytes();
  line.first = flow.facts.first;
  line.last = flow.facts.last;
  line.state = state_of(flow, orientation.initiator);
  line.application = first_application(flow);
  line.later_applications = later_applications(flow);
  line.basis = orientation.basis;
  line.tunnels = flow.facts.tunnels;
  line.carrier = flow.key.kind == FlowKind::carrier;
  line.vlans = flow.key.vlans;
  line.community_id = community_id(flow.key, orientation.initiator);
  return line;
}

bool same_tuple(const FlowKey& left, const FlowKey& right) {
  return left.low == right.low && left.high == right.high && left.protocol == right.protocol &&
         left.vlans == right.vlans;
}

// "ica, then ssh".
std::string application_words(const FlowLine& line) {
  std::string words{name(line.application)};
  for (std::size_t later = 0; later < application_names().size(); ++later) {
    if (line.later_applications.test(later)) words += fmt::format(", then {}", application_names()[later]);
  }
  return words;
}

// Messages of ICMP that say nothing about who asks whom.
bool only_adds(FlowKind kind) {
  return kind == FlowKind::icmp_other || kind == FlowKind::icmp_error || kind == FlowKind::link_control;
}

std::string endpoint_words(const Endpoint& endpoint, const FlowLine& line) {
  std::string address = to_string(endpoint.address);
  if (line.without_ports || !has_ports(line.protocol)) return address;
  return endpoint.address.family == IpFamily::v6 ? fmt::format("[{}]:{}", address, endpoint.port)
                                                 : fmt::format("{}:{}", address, endpoint.port);
}

// Sorted by key, each key once. Stable: of inputs that begin a flow at the same time, the first one leads.
std::vector<LooseFlow> one_a_key(std::vector<LooseFlow> flows) {
  std::stable_sort(flows.begin(), flows.end(),
                   [](const LooseFlow& left, const LooseFlow& right) { return left.key < right.key; });
  std::vector<LooseFlow> joined;
  for (LooseFlow& flow : flows) {
    if (joined.empty() || joined.back().key != flow.key) {
      joined.push_back(std::move(flow));
    } else {
      join_flows(joined.back(), flow);
    }
  }
  return joined;
}

}  // namespace

std::string transport_of(const FlowLine& line) {
  return line.without_ports ? std::to_string(line.protocol) : transport_name(line.protocol);
}

FlowList put_together(std::vector<FlowListing> listings, const FlowTimeouts& timeouts) {
  FlowList list;
  list.timeouts = timeouts;
  const auto take = [](std::vector<LooseFlow>& from, std::uint32_t input, std::vector<LooseFlow>& to) {
    for (LooseFlow& flow : from) {
      flow.facts.first_input = input;
      to.push_back(std::move(flow));
    }
  };
  for (FlowListing& listing : listings) {
    const auto number = static_cast<std::uint32_t>(list.inputs.size());
    take(listing.flows, number, list.flows);
    take(listing.without_ports, number, list.without_ports);
    list.inputs.push_back(std::move(listing.input));
  }
  list.flows = one_a_key(std::move(list.flows));
  list.without_ports = one_a_key(std::move(list.without_ports));
  return list;
}

std::vector<FlowLine> flow_lines(const FlowList& list) {
  std::vector<FlowLine> lines;
  lines.reserve(list.flows.size() + list.without_ports.size());
  const FlowKey* before = nullptr;
  for (const LooseFlow& flow : list.flows) {
    const FlowLine line = line_of(list, flow);
    // Keys sort by kind last, echoes first: they show who asks whom, the other messages only add counts.
    if (before != nullptr && same_tuple(*before, flow.key) && only_adds(flow.key.kind)) {
      FlowLine& echoes = lines.back();
      echoes.packets += line.packets;
      echoes.bytes += line.bytes;
      echoes.first = std::min(echoes.first, line.first);
      echoes.last = std::max(echoes.last, line.last);
    } else {
      lines.push_back(line);
    }
    before = &flow.key;
  }
  for (const LooseFlow& flow : list.without_ports) lines.push_back(line_without_ports(list, flow));
  return lines;
}

void write_flows_text(const FlowList& list, int width, std::ostream& out) {
  const std::vector<FlowLine> lines = flow_lines(list);
  const std::vector<Column> columns{
      {"PROTO", Align::left, Shrink::never, 0},       {"INITIATOR", Align::left, Shrink::never, 0},
      {"RESPONDER", Align::left, Shrink::never, 0},   {"PACKETS", Align::right, Shrink::never, 0},
      {"BYTES", Align::right, Shrink::never, 3},      {"STATE", Align::left, Shrink::never, 1},
      {"APPLICATION", Align::left, Shrink::never, 2}, {"DIRECTION", Align::left, Shrink::never, 4},
      {"FIRST", Align::left, Shrink::never, 5},       {"LAST", Align::left, Shrink::never, 6}};
  const auto cells = [&lines](std::size_t index) -> std::vector<std::string> {
    const FlowLine& line = lines[index];
    return {transport_of(line),
            endpoint_words(line.initiator, line),
            endpoint_words(line.responder, line),
            std::to_string(line.packets),
            std::to_string(line.bytes),
            std::string(name(line.state)),
            application_words(line),
            std::string(name(line.basis)),
            to_string(line.first),
            to_string(line.last)};
  };
  TableOptions options;
  options.width = width;
  write_table(columns, lines.size(), cells, options, out);
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  for (const FlowLine& line : lines) {
    if (line.carrier) continue;  // what it carries counts
    packets += line.packets;
    bytes += line.bytes;
  }
  out << fmt::format("{}, {}, {}\n", count_words(lines.size(), "flow", "flows"),
                     count_words(packets, "packet", "packets"), count_words(bytes, "byte", "bytes"));
}

}  // namespace portproof
