// The list of flows: what was decoded, before any judgement. As a table, or as one JSON object per line.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "capture/evidence/flow_listing.hpp"

namespace portproof {

// The flows of one or several inputs.
struct FlowList {
  std::vector<Input> inputs;
  std::vector<LooseFlow> flows;          // one per key, sorted by key
  std::vector<LooseFlow> without_ports;  // likewise: FlowListing::without_ports
  FlowTimeouts timeouts;
};

// Merges the listings of several inputs. Flows with the same 5-tuple become one, wherever they were seen;
// their `first_input` then is an index into `inputs`, which keeps the order of `listings`.
FlowList put_together(std::vector<FlowListing> listings, const FlowTimeouts& timeouts);

// What one line says about a flow. The echoes that one host asks of another are a line, which also counts the
// other ICMP messages between the two. Packets whose ports are unknown have separate lines, after the others.
struct FlowLine {
  Endpoint initiator;
  Endpoint responder;
  std::uint8_t protocol{0};
  bool without_ports{false};  // the protocol may have ports, but these packets do not show them
  bool carrier{false};        // packets of a tunnel, whose contents have lines of their own
  std::uint64_t packets{0};
  std::uint64_t bytes{0};
  std::uint64_t missed_bytes{0};  // as in FlowFacts
  Timestamp first;
  Timestamp last;
  FlowState state{FlowState::one_way};
  Application application{kUnknownApplication};
  ApplicationSet later_applications;
  DirectionBasis basis{DirectionBasis::first_packet};
  TunnelStack tunnels;     // the tunnels that carried the first packet
  std::uint32_t vlans{0};  // FlowKey::vlans
  std::optional<std::string> community_id;
};

// "tcp" and the like; the IP protocol number as text if it has no name here, or if the ports are unknown.
std::string transport_of(const FlowLine& line);

std::vector<FlowLine> flow_lines(const FlowList& list);

// One object per line, documented in docs/reference/report-json.md.
void write_flows_ndjson(const FlowList& list, std::ostream& out);

// A table that fits `width` as far as its addresses allow, then a line of totals.
void write_flows_text(const FlowList& list, int width, std::ostream& out);

}  // namespace portproof
