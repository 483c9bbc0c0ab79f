#include "capture/flow/flow_entry.hpp"

#include "capture/flow/sequence.hpp"

namespace portproof {
namespace {

StreamSpan span_of(const FlowEntry& entry, const FlowMore& more, Side which) {
  const std::size_t side = index(which);
  if ((entry.marks & stream_mark(which)) == 0) return {};
  const std::uint32_t next = entry.next[side];
  const std::uint32_t acknowledged = entry.acknowledged[side];
  return {true, more.stream_first[side], precedes(next, acknowledged) ? acknowledged : next, acknowledged};
}

SideFacts side_of(const FlowEntry& entry, const FlowMore& more, Side which) {
  const std::uint8_t bits = entry.bits[index(which)];
  SideFacts side;
  side.packets = entry.packets[index(which)] + (std::uint64_t{more.packets_above[index(which)]} << 32U);
  side.bytes = entry.bytes[index(which)];
  side.syn = (bits & bit_syn) != 0;
  side.syn_ack = (bits & bit_syn_ack) != 0;
  side.ack = (bits & bit_ack) != 0;
  side.data = (bits & bit_data) != 0;
  side.fin = (bits & bit_fin) != 0;
  side.rst = (bits & bit_rst) != 0;
  side.icmp_refused = (bits & bit_icmp_refused) != 0;
  side.told = more.told == index(which);
  side.examined = more.examined[index(which)];
  side.stream = span_of(entry, more, which);
  return side;
}

}  // namespace

FlowKey unpack(const PackedKey& key) {
  FlowKey plain;
  const std::uint64_t rest = key.words[4];
  std::memcpy(plain.low.address.bytes.data(), key.words.data(), 16);
  std::memcpy(plain.high.address.bytes.data(), key.words.data() + 2, 16);
  plain.protocol = protocol_of(key);
  if (has_ports(plain.protocol)) {
    plain.low.port = static_cast<std::uint16_t>(rest & 0xffffU);
    plain.high.port = static_cast<std::uint16_t>((rest >> 16U) & 0xffffU);
  }
  plain.kind = static_cast<FlowKind>((rest >> kKindAt) & 1U);
  plain.low.address.family = ((rest >> kLowIsV6At) & 1U) != 0 ? IpFamily::v6 : IpFamily::v4;
  plain.high.address.family = ((rest >> kHighIsV6At) & 1U) != 0 ? IpFamily::v6 : IpFamily::v4;
  plain.vlans = static_cast<std::uint32_t>(rest >> kVlansAt);
  return plain;
}

FlowFacts facts_of(const FlowEntry& entry, const FlowMore& more) {
  FlowFacts facts;
  for (const Side side : {Side::low, Side::high}) facts.side(side) = side_of(entry, more, side);
  facts.first = entry.first;
  facts.last = entry.last;
  facts.first_frame = entry.first_frame;
  facts.first_sender = more.first_sender;
  if (entry.initiator != kNobody) facts.initiator = static_cast<Side>(entry.initiator);
  facts.basis = entry.basis;
  facts.openings = entry.openings;
  facts.broadcast = (entry.marks & mark_broadcast) != 0;
  facts.application = entry.application;
  facts.name_state = more.name_state;
  facts.kinds = HttpKinds(more.kinds);
  facts.asked_port = more.asked_port;
  return facts;
}

FlowId FlowStore::take() {
  if (free_ != kNoFlow) {
    const FlowId id = free_;
    free_ = (*this)[id].newer;
    return id;
  }
  if (end_ % FlowArena::kRun == 0) runs_.push_back(arena_.take_run());
  return at_place(end_++);
}

void FlowStore::give_back(FlowId id) {
  FlowEntry& entry = (*this)[id];
  entry.marks = 0;
  entry.newer = free_;
  free_ = id;
}

}  // namespace portproof
