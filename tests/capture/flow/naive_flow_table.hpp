// The flow table as one would explain it: an ordered map and no thought of speed. For tests only.
#pragma once

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "capture/identify/identify.hpp"
#include "tests/capture/flow/closed_flows.hpp"

namespace portproof::test {

class NaiveFlowTable {
 public:
  explicit NaiveFlowTable(const FlowTimeouts& timeouts) : timeouts_(timeouts) {}

  void observe(const Packet& packet, Timestamp now) {
    const KeyedSide keyed = key_of(packet);
    const bool syn = is_opening_syn(packet);
    const auto known = flows_.find(keyed.key);
    if (known != flows_.end() && !continues(timeouts_, packet.protocol, known->second.facts, now, syn)) {
      const bool silent = is_silent(known->second, now);
      close(known->second, silent ? own_reason(known->second.facts) : reason_of_end(known->second.facts));
      flows_.erase(known);
    }
    const bool is_new = !flows_.contains(keyed.key);
    Closed& flow = flows_[keyed.key];
    if (is_new) open(flow, keyed, packet, now);
    count(flow.facts, keyed.sender, packet, now);
    examine(flow, keyed.sender, packet);
    mark_quoted(packet, now);
  }

  void finish(Timestamp now) {
    for (auto& [key, flow] : flows_) {
      close(flow, is_silent(flow, now) ? own_reason(flow.facts) : CloseReason::end_of_capture);
    }
    flows_.clear();
  }

  ClosedFlows sink;

 private:
  static bool has(const Packet& packet, std::uint8_t flag) {
    return packet.protocol == kProtocolTcp && !packet.transport_cut && (packet.tcp_flags & flag) != 0;
  }
  static bool is_opening_syn(const Packet& packet) {
    return has(packet, kTcpSyn) && !has(packet, kTcpAck) && !has(packet, kTcpRst);
  }
  static bool is_syn_ack(const Packet& packet) {
    return has(packet, kTcpSyn) && has(packet, kTcpAck) && !has(packet, kTcpRst);
  }

  [[nodiscard]] bool is_silent(const Closed& flow, Timestamp now) const {
    return now - flow.facts.last > timeout_of(timeouts_, flow.key.protocol, flow.facts);
  }

  static CloseReason own_reason(const FlowFacts& facts) {
    if (facts.sides[0].rst || facts.sides[1].rst) return CloseReason::reset;
    return facts.sides[0].fin && facts.sides[1].fin ? CloseReason::fin : CloseReason::idle;
  }
  static CloseReason reason_of_end(const FlowFacts& facts) {
    return facts.sides[0].rst || facts.sides[1].rst ? CloseReason::reset : CloseReason::fin;
  }

  void close(Closed& flow, CloseReason reason) {
    flow.reason = reason;
    sink.flows.push_back(flow);
  }

  static void open(Closed& flow, const KeyedSide& keyed, const Packet& packet, Timestamp now) {
    flow.key = keyed.key;
    flow.facts.first = now;
    flow.facts.first_frame = packet.frame_number;
    flow.facts.first_sender = keyed.sender;
    flow.facts.tunnels = packet.tunnels;
    if (is_opening_syn(packet)) {
      flow.facts.initiator = keyed.sender;
      flow.facts.basis = DirectionBasis::syn;
      flow.facts.openings = 1;
    } else if (is_syn_ack(packet)) {
      flow.facts.initiator = other(keyed.sender);
      flow.facts.basis = DirectionBasis::syn_ack;
    } else if (packet.icmp == IcmpClass::echo_request) {
      flow.facts.initiator = keyed.sender;
      flow.facts.basis = DirectionBasis::icmp;
    } else if (packet.icmp == IcmpClass::echo_reply) {
      flow.facts.initiator = other(keyed.sender);
      flow.facts.basis = DirectionBasis::icmp;
    }
  }

  static void count(FlowFacts& facts, Side sender, const Packet& packet, Timestamp now) {
    SideFacts& side = facts.side(sender);
    const bool rst = has(packet, kTcpRst);
    facts.last = now;
    ++side.packets;
    side.bytes += packet.wire_length;
    side.syn |= is_opening_syn(packet);
    side.syn_ack |= is_syn_ack(packet);
    side.ack |= has(packet, kTcpAck) && !has(packet, kTcpSyn) && !rst;
    side.fin |= has(packet, kTcpFin);
    side.rst |= rst;
    side.data |= packet.payload_length > 0 && !rst && !packet.transport_cut;
    facts.broadcast |= packet.broadcast_frame;
  }

  static void examine(Closed& flow, Side sender, const Packet& packet) {
    SideFacts& side = flow.facts.side(sender);
    const bool known = flow.facts.application != Application::unknown;
    if (packet.payload.empty() || known || side.examined >= kExaminedPackets) return;
    const Recognition found = identify({packet.protocol, packet.payload, packet.payload_length});
    ++side.examined;
    if (found.application == Application::unknown) {
      if (!found.more_may_tell) side.examined = kExaminedPackets;
      return;
    }
    flow.facts.application = found.application;
    flow.facts.name_state = found.name_state;
    flow.facts.kinds = found.kinds;
    side.told = true;
    if (found.speaker != Speaker::unknown && !flow.facts.initiator && flow.key.protocol != kProtocolTcp) {
      flow.facts.initiator = found.speaker == Speaker::asks ? sender : other(sender);
      flow.facts.basis = DirectionBasis::request;
    }
    if (found.name_state != NameState::given) return;
    std::array<char, 256> buffer;
    flow.name = normalise_name(found.name, buffer);
    if (flow.name.empty()) flow.facts.name_state = NameState::absent;
  }

  void mark_quoted(const Packet& error, Timestamp now) {
    const QuotedPacket& quoted = error.quoted;
    if (!quoted.present || !quoted.refused) return;
    Packet packet;
    packet.source = quoted.source;
    packet.destination = quoted.destination;
    packet.source_port = quoted.source_port;
    packet.destination_port = quoted.destination_port;
    packet.protocol = quoted.protocol;
    packet.vlans = error.vlans;
    KeyedSide keyed = key_of(packet);
    keyed.key.kind = FlowKind::plain;
    const auto known = flows_.find(keyed.key);
    if (known == flows_.end() || is_silent(known->second, now)) return;
    known->second.facts.side(keyed.sender).icmp_refused = true;
  }

  FlowTimeouts timeouts_;
  std::map<FlowKey, Closed> flows_;
};

}  // namespace portproof::test
