#include "capture/flow/flow_table.hpp"

// Inlined, because a call would cost as much as hashing a key does; it also gives the derivation of a secret
// from a seed, which the library's plain interface leaves out.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "capture/flow/flow_entry.hpp"
#include "capture/flow/flow_index.hpp"
#include "capture/flow/name_pool.hpp"
#include "capture/flow/tunnel_pool.hpp"
#include "capture/identify/identify.hpp"

namespace portproof {
namespace {

constexpr FlowId kSweptAtOnce = 128;  // entries that one call to `expire` looks at

TimeoutClass timeout_class(std::uint8_t protocol) {
  if (protocol == kProtocolTcp) return TimeoutClass::tcp;
  return protocol == kProtocolUdp ? TimeoutClass::udp : TimeoutClass::others;
}

// has_ended of flow.hpp, on an entry.
bool entry_has_ended(const FlowEntry& entry) {
  const std::uint8_t low = entry.bits[0];
  const std::uint8_t high = entry.bits[1];
  const unsigned either = static_cast<unsigned>(low) | high;
  const unsigned both = static_cast<unsigned>(low) & high;
  if ((either & bit_rst) != 0 || (both & bit_fin) != 0) return true;
  if ((either & bit_fin) == 0) return false;
  return (both & bit_seen) == 0 || entry.initiator == kNobody;
}

std::uint8_t look_mark(Side side) {
  return side == Side::low ? mark_look_low : mark_look_high;
}

}  // namespace

struct FlowTable::Implementation {
  Implementation(const FlowTableOptions& options, FlowSink& to);

  Application observe(const Packet& packet, Timestamp now);
  void catch_up(std::size_t packets, Timestamp from, Timestamp to);
  void expire(Timestamp now);
  void finish(Timestamp now);

  // The packet path, inline.
  [[nodiscard]] std::uint32_t hash_of(const PackedKey& key) const;
  [[nodiscard]] bool is_silent(const FlowEntry& entry, Timestamp now) const;

  // Out of line: once a flow, or a few times.
  FlowId open(const PackedSide& keyed, std::uint32_t hash, const Packet& packet, std::uint8_t bits,
              Timestamp now);
  FlowId reopen(FlowId id, const PackedSide& keyed, const Packet& packet, std::uint8_t bits, Timestamp now);
  void note_first_of_kind(FlowId id, Side sender, std::uint8_t bits);
  void keep_tunnels(FlowEntry& entry, const TunnelStack& stack);
  void examine(FlowEntry& entry, Side sender, const Packet& packet);
  void mark_quoted(const Packet& packet, Timestamp now);
  void close(FlowId id, CloseReason reason);
  [[nodiscard]] static CloseReason own_reason(const FlowEntry& entry);

  // Room for one more flow.
  void make_room(Timestamp now);
  [[nodiscard]] FlowId least_worth();

  // The list of flows that are not two-way, oldest first.
  void link_newest(FlowId id);
  void unlink(FlowId id);

  std::array<Duration, kTimeoutClasses> timeouts;
  std::size_t max_flows;
  FlowSink& sink;
  std::array<std::uint8_t, XXH3_SECRET_DEFAULT_SIZE> secret;

  FlowStore store;
  FlowIndex index_of{store};
  NamePool names;
  TunnelPool tunnels;
  FlowCounts counts;
  std::size_t live{0};
  FlowId oldest{kNoFlow};
  FlowId newest{kNoFlow};
  FlowId clock_hand{0};
  FlowId sweep_hand{0};
  std::array<FlowId, kRemembered> recent{};  // flows of the last packets, by FlowCounts::packets
};

FlowTable::Implementation::Implementation(const FlowTableOptions& options, FlowSink& to)
    : timeouts{options.timeouts.tcp, options.timeouts.tcp_closed, options.timeouts.udp,
               options.timeouts.others},
      max_flows(std::clamp(options.max_flows, std::size_t{1}, std::size_t{FlowIndex::kMostFlows})),
      sink(to) {
  XXH3_generateSecret_fromSeed(secret.data(), options.seed);
}

std::uint32_t FlowTable::Implementation::hash_of(const PackedKey& key) const {
  return static_cast<std::uint32_t>(
      XXH3_64bits_withSecret(key.words.data(), sizeof key.words, secret.data(), secret.size()));
}

bool FlowTable::Implementation::is_silent(const FlowEntry& entry, Timestamp now) const {
  return now - entry.last > timeouts[static_cast<std::size_t>(entry.timeout)];
}

Application FlowTable::Implementation::observe(const Packet& packet, Timestamp now) {
  ++counts.packets;
  const PackedSide keyed = pack(packet);
  const std::uint8_t bits = bits_of(packet);
  const std::uint32_t hash = hash_of(keyed.key);
  FlowId id = index_of.find(keyed.key, hash);
  if (id == kNoFlow) [[unlikely]] {
    id = open(keyed, hash, packet, bits, now);
  } else if (is_silent(store[id], now) || ((bits & bit_syn) != 0 && entry_has_ended(store[id])))
      [[unlikely]] {
    id = reopen(id, keyed, packet, bits, now);
  } else {
    store[id].marks |= mark_touched;
  }

  recent[counts.packets % recent.size()] = id;
  FlowEntry& entry = store[id];
  const std::size_t side = index(keyed.sender);
  entry.last = now;
  ++entry.packets[side];
  entry.bytes[side] += packet.wire_length;
  if ((bits & ~entry.bits[side]) != 0) [[unlikely]]
    note_first_of_kind(id, keyed.sender, bits);
  if (packet.broadcast_frame) [[unlikely]]
    entry.marks |= mark_broadcast;
  if ((entry.marks & look_mark(keyed.sender)) != 0 && !packet.payload.empty()) [[unlikely]] {
    examine(entry, keyed.sender, packet);
  }
  if (packet.quoted.present && packet.quoted.refused) [[unlikely]]
    mark_quoted(packet, now);
  return entry.application;
}

// The opening rules: a SYN's sender is the initiator, and so is the receiver of a SYN-ACK that comes first;
// echoes say for themselves which end asked. Whatever comes later changes none of it.
FlowId FlowTable::Implementation::open(const PackedSide& keyed, std::uint32_t hash, const Packet& packet,
                                       std::uint8_t bits, Timestamp now) {
  if (live >= max_flows) make_room(now);
  const FlowId id = store.take();
  FlowEntry& entry = store[id];
  entry = FlowEntry{};
  entry.key = keyed.key;
  entry.hash = hash;
  entry.timeout = timeout_class(packet.protocol);
  entry.marks = mark_live | mark_look_low | mark_look_high;
  entry.first = now;
  entry.last = now;
  entry.first_frame = packet.frame_number;
  entry.name = kNoName;
  entry.first_sender = keyed.sender;
  entry.initiator = kNobody;
  entry.basis = DirectionBasis::first_packet;
  entry.told = kNobody;
  if (!packet.tunnels.empty()) [[unlikely]]
    keep_tunnels(entry, packet.tunnels);

  const auto began = [&entry](Side who, DirectionBasis basis) {
    entry.initiator = static_cast<std::uint8_t>(who);
    entry.basis = basis;
  };
  if ((bits & bit_syn) != 0) {
    began(keyed.sender, DirectionBasis::syn);
    entry.openings = 1;
  } else if ((bits & bit_syn_ack) != 0) {
    began(other(keyed.sender), DirectionBasis::syn_ack);
  } else if (packet.icmp == IcmpClass::echo_request) {
    began(keyed.sender, DirectionBasis::icmp);
  } else if (packet.icmp == IcmpClass::echo_reply) {
    began(other(keyed.sender), DirectionBasis::icmp);
  }

  index_of.add(id);
  link_newest(id);
  ++live;
  ++counts.opened;
  return id;
}

FlowId FlowTable::Implementation::reopen(FlowId id, const PackedSide& keyed, const Packet& packet,
                                         std::uint8_t bits, Timestamp now) {
  const std::uint32_t hash = store[id].hash;
  // A flow that ended with a FIN from one side only (see has_ended) ends here by that FIN.
  const CloseReason reason = is_silent(store[id], now) ? own_reason(store[id])
                             : ((store[id].bits[0] | store[id].bits[1]) & bit_rst) != 0 ? CloseReason::reset
                                                                                        : CloseReason::fin;
  close(id, reason);
  return open(keyed, hash, packet, bits, now);
}

void FlowTable::Implementation::note_first_of_kind(FlowId id, Side sender, std::uint8_t bits) {
  FlowEntry& entry = store[id];
  entry.bits[index(sender)] |= bits;
  const bool tcp = protocol_of(entry.key) == kProtocolTcp;
  const unsigned either = static_cast<unsigned>(entry.bits[0]) | entry.bits[1];
  const unsigned both = static_cast<unsigned>(entry.bits[0]) & entry.bits[1];
  if (tcp && ((either & bit_rst) != 0 || (both & bit_fin) != 0)) entry.timeout = TimeoutClass::tcp_closed;

  if ((entry.marks & mark_two_way) != 0) return;
  // For TCP a SYN does not do: whoever forges one, or has one answered, has not taken part yet.
  const unsigned partaking = tcp ? bit_syn_ack | bit_ack | bit_data : bit_seen;
  if ((entry.bits[0] & partaking) == 0 || (entry.bits[1] & partaking) == 0) return;
  unlink(id);
  // Its beginning alone is no merit: what goes on outlives what only opened.
  entry.marks = static_cast<std::uint8_t>((entry.marks | mark_two_way) & ~mark_touched);
}

void FlowTable::Implementation::keep_tunnels(FlowEntry& entry, const TunnelStack& stack) {
  const auto kept = tunnels.intern(stack);
  if (kept) {
    entry.tunnels = *kept;
  } else {
    ++counts.tunnels_refused;
  }
}

void FlowTable::Implementation::examine(FlowEntry& entry, Side sender, const Packet& packet) {
  Recognition found;
  if (packet.decrypted) {
    found.application = Application::tls;
  } else {
    found = identify({packet.protocol, packet.payload, packet.payload_length});
  }
  std::uint8_t& examined = entry.examined[index(sender)];
  ++examined;
  if (found.application == Application::unknown) {
    if (examined >= kExaminedPackets || !found.more_may_tell) {
      examined = kExaminedPackets;
      entry.marks &= static_cast<std::uint8_t>(~look_mark(sender));
    }
    return;
  }
  entry.marks &= static_cast<std::uint8_t>(~(mark_look_low | mark_look_high));
  entry.application = found.application;
  entry.told = static_cast<std::uint8_t>(sender);
  entry.name_state = found.name_state;
  if (found.name_state != NameState::given) return;

  std::array<char, 256> buffer;
  const std::string_view name = normalise_name(found.name, buffer);
  if (name.empty()) {
    entry.name_state = NameState::absent;  // something stood in the name's place that is none
    return;
  }
  const auto kept = names.intern(name);
  if (kept) {
    entry.name = *kept;
  } else {
    entry.name_state = NameState::other;
    ++counts.names_refused;
  }
}

// An error is no packet of the flow that it quotes: it neither opens it nor keeps it alive.
void FlowTable::Implementation::mark_quoted(const Packet& packet, Timestamp now) {
  const QuotedPacket& quoted = packet.quoted;
  const bool ports = has_ports(quoted.protocol);
  const PackedSide keyed = pack({quoted.source, ports ? quoted.source_port : std::uint16_t{0}},
                                {quoted.destination, ports ? quoted.destination_port : std::uint16_t{0}},
                                quoted.protocol, FlowKind::plain, packet.vlans);
  const FlowId id = index_of.find(keyed.key, hash_of(keyed.key));
  if (id == kNoFlow || is_silent(store[id], now)) return;
  store[id].bits[index(keyed.sender)] |= bit_icmp_refused;
}

CloseReason FlowTable::Implementation::own_reason(const FlowEntry& entry) {
  const unsigned either = static_cast<unsigned>(entry.bits[0]) | entry.bits[1];
  if ((either & bit_rst) != 0) return CloseReason::reset;
  return entry.timeout == TimeoutClass::tcp_closed ? CloseReason::fin : CloseReason::idle;
}

void FlowTable::Implementation::close(FlowId id, CloseReason reason) {
  FlowEntry& entry = store[id];
  const std::string_view name = entry.name == kNoName ? std::string_view{} : names.name(entry.name);
  FlowFacts facts = facts_of(entry);
  if (entry.tunnels != TunnelPool::kNone) [[unlikely]] {
    facts.tunnels = tunnels.stack(entry.tunnels);
    tunnels.release(entry.tunnels);
  }
  sink.closed({unpack(entry.key), facts, name, reason});
  ++counts.closed[static_cast<std::size_t>(reason)];
  if (entry.name != kNoName) names.release(entry.name);
  if ((entry.marks & mark_two_way) == 0) unlink(id);
  index_of.remove(id);
  store.give_back(id);
  --live;
}

void FlowTable::Implementation::make_room(Timestamp now) {
  const FlowId id = least_worth();
  close(id, is_silent(store[id], now) ? own_reason(store[id]) : CloseReason::evicted);
}

// Flows that are not two-way go first, the oldest of them, except that one which had packets since it was
// last considered gets another turn: a flood of lone SYNs pushes out itself, not the log stream that is
// never answered. Two-way flows go by the same rule, by a clock hand over the entries. Each step past a flow
// takes away a mark that a packet had set, so that the steps are paid for.
FlowId FlowTable::Implementation::least_worth() {
  while (oldest != kNoFlow) {
    const FlowId id = oldest;
    if ((store[id].marks & mark_touched) == 0) return id;
    store[id].marks &= static_cast<std::uint8_t>(~mark_touched);
    if (id == newest) return id;
    unlink(id);
    link_newest(id);
  }
  for (;; ++clock_hand) {
    if (clock_hand >= store.end()) clock_hand = 0;
    FlowEntry& entry = store[clock_hand];
    if ((entry.marks & mark_live) == 0) continue;
    if ((entry.marks & mark_touched) == 0) return clock_hand++;
    entry.marks &= static_cast<std::uint8_t>(~mark_touched);
  }
}

void FlowTable::Implementation::link_newest(FlowId id) {
  FlowEntry& entry = store[id];
  entry.older = newest;
  entry.newer = kNoFlow;
  (newest == kNoFlow ? oldest : store[newest].newer) = id;
  newest = id;
}

void FlowTable::Implementation::unlink(FlowId id) {
  const FlowEntry& entry = store[id];
  (entry.older == kNoFlow ? oldest : store[entry.older].newer) = entry.newer;
  (entry.newer == kNoFlow ? newest : store[entry.newer].older) = entry.older;
}

// An entry that was given to another flow since then had a packet of that flow, which is one of those meant.
void FlowTable::Implementation::catch_up(std::size_t packets, Timestamp from, Timestamp to) {
  packets = std::min({packets, recent.size(), static_cast<std::size_t>(counts.packets)});
  for (std::size_t back = 0; back < packets; ++back) {
    FlowEntry& entry = store[recent[(counts.packets - back) % recent.size()]];
    if ((entry.marks & mark_live) == 0 || entry.last != from) continue;
    entry.last = to;
    if (entry.first == from) entry.first = to;
  }
}

void FlowTable::Implementation::expire(Timestamp now) {
  const FlowId looked_at = std::min(kSweptAtOnce, store.end());
  for (FlowId count = 0; count < looked_at; ++count, ++sweep_hand) {
    if (sweep_hand >= store.end()) sweep_hand = 0;
    const FlowEntry& entry = store[sweep_hand];
    if ((entry.marks & mark_live) != 0 && is_silent(entry, now)) close(sweep_hand, own_reason(entry));
  }
}

void FlowTable::Implementation::finish(Timestamp now) {
  for (FlowId id = 0; id < store.end(); ++id) {
    const FlowEntry& entry = store[id];
    if ((entry.marks & mark_live) == 0) continue;
    close(id, is_silent(entry, now) ? own_reason(entry) : CloseReason::end_of_capture);
  }
}

FlowTable::FlowTable(const FlowTableOptions& options, FlowSink& sink)
    : implementation_(std::make_unique<Implementation>(options, sink)) {}
FlowTable::~FlowTable() = default;

Application FlowTable::observe(const Packet& packet, Timestamp now) {
  return implementation_->observe(packet, now);
}
void FlowTable::catch_up(std::size_t packets, Timestamp from, Timestamp to) {
  implementation_->catch_up(packets, from, to);
}
void FlowTable::expire(Timestamp now) {
  implementation_->expire(now);
}
void FlowTable::finish(Timestamp now) {
  implementation_->finish(now);
}
std::size_t FlowTable::size() const {
  return implementation_->live;
}
const FlowCounts& FlowTable::counts() const {
  return implementation_->counts;
}

}  // namespace portproof
