// How the flow table keeps a flow in memory: two cache lines that every packet touches, the first of which
// answers "is it this flow, and does it still run"; and apart from them what is needed at its beginning and
// its end only. Private to the flow table; everybody else sees FlowKey and FlowFacts.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "capture/flow/flow.hpp"
#include "capture/huge_array.hpp"

namespace portproof {

// A FlowKey without padding: hashed and compared as plain words, always all of them.
struct PackedKey {
  std::array<std::uint64_t, 5> words;

  friend bool operator==(const PackedKey& left, const PackedKey& right) {
    std::uint64_t difference = 0;
    for (std::size_t word = 0; word < left.words.size(); ++word) {
      difference |= left.words[word] ^ right.words[word];
    }
    return difference == 0;
  }
};
static_assert(sizeof(PackedKey) == 40 && std::has_unique_object_representations_v<PackedKey>);

struct PackedSide {
  PackedKey key;
  Side sender;
};

// The last word of a PackedKey, from its lowest bit: the ports, or in their place the protocol where it has
// none; whether there are ports; the two lowest bits of the protocol, in which those that have ports differ;
// the kind; the families; the VLANs.
inline constexpr unsigned kHasPortsAt = 32;
inline constexpr unsigned kProtocolAt = 33;
inline constexpr unsigned kKindAt = 35;
inline constexpr unsigned kLowIsV6At = 36;
inline constexpr unsigned kHighIsV6At = 37;
inline constexpr unsigned kVlansAt = 40;

// The IP protocol number.
inline std::uint8_t protocol_of(const PackedKey& key) {
  static_assert((kProtocolTcp & 3U) == 2 && (kProtocolUdp & 3U) == 1 && (kProtocolSctp & 3U) == 0);
  constexpr std::array<std::uint8_t, 4> kWithPorts{kProtocolSctp, kProtocolUdp, kProtocolTcp, 0};
  const std::uint64_t rest = key.words[4];
  if (((rest >> kHasPortsAt) & 1U) != 0) return kWithPorts[(rest >> kProtocolAt) & 3U];
  return static_cast<std::uint8_t>(rest & 0xffU);
}

// Both addresses, the smaller endpoint's first, and what goes into the last word, in place: built elsewhere
// and copied, a key would stall the processor for as long as all the rest of looking it up takes.
inline void pack(const IpAddress& source, std::uint16_t source_port, const IpAddress& destination,
                 std::uint16_t destination_port, std::uint8_t protocol, FlowKind kind, std::uint32_t vlans,
                 PackedSide& packed) {
  const bool ports = has_ports(protocol);
  const std::strong_ordering order = destination <=> source;
  const bool swapped = order < 0 || (order == 0 && ports && destination_port < source_port);
  const IpAddress& low = swapped ? destination : source;
  const IpAddress& high = swapped ? source : destination;
  const std::uint64_t low_port = swapped ? destination_port : source_port;
  const std::uint64_t high_port = swapped ? source_port : destination_port;
  packed.sender = swapped ? Side::high : Side::low;
  packed.key.words[0] = low.word(0);
  packed.key.words[1] = low.word(8);
  packed.key.words[2] = high.word(0);
  packed.key.words[3] = high.word(8);
  packed.key.words[4] =
      (ports ? low_port | (high_port << 16U) : protocol) | (std::uint64_t{ports} << kHasPortsAt) |
      (std::uint64_t{protocol & 3U} << kProtocolAt) | (static_cast<std::uint64_t>(kind) << kKindAt) |
      (std::uint64_t{low.family == IpFamily::v6} << kLowIsV6At) |
      (std::uint64_t{high.family == IpFamily::v6} << kHighIsV6At) | (std::uint64_t{vlans} << kVlansAt);
}

// The unordered key of a packet and its sender; agrees with key_of.
inline void pack(const Packet& packet, PackedSide& packed) {
  pack(packet.source, packet.source_port, packet.destination, packet.destination_port, packet.protocol,
       kind_of(packet), packet.vlans, packed);
}

// Likewise of the packet that an ICMP error quotes.
inline void pack_quoted(const Packet& packet, PackedSide& packed) {
  const QuotedPacket& quoted = packet.quoted;
  pack(quoted.source, quoted.source_port, quoted.destination, quoted.destination_port, quoted.protocol,
       FlowKind::plain, packet.vlans, packed);
}

FlowKey unpack(const PackedKey& key);

// What a side has done, as bits: the booleans of SideFacts.
enum SideBit : std::uint8_t {
  bit_syn = 0x01,
  bit_syn_ack = 0x02,
  bit_ack = 0x04,
  bit_data = 0x08,
  bit_fin = 0x10,
  bit_rst = 0x20,
  bit_icmp_refused = 0x40,
  bit_seen = 0x80,  // it sent a packet of any kind
};

// SideBits of the TCP flags FIN, SYN, RST, PSH and ACK, which are the five lowest bits. A RST says nothing
// but that, whatever else is set with it.
constexpr std::array<std::uint8_t, 32> bits_of_tcp_flags() {
  std::array<std::uint8_t, 32> table{};
  for (std::uint8_t flags = 0; flags < 32; ++flags) {
    std::uint8_t bits = bit_seen;
    if ((flags & kTcpFin) != 0) bits |= bit_fin;
    const bool ack = (flags & kTcpAck) != 0;
    if ((flags & kTcpRst) != 0) {
      bits |= bit_rst;
    } else if ((flags & kTcpSyn) != 0) {
      bits |= ack ? bit_syn_ack : bit_syn;
    } else if (ack) {
      bits |= bit_ack;
    }
    table[flags] = bits;
  }
  return table;
}
inline constexpr std::array<std::uint8_t, 32> kTcpBits = bits_of_tcp_flags();

// The bits that one packet adds to its sender.
inline std::uint8_t bits_of(const Packet& packet) {
  if (packet.transport_cut) return bit_seen;
  std::uint8_t bits = packet.protocol == kProtocolTcp ? kTcpBits[packet.tcp_flags & 0x1fU]
                                                      : static_cast<std::uint8_t>(bit_seen);
  if (packet.payload_length > 0 && (bits & bit_rst) == 0) bits |= bit_data;
  return bits;
}

// Which of FlowTimeouts holds.
enum class TimeoutClass : std::uint8_t { tcp, tcp_closed, udp, others };
inline constexpr std::size_t kTimeoutClasses = 4;

enum MarkBit : std::uint8_t {
  mark_live = 0x01,
  mark_two_way = 0x02,    // both sides take part: evicted last
  mark_touched = 0x04,    // had a packet since the eviction's hand last came by
  mark_look_low = 0x08,   // the application, or a name, is still looked for in the low side's data
  mark_look_high = 0x10,  // and in the high side's
  mark_broadcast = 0x20,
  mark_stream_low = 0x40,  // where the low side's TCP stream stands is known
  mark_stream_high = 0x80,
};

constexpr std::uint8_t look_mark(Side side) {
  return side == Side::low ? mark_look_low : mark_look_high;
}
constexpr std::uint8_t stream_mark(Side side) {
  return side == Side::low ? mark_stream_low : mark_stream_high;
}

// `who` in one byte.
inline constexpr std::uint8_t kNobody = 2;

using FlowId = std::uint32_t;
inline constexpr FlowId kNoFlow = 0xffffffff;
inline constexpr std::uint32_t kNoName = 0xffffffff;

struct alignas(64) FlowEntry {
  PackedKey key;
  std::uint32_t hash;
  std::array<std::uint8_t, 2> bits;  // SideBit, by index(Side)
  TimeoutClass timeout;
  std::uint8_t marks;  // MarkBit
  Timestamp last;
  std::array<std::uint32_t, 2> packets;  // the lower half: FlowMore has the upper

  std::array<std::uint64_t, 2> bytes;
  // Of the TCP streams, where known: behind the last byte that was seen of the side, and what the other side
  // has acknowledged of it.
  std::array<std::uint32_t, 2> next;
  std::array<std::uint32_t, 2> acknowledged;
  std::uint32_t gaps;  // in StreamGaps, or StreamGaps::kNone
  FlowId older;  // neighbours in the list of flows that are not two-way; `newer` also chains free entries
  FlowId newer;
  Application application;
  std::uint8_t initiator;  // a Side, or kNobody
  DirectionBasis basis;
  std::uint8_t openings;
  Timestamp first;
  std::uint64_t first_frame;
};
static_assert(sizeof(FlowEntry) == 128);
static_assert(std::is_trivially_copyable_v<FlowEntry>);

struct FlowMore {
  std::array<std::uint32_t, 2> stream_first;   // where the streams were first seen
  std::array<std::uint32_t, 2> packets_above;  // times 2^32
  std::uint32_t pending_syn;  // sequence number of a SYN on a flow under way, see `syn_waits`
  std::uint32_t name;         // in the NamePool, or kNoName
  std::uint16_t tunnels;      // in the TunnelPool, where 0 is none
  std::uint16_t asked_port;
  std::uint16_t assembly;  // of a message whose name is still awaited, in the Assemblies
  Side first_sender;
  std::uint8_t told;  // the Side whose data told the application, or kNobody
  std::array<std::uint8_t, 2> examined;
  NameState name_state;
  std::uint8_t kinds;      // HttpKinds
  std::uint8_t syn_waits;  // the Side that sent `pending_syn`, or kNobody
};
static_assert(sizeof(FlowMore) == 40);
static_assert(std::is_trivially_copyable_v<FlowMore>);
static_assert(kHttpKindCount <= 8);

// But for the tunnels and the missed bytes, which pools have.
FlowFacts facts_of(const FlowEntry& entry, const FlowMore& more);

// Memory for the entries of all shards, in runs: two arrays that never move and take memory only as far as
// they were used. Runs may be taken by several threads at once.
class FlowArena {
 public:
  static constexpr FlowId kRun = 512;

  // Has room for `runs` runs.
  explicit FlowArena(std::size_t runs) : entries_(runs * kRun), more_(runs * kRun) {}

  // The first of kRun ids that follow each other. There must be one left.
  FlowId take_run() { return next_.fetch_add(kRun, std::memory_order_relaxed); }

  [[nodiscard]] FlowEntry* entries() { return entries_.data(); }
  [[nodiscard]] FlowMore* more() { return more_.data(); }

 private:
  HugeArray<FlowEntry> entries_;
  HugeArray<FlowMore> more_;
  std::atomic<FlowId> next_{0};
};

// The entries of one shard, live and free.
class FlowStore {
 public:
  // The arena must outlive it, and have runs for as many flows as will be taken at a time.
  explicit FlowStore(FlowArena& arena) : arena_(arena), entries_(arena.entries()), more_(arena.more()) {}

  [[nodiscard]] FlowEntry& operator[](FlowId id) { return entries_[id]; }
  [[nodiscard]] const FlowEntry& operator[](FlowId id) const { return entries_[id]; }
  [[nodiscard]] FlowMore& more(FlowId id) { return more_[id]; }
  [[nodiscard]] const FlowMore& more(FlowId id) const { return more_[id]; }

  // Both cache lines of an entry. Always inline: a function that only fetches has no effect in the eyes of
  // GCC 12, which leaves out calls to it.
  [[gnu::always_inline]] void prefetch(FlowId id) const {
    const auto* const bytes = reinterpret_cast<const char*>(&entries_[id]);
    __builtin_prefetch(bytes, 1);
    __builtin_prefetch(bytes + 64, 1);
  }

  // An entry that is free: its content is undefined but for `marks`, which are 0.
  FlowId take();
  void give_back(FlowId id);

  // All entries that were ever taken, by place: those of places below `end`.
  [[nodiscard]] FlowId end() const { return end_; }
  [[nodiscard]] FlowId at_place(FlowId place) const {
    return runs_[place / FlowArena::kRun] + place % FlowArena::kRun;
  }

 private:
  FlowArena& arena_;
  FlowEntry* entries_;
  FlowMore* more_;
  std::vector<FlowId> runs_;
  FlowId free_{kNoFlow};
  FlowId end_{0};
};

}  // namespace portproof
