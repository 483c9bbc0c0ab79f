#include "tests/simple/simple_flows.hpp"

#include <algorithm>
#include <utility>

#include "capture/base/applications.hpp"
#include "capture/flow/checksum.hpp"
#include "capture/flow/duplicates.hpp"
#include "capture/identify/banner.hpp"

namespace portproof::test {
namespace {

constexpr Duration kAnswerWithin = seconds(10);
constexpr std::uint16_t kTftp = 69;
constexpr std::uint32_t kLongestFrame = 1526;

bool has(const Packet& packet, std::uint8_t flag) {
  return packet.protocol == kProtocolTcp && !packet.transport_cut && (packet.tcp_flags & flag) != 0;
}
bool is_opening_syn(const Packet& packet) {
  return has(packet, kTcpSyn) && !has(packet, kTcpAck) && !has(packet, kTcpRst);
}
bool is_syn_ack(const Packet& packet) {
  return has(packet, kTcpSyn) && has(packet, kTcpAck) && !has(packet, kTcpRst);
}
// Echoes belong to the end that sends the requests.
FlowKind echo_of(Side asking) {
  return asking == Side::low ? FlowKind::echo_of_low : FlowKind::echo_of_high;
}
FlowKind kind_of_icmp(IcmpClass icmp, Side sender) {
  if (icmp == IcmpClass::echo_request) return echo_of(sender);
  if (icmp == IcmpClass::echo_reply) return echo_of(other(sender));
  return icmp == IcmpClass::error ? FlowKind::icmp_error : FlowKind::icmp_other;
}
bool was_reset(const FlowFacts& facts) {
  return facts.sides[0].rst || facts.sides[1].rst;
}
bool both_closed(const FlowFacts& facts) {
  return facts.sides[0].fin && facts.sides[1].fin;
}

bool is_opening_seen(const FlowFacts& facts) {
  return std::any_of(facts.sides.begin(), facts.sides.end(),
                     [](const SideFacts& side) { return side.syn || side.syn_ack; });
}

// After a RST, after a FIN from both sides, or after the only FIN that can be expected: the other side never
// appeared, or the start of the flow was not captured.
bool is_over(const FlowFacts& facts) {
  if (was_reset(facts) || both_closed(facts)) return true;
  for (const std::size_t side : {0, 1}) {
    if (facts.sides[side].fin && (facts.sides[1 - side].packets == 0 || !is_opening_seen(facts))) return true;
  }
  return false;
}

CloseReason own_reason(const FlowFacts& facts) {
  if (was_reset(facts)) return CloseReason::reset;
  return both_closed(facts) ? CloseReason::fin : CloseReason::idle;
}

void began(FlowFacts& facts, Side initiator, DirectionBasis basis) {
  facts.initiator = initiator;
  facts.basis = basis;
}

}  // namespace

SimpleFlows::Ends SimpleFlows::ends_of(const IpAddress& source, std::uint16_t source_port,
                                       const IpAddress& destination, std::uint16_t destination_port,
                                       std::uint8_t protocol, std::uint32_t vlans) {
  const bool ports = protocol == kProtocolTcp || protocol == kProtocolUdp || protocol == kProtocolSctp ||
                     protocol == kProtocolDccp || protocol == kProtocolUdpLite;
  const Endpoint from{source, ports ? source_port : std::uint16_t{0}};
  const Endpoint to{destination, ports ? destination_port : std::uint16_t{0}};
  Ends ends{};
  ends.sender = to < from ? Side::high : Side::low;
  ends.key.low = std::min(from, to);
  ends.key.high = std::max(from, to);
  ends.key.protocol = protocol;
  ends.key.vlans = vlans;
  return ends;
}

bool SimpleFlows::is_silent(const Flow& flow, Timestamp now) const {
  const FlowFacts& facts = flow.announced.facts;
  Duration timeout = timeouts_.others;
  if (flow.announced.key.protocol == kProtocolUdp) timeout = timeouts_.udp;
  if (flow.announced.key.protocol == kProtocolTcp)
    timeout = was_reset(facts) || both_closed(facts) ? timeouts_.tcp_closed : timeouts_.tcp;
  return now - facts.last > timeout;
}

Sighting SimpleFlows::observe(const Packet& packet) {
  Ends ends = ends_of(packet.source, packet.source_port, packet.destination, packet.destination_port,
                      packet.protocol, packet.vlans);
  if (packet.icmp != IcmpClass::none) ends.key.kind = kind_of_icmp(packet.icmp, ends.sender);
  if (packet.control != LinkControl::none) ends.key.kind = FlowKind::link_control;
  if (packet.carrier) ends.key.kind = FlowKind::carrier;
  if (is_duplicate(ends, packet)) ++duplicates_;
  Flow& flow = flow_of(ends, packet);
  const bool first_of_side = flow.announced.facts.side(ends.sender).packets == 0;
  const bool forged = packet.protocol == kProtocolTcp && is_forged(flow, ends.sender, packet);
  if (packet.protocol == kProtocolTcp && !forged) {
    settle_doubt(flow, ends.sender, packet);
    note_handshake(flow, ends.sender, packet);
    if (flow.streams.follow(flow.announced.facts, ends.sender, packet)) {
      assemblies_.release(flow.assembly);
      flow.assembly = Assemblies::kNone;
      flow.looked = {false, false};
      flow.again = 2 * kExaminedPackets;
      flow.start_sizes = {};
    }
  }
  count(flow, ends.sender, packet, forged);
  examine(flow, ends.sender, packet);
  const Sighting sighting{flow.announced.facts.application, first_of_side};
  mark_quoted(packet);
  return sighting;
}

// The flow that the packet belongs to, possibly opened by it.
SimpleFlows::Flow& SimpleFlows::flow_of(const Ends& ends, const Packet& packet) {
  const auto known = flows_.find(ends.key);
  if (known == flows_.end()) return open(ends, packet);
  const FlowFacts& facts = known->second.announced.facts;
  if (is_silent(known->second, packet.time)) {
    close(known, own_reason(facts));
    return open(ends, packet);
  }
  const bool any_fin = facts.sides[0].fin || facts.sides[1].fin;
  const CloseReason ended = was_reset(facts) ? CloseReason::reset
                            : any_fin        ? CloseReason::fin
                                             : CloseReason::idle;
  const bool is_late = known->second.streams.is_late_syn(facts, ends.sender, packet);
  if (is_opening_syn(packet) && is_over(facts) && !is_late) {
    close(known, ended);
    return open(ends, packet);
  }
  const bool answers_elsewhere = facts.asked_port != 0 && facts.asked_port != kTftp;
  if (answers_elsewhere && facts.initiator == ends.sender && facts.side(ends.sender).packets == 0) {
    close(known, CloseReason::idle);
    return open(ends, packet);
  }
  if (is_syn_ack(packet) && known->second.streams.answers_waiting_syn(ends.sender, packet)) {
    close(known, ended, true);
    Flow& flow = open(ends, packet);
    // Its SYN counted towards the flow before it, but it was seen.
    flow.announced.facts.openings = 1;
    flow.announced.facts.side(other(ends.sender)).syn = true;
    flow.announced.facts.side(other(ends.sender)).answered = true;
    return flow;
  }
  return known->second;
}

SimpleFlows::Flow& SimpleFlows::open(const Ends& ends, const Packet& packet) {
  Flow& flow = flows_[ends.key];
  flow.announced.key = ends.key;
  FlowFacts& facts = flow.announced.facts;
  facts.first = facts.last = packet.time;
  facts.first_frame = packet.frame_number;
  facts.first_sender = ends.sender;
  facts.tunnels = packet.tunnels;
  if (is_opening_syn(packet)) {
    facts.openings = 1;
  } else if (packet.icmp == IcmpClass::echo_request) {
    began(facts, ends.sender, DirectionBasis::icmp);
  } else if (packet.icmp == IcmpClass::echo_reply) {
    began(facts, other(ends.sender), DirectionBasis::icmp);
  }
  if (packet.protocol == kProtocolUdp && !packet.carrier) note_asked_port(flow, ends.sender, packet.time);
  return flow;
}

// Is the flow the answer to a question that went to another, lower port of its sender a moment ago and was
// not answered from there?
void SimpleFlows::note_asked_port(Flow& flow, Side sender, Timestamp now) {
  const FlowKey& key = flow.announced.key;
  const Endpoint& from = key.end(sender);
  const Endpoint& to = key.end(other(sender));
  const auto question = questions_.find({to.address, to.port, from.address});
  if (question != questions_.end() && question->second != key) {
    const auto asking = flows_.find(question->second);
    if (asking != flows_.end() && asking->first.vlans == key.vlans) {
      for (const Side asker : {Side::low, Side::high}) {
        const Endpoint& service = asking->first.end(other(asker));
        const FlowFacts& facts = asking->second.announced.facts;
        const bool asked = asking->first.end(asker) == to && service.address == from.address;
        const bool answered = facts.side(other(asker)).packets > 0;
        if (!asked || answered || service.port >= to.port || now - facts.last > kAnswerWithin) continue;
        if (service.port == kTftp && facts.application != Application::tftp) continue;
        flow.announced.facts.asked_port = service.port;
        began(flow.announced.facts, other(sender), DirectionBasis::request);
        return;
      }
    }
  }
  questions_[{from.address, from.port, to.address}] = key;
}

void SimpleFlows::close(Flows::iterator position, CloseReason reason, bool may_go_on) {
  Flow& flow = position->second;
  FlowFacts& facts = flow.announced.facts;
  for (const Side side : {Side::low, Side::high}) {
    facts.side(side).missed_bytes = flow.streams.missed(facts, side);
    facts.side(side).stream = flow.streams.span(facts, side);
  }
  if (flow.announced.key.protocol == kProtocolTcp) {
    const Opening opening = opening_of(facts);
    facts.initiator = opening.initiator;
    facts.basis = opening.basis;
  }
  const auto answered_by = [&facts](Side side) {
    return facts.side(other(side)).syn && facts.side(side).syn_ack;
  };
  const bool handshake = facts.openings > 0 && (answered_by(Side::low) || answered_by(Side::high));
  if (facts.application != kUnknownApplication && (handshake || facts.basis == DirectionBasis::syn_ack)) {
    facts.banners.set(static_cast<std::size_t>(facts.application));
  }
  if (flow.assembly != Assemblies::kNone) assemblies_.release(flow.assembly);
  flow.announced.reason = reason;
  flow.announced.may_go_on = may_go_on;
  closed_.push_back(std::move(flow.announced));
  flows_.erase(position);
}

// A SYN or SYN-ACK with a wrong checksum is in doubt until its sender has sent something with a right one.
// From then on it was forged, and so are all that follow.
bool SimpleFlows::is_forged(Flow& flow, Side sender, const Packet& packet) {
  if (!is_opening_syn(packet) && !is_syn_ack(packet)) return false;
  const Checksum checksum = checksum_of(packet);
  if (checksum == Checksum::wrong && flow.trusted[index(sender)]) return true;
  if (checksum == Checksum::wrong) flow.doubted[index(sender)] = true;
  if (checksum == Checksum::right) trust(flow, sender);
  return false;
}

void SimpleFlows::trust(Flow& flow, Side sender) {
  flow.trusted[index(sender)] = true;
  if (!flow.doubted[index(sender)]) return;
  flow.doubted[index(sender)] = false;
  FlowFacts& facts = flow.announced.facts;
  facts.side(sender).syn = false;
  facts.side(sender).syn_ack = false;
  facts.openings = 0;
  for (SideFacts& side : facts.sides) side.answered = side.completed = false;
  flow.streams.lose(sender);
}

// Anything but a SYN or SYN-ACK, if it is the first of its kind.
void SimpleFlows::settle_doubt(Flow& flow, Side sender, const Packet& packet) {
  if (has(packet, kTcpSyn) && !has(packet, kTcpRst)) return;
  const SideFacts& side = flow.announced.facts.side(sender);
  const bool rst = has(packet, kTcpRst);
  const bool first_of_kind = side.packets == 0 || (rst && !side.rst) || (has(packet, kTcpFin) && !side.fin) ||
                             (has(packet, kTcpAck) && !rst && !side.ack) ||
                             (packet.payload_length > 0 && !rst && !packet.transport_cut && !side.data);
  if (!first_of_kind || !flow.doubted[index(sender)]) return;
  if (checksum_of(packet) == Checksum::right) trust(flow, sender);
}

void SimpleFlows::note_handshake(Flow& flow, Side sender, const Packet& packet) {
  FlowFacts& facts = flow.announced.facts;
  const bool answer_seen = facts.side(other(sender)).syn_ack;
  if (is_opening_syn(packet) && answer_seen && flow.streams.is_late_syn(facts, sender, packet))
    facts.side(sender).answered = true;
  if (!is_syn_ack(packet) || !flow.streams.answers_syn(facts, sender, packet)) return;
  facts.side(other(sender)).answered = true;
  if (facts.side(sender).syn && flow.streams.begins_at(sender, packet.tcp_sequence))
    facts.side(sender).answered = facts.side(sender).completed = true;
}

// The first acknowledgement, or the first data, of a side.
void SimpleFlows::note_first_segment(Flow& flow, Side sender, const Packet& packet) {
  FlowFacts& facts = flow.announced.facts;
  if (flow.streams.goes_on(facts, sender, packet)) facts.side(sender).completed = true;
}

void SimpleFlows::count(Flow& flow, Side sender, const Packet& packet, bool forged) {
  FlowFacts& facts = flow.announced.facts;
  SideFacts& side = facts.side(sender);
  const bool rst = has(packet, kTcpRst);
  facts.last = packet.time;
  flow.last_frame = packet.frame_number;
  ++side.packets;
  side.bytes += packet.wire_length;
  const bool first = facts.sides[0].packets + facts.sides[1].packets == 1;
  const Broadcasts this_one = packet.broadcast_frame ? Broadcasts::all : Broadcasts::none;
  if (first) facts.broadcasts = this_one;
  const bool two_sided = facts.sides[0].packets > 0 && facts.sides[1].packets > 0;
  const bool mixed = facts.broadcasts != this_one || (two_sided && facts.broadcasts != Broadcasts::none);
  if (mixed) facts.broadcasts = Broadcasts::some;
  if (forged) return;
  const SideFacts before = side;
  side.syn |= is_opening_syn(packet);
  side.syn_ack |= is_syn_ack(packet);
  side.ack |= has(packet, kTcpAck) && !has(packet, kTcpSyn) && !rst;
  side.fin |= has(packet, kTcpFin);
  side.rst |= rst;
  side.data |= packet.payload_length > 0 && !rst && !packet.transport_cut;
  const bool first_of_kind = side.ack != before.ack || side.data != before.data;
  if (packet.protocol == kProtocolTcp && first_of_kind) note_first_segment(flow, sender, packet);
}

void SimpleFlows::examine(Flow& flow, Side sender, const Packet& packet) {
  FlowFacts& facts = flow.announced.facts;
  if (packet.payload.empty()) return;
  FirstData data{packet.protocol, packet.payload, packet.payload_length};
  Application banner = banner_of(packet.protocol, packet.payload);
  const auto bit = [](Application application) { return static_cast<std::size_t>(application); };
  if (flow.looked[index(sender)]) {
    if (packet.decrypted || banner == kUnknownApplication || banner == facts.application) return;
    if (identify(data).application == banner) facts.banners.set(bit(banner));
    return;
  }
  if (StreamStarts::only_repeats(flow.starts[index(sender)], flow.start_sizes[index(sender)],
                                 packet.payload.size(), packet.tcp_sequence))
    return;
  bool wrong = false;
  if (packet.protocol == kProtocolTcp && !packet.decrypted && packet.wire_length <= kLongestFrame) {
    const Checksum checksum = checksum_of(packet);
    wrong = checksum == Checksum::wrong;
    if (wrong && flow.trusted[index(sender)]) return;
    if (checksum == Checksum::right) trust(flow, sender);
    if (checksum == Checksum::right && flow.told_by == sender) forget(flow);
  }
  if (flow.assembly != Assemblies::kNone && facts.side(sender).announced) {
    put_together(flow, sender, assemblies_.add(flow.assembly, data, packet.tcp_sequence));
    return;
  }
  Recognition found;
  std::uint32_t sequence = packet.tcp_sequence;
  bool is_short = false;
  if (packet.decrypted) {
    found.application = Application::tls;
  } else {
    if (packet.protocol == kProtocolTcp && packet.fragment.part == Fragment::Part::none) {
      const auto joined =
          starts_.add(flow.starts[index(sender)], flow.start_sizes[index(sender)], data, sequence);
      is_short = joined.is_short;
      const Recognition of_stream = joined.is_longer ? identify(joined.data) : Recognition{};
      if (of_stream.application != kUnknownApplication) {
        found = of_stream;
        data = joined.data;
        sequence = joined.sequence;
        banner = banner_of(data.protocol, data.bytes);
        is_short = false;
      }
    }
    if (found.application == kUnknownApplication) found = identify(data);
  }
  if (flow.again > 0) {
    if (found.application != kUnknownApplication) {
      facts.banners.set(bit(found.application));
      flow.again = 1;
    }
    if (--flow.again == 0) flow.looked = {true, true};
    return;
  }
  SideFacts& side = facts.side(sender);
  if (flow.told_by) {
    if (wrong || found.application == kUnknownApplication) {
      flow.looked[index(sender)] = ++side.examined >= kExaminedPackets;
      return;
    }
    if (found.application == facts.application) {
      flow.told_by.reset();
      flow.looked[index(sender)] = true;
      if (flow.assembly == Assemblies::kNone) flow.looked = {true, true};
      return;
    }
    forget(flow);
  }
  if (is_short && found.application == kUnknownApplication) return;
  ++side.examined;
  if (found.application == kUnknownApplication) {
    if (!found.more_may_show) side.examined = kExaminedPackets;
    flow.looked[index(sender)] = side.examined >= kExaminedPackets;
    return;
  }
  if (wrong) flow.told_by = sender;
  if (!wrong) flow.looked = {true, true};
  facts.application = found.application;
  side.announced = true;
  if (banner == found.application) facts.banners.set(bit(banner));
  if (found.unfinished) {
    facts.kinds = found.kinds;
    take_direction(flow, sender, found.speaker);
    const Assemblies::Begun begun = assemblies_.begin(found.application, data, sequence);
    flow.assembly = begun.id;
    put_together(flow, sender, begun.found);
  } else {
    put_together(flow, sender, found);
  }
}

// Encrypted SNMP does not say who asks; port 161 is the agent's.
void SimpleFlows::take_direction(Flow& flow, Side sender, Speaker speaker) {
  FlowFacts& facts = flow.announced.facts;
  constexpr std::uint16_t kAgent = 161;
  const bool from_agent = flow.announced.key.end(sender).port == kAgent;
  const bool to_agent = flow.announced.key.end(other(sender)).port == kAgent;
  if (speaker == Speaker::unknown && facts.application == Application::snmp && from_agent != to_agent)
    speaker = to_agent ? Speaker::asks : Speaker::answers;
  if (speaker == Speaker::unknown) return;
  const Side asker = speaker == Speaker::asks ? sender : other(sender);
  if (flow.announced.key.protocol == kProtocolTcp) {
    if (!facts.asker) facts.asker = asker;
  } else if (!facts.initiator) {
    began(facts, asker, DirectionBasis::request);
  }
}

// What told the application was forged.
void SimpleFlows::forget(Flow& flow) {
  FlowFacts& facts = flow.announced.facts;
  if (flow.assembly != Assemblies::kNone) assemblies_.release(flow.assembly);
  flow.assembly = Assemblies::kNone;
  facts.banners.reset(static_cast<std::size_t>(facts.application));
  facts.application = kUnknownApplication;
  facts.name_state = NameState::unseen;
  facts.kinds.reset();
  facts.asker.reset();
  for (SideFacts& side : facts.sides) side.announced = false;
  flow.announced.name.clear();
  flow.told_by.reset();
  flow.start_sizes = {};
}

// What the side's data revealed, once that is final.
void SimpleFlows::put_together(Flow& flow, Side sender, const Recognition& found) {
  FlowFacts& facts = flow.announced.facts;
  flow.looked[index(sender)] = !found.unfinished && !flow.told_by;
  if (found.unfinished) return;
  facts.kinds |= found.kinds;
  take_direction(flow, sender, found.speaker);
  facts.name_state = found.name_state;
  if (found.name_state == NameState::given) {
    std::array<char, 256> buffer;
    flow.announced.name = normalise_name(found.name, buffer);
    if (flow.announced.name.empty()) facts.name_state = NameState::absent;
  }
  if (flow.assembly != Assemblies::kNone) assemblies_.release(flow.assembly);
  flow.assembly = Assemblies::kNone;
}

void SimpleFlows::mark_quoted(const Packet& error) {
  const QuotedPacket& quoted = error.quoted;
  if (error.icmp != IcmpClass::error || error.fragment.part == Fragment::Part::later) return;
  strays_.push_back(error);
  if (!quoted.present || quoted.source != error.destination) return;
  Ends ends = ends_of(quoted.source, quoted.source_port, quoted.destination, quoted.destination_port,
                      quoted.protocol, error.vlans);
  if (is_icmp(quoted.protocol)) {
    const bool unknown = quoted.icmp == IcmpClass::none;
    ends.key.kind = kind_of_icmp(unknown ? IcmpClass::echo_request : quoted.icmp, ends.sender);
  }
  FlowKey tunnel = ends.key;
  tunnel.kind = FlowKind::carrier;
  for (const FlowKey& key : {ends.key, tunnel}) {
    const auto known = flows_.find(key);
    if (known == flows_.end() || is_silent(known->second, error.time)) continue;
    known->second.announced.facts.side(ends.sender).icmp_refused |= quoted.refused;
    strays_.pop_back();
    return;
  }
}

bool SimpleFlows::is_duplicate(const Ends& ends, const Packet& packet) {
  if (packet.ip_identification == 0 && packet.payload_length == 0) return false;
  if (packet.fragment.part != Fragment::Part::none) return false;
  constexpr std::size_t kCompared = 16;
  const auto payload = packet.payload.first(std::min(packet.payload.size(), kCompared));
  const Mark mark{ends.key,
                  ends.sender,
                  packet.tcp_sequence,
                  packet.tcp_acknowledgement,
                  packet.tcp_flags,
                  packet.ip_identification,
                  packet.payload_length,
                  std::vector<std::uint8_t>(payload.begin(), payload.end())};
  const auto [position, is_new] = seen_.try_emplace(mark, packet.time);
  const bool again = !is_new && Duplicates::is_soon(position->second, packet.time);
  position->second = packet.time;
  return again;
}

void SimpleFlows::catch_up(std::uint64_t first_frame, Timestamp from, Timestamp to) {
  for (auto& [key, flow] : flows_) {
    FlowFacts& facts = flow.announced.facts;
    if (flow.last_frame < first_frame || facts.last != from) continue;
    facts.last = to;
    if (facts.first_frame >= first_frame) facts.first = to;
  }
}

std::vector<SimpleFlow> SimpleFlows::finish(Timestamp now) {
  while (!flows_.empty()) {
    const auto position = flows_.begin();
    const bool silent = is_silent(position->second, now);
    close(position, silent ? own_reason(position->second.announced.facts) : CloseReason::end_of_capture);
  }
  return std::move(closed_);
}

}  // namespace portproof::test
