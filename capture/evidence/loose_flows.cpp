#include "capture/evidence/loose_flows.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "capture/evidence/internal/sorted_indexes.hpp"
#include "capture/flow/flow.hpp"

namespace portproof {
namespace {

// The booleans of SideFacts, in the order of their bits.
constexpr std::array<bool SideFacts::*, 10> kDone{
    &SideFacts::syn,          &SideFacts::syn_ack,  &SideFacts::ack,      &SideFacts::data,
    &SideFacts::fin,          &SideFacts::rst,      &SideFacts::answered, &SideFacts::completed,
    &SideFacts::icmp_refused, &SideFacts::announced};

// As that of conversations (evidence/conversations.cpp), by the lower end and its port.
std::uint64_t prefix_of(const FlowKey& key) {
  constexpr unsigned kPortBits = 16;
  const std::uint64_t address = key.low.address.half(0);
  if (key.low.address.family == IpFamily::v6) return (std::uint64_t{1} << 63U) | (address >> 1U);
  const std::uint64_t high = key.high.address.half(0) >> 49U;
  const bool high_is_v6 = key.high.address.family == IpFamily::v6;
  return (address >> 32U) << 31U | std::uint64_t{key.low.port} << (31U - kPortBits) |
         (high_is_v6 ? 0x7fffU : high >> 1U);
}

}  // namespace

FlowState state_of(const LooseFlow& flow, Side initiator) {
  return state_of(flow.key.protocol, flow.facts, initiator);
}

Application first_application(const LooseFlow& flow) {
  return first_application(flow.facts);
}

ApplicationSet later_applications(const LooseFlow& flow) {
  return later_applications(flow.facts);
}

bool loose_before(const LooseFlow& left, const LooseFlow& right) {
  const auto order = [](const LooseFlow& flow) {
    return std::tie(flow.key, flow.facts.first, flow.facts.first_input, flow.facts.first_frame,
                    flow.facts.last, flow.name);
  };
  return order(left) < order(right);
}

LooseFlows::PackedSide LooseFlows::packed(const SideFacts& facts) {
  std::uint16_t done = 0;
  for (std::size_t bit = 0; bit < kDone.size(); ++bit) {
    if (facts.*kDone[bit]) done = static_cast<std::uint16_t>(done | (1U << bit));
  }
  return {facts.packets,
          facts.bytes,
          facts.missed_bytes,
          facts.stream.first,
          facts.stream.next,
          facts.stream.acknowledged,
          done,
          facts.examined,
          facts.stream.known};
}

SideFacts LooseFlows::unpacked(const PackedSide& packed) {
  SideFacts facts;
  facts.packets = packed.packets;
  facts.bytes = packed.bytes;
  facts.missed_bytes = packed.missed_bytes;
  for (std::size_t bit = 0; bit < kDone.size(); ++bit) facts.*kDone[bit] = ((packed.done >> bit) & 1U) != 0;
  facts.examined = packed.examined;
  facts.stream.known = packed.stream_known;
  facts.stream.first = packed.stream_first;
  facts.stream.next = packed.stream_next;
  facts.stream.acknowledged = packed.stream_acknowledged;
  return facts;
}

LooseFlow LooseFlows::unpacked(const Packed& packed) const {
  LooseFlow flow;
  flow.key = packed.key;
  flow.name = packed.name;
  FlowFacts& facts = flow.facts;
  facts.sides = {unpacked(packed.sides[0]), unpacked(packed.sides[1])};
  facts.first = packed.first;
  facts.last = packed.last;
  facts.first_frame = packed.first_frame;
  facts.first_input = packed.first_input;
  facts.first_sender = packed.first_sender;
  if (packed.initiator != kNobody) facts.initiator = static_cast<Side>(packed.initiator);
  facts.basis = packed.basis;
  facts.openings = packed.openings;
  facts.broadcasts = packed.broadcasts;
  facts.application = packed.application;
  facts.banners = ApplicationSet{packed.banners};
  facts.name_state = packed.name_state;
  facts.kinds = HttpKinds{packed.kinds};
  facts.asked_port = packed.asked_port;
  if (packed.asker != kNobody) facts.asker = static_cast<Side>(packed.asker);
  if (packed.tunnels != 0) facts.tunnels = stacks_[packed.tunnels - 1];
  if (packed.details != 0) {
    const DetailsOfSides& details = details_[packed.details - 1];
    for (const Side side : {Side::low, Side::high}) {
      facts.side(side).stream.holes = details[index(side)].holes;
      facts.side(side).stream.heard = details[index(side)].heard;
    }
  }
  return flow;
}

void LooseFlows::push_back(const FlowKey& key, const FlowFacts& facts, const SharedText& name) {
  const StreamSpan& low = facts.sides[0].stream;
  const StreamSpan& high = facts.sides[1].stream;
  const auto number_of = [](const std::optional<Side>& side) {
    return side ? static_cast<std::uint8_t>(*side) : std::uint8_t{kNobody};
  };
  flows_.push_back(Packed{key,
                          facts.first_input,
                          facts.first,
                          facts.last,
                          facts.first_frame,
                          facts.banners.to_ullong(),
                          {packed(facts.sides[0]), packed(facts.sides[1])},
                          name,
                          static_cast<std::uint32_t>(facts.openings),
                          facts.tunnels.empty() ? 0 : intern(facts.tunnels),
                          keep({StreamDetails{low.holes, low.heard}, StreamDetails{high.holes, high.heard}}),
                          facts.asked_port,
                          static_cast<std::uint8_t>(facts.kinds.to_ulong()),
                          facts.first_sender,
                          number_of(facts.initiator),
                          facts.basis,
                          facts.application,
                          number_of(facts.asker),
                          facts.name_state,
                          facts.broadcasts});
}

std::uint32_t LooseFlows::intern(const TunnelStack& stack) {
  const auto [entry, is_new] = stack_ids_.try_emplace(stack, static_cast<std::uint32_t>(stacks_.size() + 1));
  if (is_new) stacks_.push_back(stack);
  return entry->second;
}

// Few flows have any.
std::uint32_t LooseFlows::keep(const DetailsOfSides& details) {
  if (details == DetailsOfSides{}) return 0;
  details_.push_back(details);
  return static_cast<std::uint32_t>(details_.size());
}

void LooseFlows::append(LooseFlows&& others) {
  if (empty()) {
    *this = std::move(others);
    return;
  }
  const std::size_t count = others.size();
  for (std::size_t index = 0; index < count; ++index) {
    Packed flow = others.flows_.take(index);
    if (flow.tunnels != 0) flow.tunnels = intern(others.stacks_[flow.tunnels - 1]);
    if (flow.details != 0) flow.details = keep(others.details_[flow.details - 1]);
    flows_.push_back(std::move(flow));
  }
  others.clear();
}

bool LooseFlows::before(const Packed& left, const Packed& right) const {
  const auto order = [](const Packed& flow) {
    return std::tie(flow.key, flow.first, flow.first_input, flow.first_frame, flow.last, flow.name);
  };
  return order(left) < order(right);
}

void LooseFlows::sort() {
  bool sorted = true;
  for (std::size_t index = 1; index < size() && sorted; ++index) {
    sorted = !before(flows_[index], flows_[index - 1]);
  }
  if (sorted) return;
  flows_.arrange(sorted_indexes(
      size(), [this](std::uint32_t index) { return prefix_of(flows_[index].key); },
      [this](std::uint32_t left, std::uint32_t right) { return before(flows_[left], flows_[right]); }));
}

void LooseFlows::move_inputs(const std::vector<std::uint32_t>& indexes) {
  for (Packed& flow : flows_) flow.first_input = indexes[flow.first_input];
}

bool operator==(const LooseFlows& left, const LooseFlows& right) {
  if (left.size() != right.size()) return false;
  for (std::size_t index = 0; index < left.size(); ++index) {
    if (!(left[index] == right[index])) return false;
  }
  return true;
}

}  // namespace portproof
