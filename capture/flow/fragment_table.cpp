#include "capture/flow/fragment_table.hpp"

#include "capture/flow/internal/fragment_key.hpp"

namespace portproof {

std::size_t FragmentTable::first_way(const Fragment& parts) const {
  return hash_of(parts, seed_) % (kEntries / kWays) * kWays;
}

// Over what is known of the same packet, else over the oldest of its slots.
void FragmentTable::remember(const Packet& packet, Timestamp now) {
  if (entries_.empty()) entries_.resize(kEntries);
  Entry* const ways = &entries_[first_way(packet.fragment)];
  Entry* chosen = ways;
  for (Entry* entry = ways; entry != ways + kWays; ++entry) {
    if (are_of_one_packet(entry->parts, packet.fragment)) {
      chosen = entry;
      break;
    }
    if (entry->time < chosen->time) chosen = entry;
  }
  *chosen = {packet.fragment,    now,
             packet.source,      packet.destination,
             packet.source_port, packet.destination_port,
             packet.protocol,    packet.icmp,
             packet.vlans,       packet.tunnels};
}

void FragmentTable::give(const Entry& entry, Packet& packet) {
  packet.source = entry.source;
  packet.destination = entry.destination;
  packet.source_port = entry.source_port;
  packet.destination_port = entry.destination_port;
  packet.protocol = entry.protocol;
  packet.icmp = entry.icmp;
  packet.vlans = entry.vlans;
  packet.tunnels = entry.tunnels;
}

bool FragmentTable::place(Packet& packet, Timestamp now) const {
  // A later piece of the link layer's, or in a tunnel whose own packet was the first of several, is none of
  // the packets that are remembered.
  if (packet.fragment.part != Fragment::Part::later || entries_.empty()) return false;
  const Entry* const ways = &entries_[first_way(packet.fragment)];
  for (const Entry* entry = ways; entry != ways + kWays; ++entry) {
    const bool known =
        entry->parts.part == Fragment::Part::first && are_of_one_packet(entry->parts, packet.fragment);
    if (!known || now - entry->time > kLifetime) continue;
    give(*entry, packet);
    packet.tcp_flags = 0;
    packet.tcp_sequence = 0;
    packet.tcp_acknowledgement = 0;
    packet.transport_cut = true;
    packet.payload = {};
    packet.payload_length = 0;
    packet.quoted.present = false;
    return true;
  }
  return false;
}

}  // namespace portproof
