// What the SYNs and SYN-ACKs of a TCP flow say about who opened it. Anybody can forge one packet, so a side's
// claim to have opened the flow is kept apart from what supports it:
//
//   claimed      it sent a SYN, or the other side a SYN-ACK           (bit_syn, bit_syn_ack)
//   answered     the other side's SYN-ACK acknowledges its SYN
//   completed    it went on as that SYN-ACK says, and acknowledged it
//
// opening_of (flow/flow.hpp) weighs the claims of both sides against each other. Where both sides sent a SYN
// for one connection, both have opened it, and neither claim outweighs the other.
//
// A SYN or SYN-ACK with a wrong checksum is in doubt. It counts for nothing as soon as its sender has sent
// another packet with a right one.
#pragma once

#include <cstdint>

#include "capture/decode/packet.hpp"
#include "capture/flow/checksum.hpp"
#include "capture/flow/internal/flow_entry.hpp"
#include "capture/flow/internal/streams.hpp"

namespace portproof {

// What FlowMore::handshake holds of each side, as bits of an even place for the low side.
enum class HandshakeMark : std::uint8_t { answered = 0, completed = 2, doubted = 4, trusted = 6 };

constexpr std::uint8_t handshake_bit(HandshakeMark mark, Side side) {
  return static_cast<std::uint8_t>(1U << (static_cast<unsigned>(mark) + static_cast<unsigned>(side)));
}

// Is this the SYN of the connection under way, which comes late: after its answer, or after the first data?
// Captures that were put together from several interfaces are not always in order.
bool is_late_syn(const FlowEntry& entry, const FlowMore& more, Side sender, const Packet& packet);

// Takes a SYN or SYN-ACK, before the streams follow it. Returns the bits of the packet that count: without
// those of a SYN or SYN-ACK whose checksum is wrong and whose sender has shown that it computes them.
std::uint8_t take_handshake(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet,
                            std::uint8_t bits);

// Takes a segment that is the first of its kind of a side, before the streams follow it: a right checksum
// shows which SYNs of the side were forged.
void settle_doubt(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet);

// Is this segment with data forged? Its checksum is wrong, so that its receiver drops it, and its sender has
// shown that it computes them. A right one shows that, and which SYNs of the side were forged.
bool is_forged_data(FlowEntry& entry, FlowMore& more, Side sender, Checksum checksum);

// Takes the first segment with data, or with an acknowledgement, of a side, after the streams followed it.
void take_first_segment(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet);

}  // namespace portproof
