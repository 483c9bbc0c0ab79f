#include "capture/flow/packet_key.hpp"

namespace portproof {

KeyedSide key_of(const Packet& packet) {
  const bool portless = !has_ports(packet.protocol);
  const Endpoint source{packet.source, portless ? std::uint16_t{0} : packet.source_port};
  const Endpoint destination{packet.destination, portless ? std::uint16_t{0} : packet.destination_port};
  KeyedSide keyed;
  keyed.sender = destination < source ? Side::high : Side::low;
  keyed.key.low = keyed.sender == Side::low ? source : destination;
  keyed.key.high = keyed.sender == Side::low ? destination : source;
  keyed.key.protocol = packet.protocol;
  keyed.key.kind = kind_of(packet, keyed.sender);
  keyed.key.vlans = packet.vlans;
  return keyed;
}

}  // namespace portproof
