#include "capture/decode/packet.hpp"

#include <algorithm>

namespace portproof {

static_assert(sizeof(Packet) == 272, "does copy() copy every field?");

void copy(const Packet& from, Packet& to) {
  to.time = from.time;
  to.frame_number = from.frame_number;
  to.wire_length = from.wire_length;
  to.vlans = from.vlans;
  to.source_port = from.source_port;
  to.destination_port = from.destination_port;
  to.protocol = from.protocol;
  to.tcp_flags = from.tcp_flags;
  to.tcp_header_length = from.tcp_header_length;
  to.icmp = from.icmp;
  to.control = from.control;
  to.carrier = from.carrier;
  to.transport_cut = from.transport_cut;
  to.broadcast_frame = from.broadcast_frame;
  to.tcp_sequence = from.tcp_sequence;
  to.tcp_acknowledgement = from.tcp_acknowledgement;
  to.payload = from.payload;
  to.payload_length = from.payload_length;
  to.ip_identification = from.ip_identification;
  to.decrypted = from.decrypted;
  to.ethernet = from.ethernet;
  to.source = from.source;
  to.destination = from.destination;
  to.fragment.part = from.fragment.part;
  if (from.fragment.part != Fragment::Part::none) to.fragment = from.fragment;
  to.tunnels.count = from.tunnels.count;
  std::copy(from.tunnels.begin(), from.tunnels.end(), to.tunnels.layers.begin());
  to.quoted.present = from.quoted.present;
  if (from.quoted.present) to.quoted = from.quoted;
}

}  // namespace portproof
