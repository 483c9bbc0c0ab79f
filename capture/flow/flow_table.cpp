#include "capture/flow/flow_table.hpp"

#include <algorithm>

#include "capture/base/applications.hpp"
#include "capture/flow/duplicates.hpp"
#include "capture/flow/flow.hpp"
#include "capture/flow/internal/asked_ports.hpp"
#include "capture/flow/internal/eviction.hpp"
#include "capture/flow/internal/first_look.hpp"
#include "capture/flow/internal/flow_index.hpp"
#include "capture/flow/internal/flow_store.hpp"
#include "capture/flow/internal/handshake.hpp"
#include "capture/flow/internal/recent_packets.hpp"
#include "capture/flow/internal/streams.hpp"
#include "capture/flow/internal/tunnel_pool.hpp"

// Packets come in batches because a flow's entry is mostly not in the cache: a look-up waits for memory
// twice, for the slot of the index and then for the entry. Those waits overlap when many packets are
// looked up at once:
//
//   packet 1   slot .......  entry .......  count         one after the other: two waits a packet
//   packet 2                                      slot .......  entry .......  count
//
//   packets 1..32   fetch all slots | fetch all entries | count, count, count ...     two waits a batch
//
// A look-up that is made early can be overtaken: an earlier packet of the batch may close the flow, open
// it, or evict it. So the first pass only remembers a candidate, and `find` believes it only if it is
// live and has the packet's key; if not, it asks the index again. The result is that of one packet after
// the other, which is what the tests compare it with.
//
// Packets that quote another flow (ICMP errors) are rare, and are looked up when their turn comes.
//
// A flow ends in four ways: it is silent for longer than its timeout (a hand goes over 32 entries every
// 256 packets, so that no packet pays for a sweep of the whole table), a packet comes that begins another
// one of the same key (begins_another), the table is full (eviction), or the capture ends.

namespace portproof {
namespace {

constexpr FlowId kSweptAtOnce = 32;         // entries that one call to `expire` looks at
constexpr std::uint64_t kSweepEvery = 256;  // packets of the table

std::size_t flows_of_share(const FlowTableOptions& options) {
  // Shares are rounded up to whole runs, and the numbers of all their flows must fit.
  const std::size_t runs_of_all = FlowArena::kRun * options.shares;
  const std::size_t most = FlowIndex::kMostFlows / runs_of_all * runs_of_all;
  const std::size_t all = std::clamp(options.max_flows, std::size_t{1}, most);
  return (all + options.shares - 1) / options.shares;
}

}  // namespace

struct FlowTable::Implementation {
  Implementation(const FlowTableOptions& options, FlowSink& to, FlowArena& arena);

  void observe_now(const Packet& packet, Timestamp now);
  void expire(Timestamp now);
  void finish(Timestamp now);
  void show_live(FlowSink& to, Timestamp since) const;

  // The packet path, inline.
  void observe(const Packet& packet, const FlowLookup& lookup, Timestamp now);
  [[nodiscard]] FlowId find(const FlowLookup& lookup) const;
  [[nodiscard]] bool is_silent(const FlowEntry& entry, Timestamp now) const;
  // What is needed of a flow while its first data are looked at. Always inline, as FlowStore::prefetch is.
  [[gnu::always_inline]] void prefetch_more(const FlowLookup& lookup) const {
    if (lookup.candidate == kNoFlow) return;
    if ((store[lookup.candidate].marks & (mark_look_low | mark_look_high)) == 0) return;
    // It lies across two cache lines, or three.
    constexpr std::size_t kCacheLine = 64;
    const auto* const more = reinterpret_cast<const char*>(&store.more(lookup.candidate));
    __builtin_prefetch(more, 1);
    __builtin_prefetch(more + kCacheLine, 1);
    __builtin_prefetch(more + sizeof(FlowMore) - 1, 1);
  }

  // Out of line: once a flow, or a few times.
  [[gnu::noinline]] FlowId find_anew(const FlowLookup& lookup) const;
  FlowId open(const FlowLookup& lookup, const Packet& packet, std::uint8_t bits, Timestamp now);
  [[nodiscard]] bool begins_another(FlowId id, Side sender, const Packet& packet, std::uint8_t bits) const;
  [[nodiscard]] bool asks_other_port(FlowId id, Side sender) const;
  FlowId reopen(FlowId id, const FlowLookup& lookup, const Packet& packet, std::uint8_t bits, Timestamp now);
  std::uint8_t observe_handshake(FlowId id, Side sender, const Packet& packet, std::uint8_t bits);
  void note_first_of_kind(FlowId id, Side sender, const Packet& packet, std::uint8_t bits);
  void note_broadcast(FlowId id, bool broadcast);
  void keep_tunnels(FlowMore& more, const TunnelStack& stack);
  void note_asked_port(FlowId id, Side sender, Timestamp now);
  void mark_quoted(const Packet& packet, Timestamp now);
  void close(FlowId id, CloseReason reason, bool may_go_on = false);
  void announce(FlowId id, CloseReason reason, bool may_go_on);
  [[nodiscard]] FlowFacts facts_of_live(FlowId id) const;
  [[nodiscard]] static CloseReason own_reason(const FlowEntry& entry);

  // Room for one more flow.
  void make_room(Timestamp now);

  std::array<Duration, kTimeoutClasses> timeouts;
  std::size_t max_flows;
  FlowSink& sink;
  FlowHash hash;

  Duplicates duplicates;
  FlowStore store;
  FlowIndex index_of{store};
  Eviction eviction{store};
  FirstLook first_look;
  Streams streams;
  AskedPorts asked_ports;
  TunnelPool tunnels;
  FlowCounts counts;
  std::size_t live{0};
  FlowId sweep_hand{0};  // an index into the store
  RecentPackets recent;
};

FlowTable::Implementation::Implementation(const FlowTableOptions& options, FlowSink& to, FlowArena& arena)
    : timeouts{options.timeouts.tcp, options.timeouts.tcp_closed, options.timeouts.udp,
               options.timeouts.others},
      max_flows(flows_of_share(options)),
      sink(to),
      hash(options.seed),
      duplicates(options.shares, options.seed),
      store(arena),
      first_look(options.shares),
      streams(options.shares),
      asked_ports(options.seed),
      tunnels(TunnelPool::kMost / options.shares) {}

bool FlowTable::Implementation::is_silent(const FlowEntry& entry, Timestamp now) const {
  return now - entry.last > timeouts[static_cast<std::size_t>(entry.timeout)];
}

// The candidate, if nothing has happened to it since it was chosen; keys of live entries differ.
inline FlowId FlowTable::Implementation::find(const FlowLookup& lookup) const {
  if (lookup.candidate != kNoFlow) [[likely]] {
    const FlowEntry& entry = store[lookup.candidate];
    if (entry.key == lookup.keyed.key && (entry.marks & mark_live) != 0) return lookup.candidate;
  }
  return find_anew(lookup);
}

FlowId FlowTable::Implementation::find_anew(const FlowLookup& lookup) const {
  return index_of.find(lookup.keyed.key, lookup.hash);
}

void FlowTable::Implementation::observe_now(const Packet& packet, Timestamp now) {
  FlowLookup lookup;
  hash.look_up(packet, lookup);
  observe(packet, lookup, now);
  if (lookup.quoted_shard != kNoShard) mark_quoted(packet, now);
}

void FlowTable::Implementation::observe(const Packet& packet, const FlowLookup& lookup, Timestamp now) {
  if (++counts.packets % kSweepEvery == 0) [[unlikely]]
    expire(now);
  const Side sender = lookup.keyed.sender;
  std::uint8_t bits = bits_of(packet);
  if (duplicates.again(lookup.mark, now)) [[unlikely]]
    ++counts.duplicates;
  FlowId id = find(lookup);
  if (id == kNoFlow) [[unlikely]] {
    id = open(lookup, packet, bits, now);
  } else if (is_silent(store[id], now) ||
             ((bits & (bit_syn | bit_syn_ack)) != 0 && begins_another(id, sender, packet, bits)) ||
             (store[id].bits[index(sender)] == 0 && asks_other_port(id, sender))) [[unlikely]] {
    id = reopen(id, lookup, packet, bits, now);
  } else {
    store[id].marks |= mark_touched;
  }

  recent.note(id, packet.frame_number);
  FlowEntry& entry = store[id];
  const std::size_t side = index(sender);
  entry.last = now;
  entry.bytes[side] += packet.wire_length;
  if (++entry.packets[side] == 0) [[unlikely]]
    ++store.more(id).packets_above[side];
  if ((bits & (bit_syn | bit_syn_ack)) != 0) [[unlikely]] {
    bits = observe_handshake(id, sender, packet, bits);
  } else if (packet.protocol == kProtocolTcp) {
    if ((bits & ~entry.bits[side]) != 0) [[unlikely]]
      settle_doubt(entry, store.more(id), sender, packet);
    if (streams.follow(entry, store, id, sender, packet)) [[unlikely]]
      first_look.begin_again(entry, store.more(id));
  }
  bool first_of_side = false;
  if ((bits & ~entry.bits[side]) != 0) [[unlikely]] {
    first_of_side = (entry.bits[side] & bit_seen) == 0;
    note_first_of_kind(id, sender, packet, bits);
  }
  if (packet.broadcast_frame || (entry.marks & mark_broadcast) != 0) [[unlikely]]
    note_broadcast(id, packet.broadcast_frame);
  if ((entry.marks & look_mark(sender)) != 0 && !packet.payload.empty()) [[unlikely]] {
    first_look.examine(entry, store.more(id), sender, packet);
  } else if (lookup.banner != kUnknownApplication && lookup.banner != entry.application) [[unlikely]] {
    FirstLook::examine_later(store.more(id), packet, lookup.banner);
  }
  const bool unjudged = !packet.is_ordinary() && !is_judged(packet);
  if (first_of_side || entry.application == Application::dns || unjudged) [[unlikely]]
    sink.seen(packet, {entry.application, first_of_side});
}

// Does this SYN or SYN-ACK begin another flow of the same key? The flow has ended and here is a SYN, or a SYN
// that came while it was under way is answered now.
bool FlowTable::Implementation::begins_another(FlowId id, Side sender, const Packet& packet,
                                               std::uint8_t bits) const {
  const FlowEntry& entry = store[id];
  const FlowMore& more = store.more(id);
  if ((bits & bit_syn) != 0) return has_ended(entry) && !is_late_syn(entry, more, sender, packet);
  return more.syn_waits == index(other(sender)) && packet.tcp_acknowledgement == more.pending_syn + 1;
}

// The flow answers a request from another port than was asked. Does who asked now talk to that port? The
// exchange of TFTP goes on there (RFC 1350, 4). Anything else is a service of its own.
bool FlowTable::Implementation::asks_other_port(FlowId id, Side sender) const {
  const FlowEntry& entry = store[id];
  const std::uint16_t asked = store.more(id).asked_port;
  return ends_at_answer(asked) && entry.initiator == index(sender);
}

FlowId FlowTable::Implementation::open(const FlowLookup& lookup, const Packet& packet, std::uint8_t bits,
                                       Timestamp now) {
  if (live >= max_flows) make_room(now);
  const Side sender = lookup.keyed.sender;
  const FlowId id = store.take();
  FlowEntry& entry = store[id];
  entry = FlowEntry{};
  entry.key = lookup.keyed.key;
  entry.hash = lookup.hash;
  entry.timeout = timeout_class(packet.protocol);
  entry.marks = mark_live | mark_look_low | mark_look_high;
  entry.first = now;
  entry.last = now;
  entry.first_frame = packet.frame_number;
  note_opening(entry, sender, packet, bits);

  FlowMore& more = store.more(id);
  more = FlowMore{};
  more.name = kNoName;
  more.first_sender = sender;
  more.announced = kNobody;
  more.syn_waits = kNobody;
  more.asker = kNobody;
  more.doubted = kNobody;
  if (!packet.tunnels.empty()) [[unlikely]]
    keep_tunnels(more, packet.tunnels);
  if (packet.protocol == kProtocolUdp && !packet.carrier) note_asked_port(id, sender, now);

  index_of.add(id);
  eviction.link_newest(id);
  ++live;
  ++counts.opened;
  return id;
}

void FlowTable::Implementation::note_asked_port(FlowId id, Side sender, Timestamp now) {
  const auto port = asked_ports.opened(store, id, sender, now);
  if (!port) return;
  store.more(id).asked_port = *port;
  store[id].initiator = static_cast<std::uint8_t>(other(sender));
  store[id].basis = DirectionBasis::request;
}

FlowId FlowTable::Implementation::reopen(FlowId id, const FlowLookup& lookup, const Packet& packet,
                                         std::uint8_t bits, Timestamp now) {
  // A flow that ended with a FIN from one side only (see has_ended) ends here by that FIN.
  const unsigned done = static_cast<unsigned>(store[id].bits[0]) | store[id].bits[1];
  const bool silent = is_silent(store[id], now);
  const bool answers_syn = !silent && (bits & bit_syn_ack) != 0;
  CloseReason reason = own_reason(store[id]);
  if (!silent && (done & bit_rst) == 0 && (done & bit_fin) != 0) reason = CloseReason::fin;
  close(id, reason, answers_syn);
  const FlowId next = open(lookup, packet, bits, now);
  if (!answers_syn) return next;
  // Its SYN was counted to the flow before it, but it was seen.
  const Side asking = other(lookup.keyed.sender);
  FlowEntry& entry = store[next];
  entry.openings = 1;
  entry.bits[index(asking)] |= bit_syn;
  store.more(next).handshake |= handshake_bit(HandshakeMark::answered, asking);
  return next;
}

// What the streams and the direction learn from a SYN or SYN-ACK, unless it was forged; returns the bits of
// it that count.
std::uint8_t FlowTable::Implementation::observe_handshake(FlowId id, Side sender, const Packet& packet,
                                                          std::uint8_t bits) {
  FlowEntry& entry = store[id];
  const std::uint8_t counted = take_handshake(entry, store.more(id), sender, packet, bits);
  if (counted == bits && streams.follow(entry, store, id, sender, packet))
    first_look.begin_again(entry, store.more(id));
  return counted;
}

void FlowTable::Implementation::note_first_of_kind(FlowId id, Side sender, const Packet& packet,
                                                   std::uint8_t bits) {
  FlowEntry& entry = store[id];
  const unsigned first_time = bits & ~static_cast<unsigned>(entry.bits[index(sender)]);
  entry.bits[index(sender)] |= bits;
  const bool tcp = protocol_of(entry.key) == kProtocolTcp;
  const unsigned either = static_cast<unsigned>(entry.bits[0]) | entry.bits[1];
  const unsigned both = static_cast<unsigned>(entry.bits[0]) & entry.bits[1];
  if (tcp && ((either & bit_rst) != 0 || (both & bit_fin) != 0)) entry.timeout = TimeoutClass::tcp_closed;

  if (tcp && (first_time & (bit_ack | bit_data)) != 0)
    take_first_segment(entry, store.more(id), sender, packet);

  if ((entry.marks & mark_two_way) != 0) return;
  // For TCP a SYN is not enough: forging one, or having one answered, is not taking part.
  const unsigned partaking = tcp ? bit_syn_ack | bit_ack | bit_data : bit_seen;
  if ((entry.bits[0] & partaking) == 0 || (entry.bits[1] & partaking) == 0) return;
  eviction.unlink(id);
  // Its beginning alone is no merit: what goes on outlives what only opened.
  entry.marks = static_cast<std::uint8_t>((entry.marks | mark_two_way) & ~mark_touched);
}

// A frame to the broadcast MAC address, or one of a flow that has had such. The packet is counted.
void FlowTable::Implementation::note_broadcast(FlowId id, bool broadcast) {
  FlowEntry& entry = store[id];
  if (((entry.marks & mark_broadcast) != 0) == broadcast) return;
  if (!broadcast || entry.packets[0] + entry.packets[1] != 1) store.more(id).not_only_broadcasts = true;
  if (broadcast) entry.marks |= mark_broadcast;
}

void FlowTable::Implementation::keep_tunnels(FlowMore& more, const TunnelStack& stack) {
  const auto kept = tunnels.intern(stack);
  if (kept) {
    more.tunnels = *kept;
  } else {
    ++counts.tunnels_refused;
  }
}

// An error is no packet of the flow that it quotes: it neither opens it nor keeps it alive. What it quotes
// may have been a tunnel's outer packet.
void FlowTable::Implementation::mark_quoted(const Packet& packet, Timestamp now) {
  const QuotedPacket& quoted = packet.quoted;
  if (!quoted.present || quoted.source != packet.destination) return sink.stray_error(packet);
  PackedSide keyed;
  pack_quoted(packet, keyed);
  for (const PackedKey& key : {keyed.key, with_kind(keyed.key, FlowKind::carrier)}) {
    const FlowId id = index_of.find(key, static_cast<std::uint32_t>(hash.of(key)));
    if (id == kNoFlow || is_silent(store[id], now)) continue;
    if (quoted.refused) store[id].bits[index(keyed.sender)] |= bit_icmp_refused;
    return;
  }
  sink.stray_error(packet);
}

CloseReason FlowTable::Implementation::own_reason(const FlowEntry& entry) {
  const unsigned either = static_cast<unsigned>(entry.bits[0]) | entry.bits[1];
  if ((either & bit_rst) != 0) return CloseReason::reset;
  return entry.timeout == TimeoutClass::tcp_closed ? CloseReason::fin : CloseReason::idle;
}

FlowFacts FlowTable::Implementation::facts_of_live(FlowId id) const {
  const FlowEntry& entry = store[id];
  const FlowMore& more = store.more(id);
  FlowFacts facts = facts_of(entry, more);
  for (const Side side : {Side::low, Side::high}) {
    facts.side(side).missed_bytes = streams.missed(entry, more, side);
    facts.side(side).stream = streams.span(entry, more, side);
  }
  if (more.tunnels != TunnelPool::kNone) [[unlikely]]
    facts.tunnels = tunnels.stack(more.tunnels);
  return facts;
}

void FlowTable::Implementation::show_live(FlowSink& to, Timestamp since) const {
  for (FlowId index = 0; index < store.end(); ++index) {
    const FlowId id = store.at(index);
    const FlowEntry& entry = store[id];
    if ((entry.marks & mark_live) == 0 || entry.last < since) continue;
    to.closed(
        {unpack(entry.key), facts_of_live(id), first_look.name(store.more(id)), CloseReason::end_of_capture});
  }
}

void FlowTable::Implementation::close(FlowId id, CloseReason reason, bool may_go_on) {
  announce(id, reason, may_go_on);
  if ((store[id].marks & mark_two_way) == 0) eviction.unlink(id);
  index_of.remove(id);
  store.give_back(id);
  --live;
}

// Tells the sink of the flow, and takes back what the pools hold of it.
void FlowTable::Implementation::announce(FlowId id, CloseReason reason, bool may_go_on) {
  FlowEntry& entry = store[id];
  FlowMore& more = store.more(id);
  sink.closed({unpack(entry.key), facts_of_live(id), first_look.name(more), reason, may_go_on});
  if (more.tunnels != TunnelPool::kNone) [[unlikely]]
    tunnels.release(more.tunnels);
  ++counts.closed[static_cast<std::size_t>(reason)];
  first_look.release(more);
  streams.release(entry);
}

void FlowTable::Implementation::make_room(Timestamp now) {
  const FlowId id = eviction.least_worth();
  const bool silent = is_silent(store[id], now);
  close(id, silent ? own_reason(store[id]) : CloseReason::evicted, !silent);
}

void FlowTable::Implementation::expire(Timestamp now) {
  const FlowId looked_at = std::min(kSweptAtOnce, store.end());
  for (FlowId count = 0; count < looked_at; ++count, ++sweep_hand) {
    if (sweep_hand >= store.end()) sweep_hand = 0;
    const FlowId id = store.at(sweep_hand);
    const FlowEntry& entry = store[id];
    if ((entry.marks & mark_live) != 0 && is_silent(entry, now)) close(id, own_reason(entry));
  }
}

// All go, so index and list are emptied at once.
void FlowTable::Implementation::finish(Timestamp now) {
  for (FlowId index = 0; index < store.end(); ++index) {
    const FlowId id = store.at(index);
    const FlowEntry& entry = store[id];
    if ((entry.marks & mark_live) == 0) continue;
    announce(id, is_silent(entry, now) ? own_reason(entry) : CloseReason::end_of_capture, false);
    store.give_back(id);
  }
  index_of.clear();
  eviction.clear();
  live = 0;
}

FlowTable::FlowTable(const FlowTableOptions& options, FlowSink& sink)
    : own_arena_(std::make_unique<FlowArena>(runs(options))),
      implementation_(std::make_unique<Implementation>(options, sink, *own_arena_)) {}
FlowTable::FlowTable(const FlowTableOptions& options, FlowSink& sink, FlowArena& arena)
    : implementation_(std::make_unique<Implementation>(options, sink, arena)) {}
FlowTable::~FlowTable() = default;

std::size_t FlowTable::runs(const FlowTableOptions& options) {
  return (flows_of_share(options) + FlowArena::kRun - 1) / FlowArena::kRun;
}

void FlowTable::observe(const Packet& packet, Timestamp now) {
  implementation_->observe_now(packet, now);
}

// News are rare, and looked up when their turn comes. First the slots in the index and among the marks of
// earlier packets are fetched, then the entries that stand there, then what few flows need besides.
void FlowTable::observe(std::span<const FlowItem> items) {
  constexpr std::size_t kAhead = 8;
  for (const FlowItem& item : items) {
    item.table->implementation_->index_of.prefetch(item.lookup->hash);
    item.table->implementation_->duplicates.prefetch(item.lookup->mark);
  }
  for (const FlowItem& item : items) {
    if (item.is_quoted) continue;
    const Implementation& table = *item.table->implementation_;
    item.lookup->candidate = table.index_of.candidate(item.lookup->hash);
    if (item.lookup->candidate != kNoFlow) table.store.prefetch(item.lookup->candidate);
  }
  for (std::size_t at = 0; at < items.size(); ++at) {
    if (at + kAhead < items.size()) {
      const FlowItem& soon = items[at + kAhead];
      if (!soon.is_quoted) soon.table->implementation_->prefetch_more(*soon.lookup);
    }
    const FlowItem& item = items[at];
    Implementation& table = *item.table->implementation_;
    if (item.is_quoted) [[unlikely]] {
      table.mark_quoted(*item.packet, item.packet->time);
    } else {
      table.observe(*item.packet, *item.lookup, item.packet->time);
    }
  }
}

void FlowTable::catch_up(std::uint64_t first_frame, Timestamp from, Timestamp to) {
  implementation_->recent.catch_up(implementation_->store, first_frame, from, to);
  implementation_->sink.caught_up(first_frame, from, to);
}
void FlowTable::expire(Timestamp now) {
  implementation_->expire(now);
}
void FlowTable::finish(Timestamp now) {
  implementation_->finish(now);
}
void FlowTable::show_live(FlowSink& to, Timestamp since) const {
  implementation_->show_live(to, since);
}
void FlowTable::show_recent(Timestamp now, std::vector<RecentMark>& marks) const {
  implementation_->duplicates.for_each(now, [&marks](Duplicates::Tag tag, Timestamp time) {
    marks.push_back({tag, time});
  });
}
std::size_t FlowTable::size() const {
  return implementation_->live;
}
FlowCounts FlowTable::counts() const {
  FlowCounts counts = implementation_->counts;
  counts.names_refused = implementation_->first_look.names_refused();
  counts.openings_refused = implementation_->first_look.openings_refused();
  counts.marks_forgotten = implementation_->duplicates.forgotten();
  return counts;
}

}  // namespace portproof
