// How the flow table keeps a flow in memory: two cache lines that every packet touches, the first of which
// answers "is it this flow, and does it still run"; and apart from them what is needed at its beginning and
// its end only. Private to the flow table; everybody else sees FlowKey and FlowFacts.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "capture/base/flow_facts.hpp"
#include "capture/flow/internal/packed_key.hpp"
#include "capture/identify/stream_start.hpp"

namespace portproof {

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
  mark_two_way = 0x02,     // both sides take part: evicted last
  mark_touched = 0x04,     // had a packet since the eviction's hand last came by
  mark_look_low = 0x08,    // the application, or a name, is still looked for in the low side's data
  mark_look_high = 0x10,   // and in the high side's
  mark_broadcast = 0x20,   // a frame of it went to the broadcast MAC address
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
  std::uint8_t initiator;  // a Side, or kNobody; of TCP always kNobody, see handshake.hpp
  DirectionBasis basis;
  std::uint8_t openings;
  Timestamp first;
  std::uint64_t first_frame;
};
static_assert(sizeof(FlowEntry) == 128);
static_assert(std::is_trivially_copyable_v<FlowEntry>);

struct FlowMore {
  std::uint64_t banners;                       // FlowFacts::banners
  std::array<std::uint32_t, 2> stream_first;   // where the streams were first seen
  std::array<std::uint32_t, 2> heard;          // what was first acknowledged of a side that was not seen yet
  std::array<std::uint16_t, 2> packets_above;  // times 2^32
  std::uint32_t pending_syn;  // sequence number of a SYN on a flow under way, see `syn_waits`
  std::uint32_t name;         // in the NamePool, or kNoName
  std::uint16_t tunnels;      // in the TunnelPool, where 0 is none
  std::uint16_t asked_port;
  std::uint16_t assembly;  // of a message whose name is still awaited, in the Assemblies
  Side first_sender;
  std::uint8_t announced;  // the Side whose data told the application, or kNobody
  std::array<std::uint8_t, 2> examined;
  NameState name_state;
  std::uint8_t kinds;        // HttpKinds
  std::uint8_t syn_waits;    // the Side that sent `pending_syn`, or kNobody
  bool not_only_broadcasts;  // with mark_broadcast: another frame did not
  std::uint8_t again;      // data packets of a later connection on the same ports that may still be examined
  std::uint8_t handshake;  // HandshakeMarks of both sides
  std::uint8_t asker;      // of TCP: the Side that opened it by what its data are, or kNobody
  std::array<bool, 2> is_heard;  // is there something in `heard`?
  std::uint8_t doubted;          // the Side whose data with a wrong checksum told the application, or kNobody
  std::array<std::uint8_t, 2> start_sizes;  // of `starts`
  std::array<StreamStart, 2> starts;        // of TCP, while the application is looked for
};
static_assert(sizeof(FlowMore) == 104);
static_assert(kMostApplications <= 64);
static_assert(std::is_trivially_copyable_v<FlowMore>);
static_assert(kHttpKindCount <= 8);

// Which of the timeouts a flow of this protocol has as long as it is open.
TimeoutClass timeout_class(std::uint8_t protocol);

// What the first packet of an entry says of its opening: echoes tell which end asked. Who opened a TCP flow
// shows only in its whole handshake (handshake.hpp).
void note_opening(FlowEntry& entry, Side sender, const Packet& packet, std::uint8_t bits);

// has_ended of flow.hpp, on an entry.
bool has_ended(const FlowEntry& entry);

// But for the tunnels and the streams, which pools have.
FlowFacts facts_of(const FlowEntry& entry, const FlowMore& more);

}  // namespace portproof
