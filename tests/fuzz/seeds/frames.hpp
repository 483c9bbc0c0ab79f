// The frames that seeds are made of.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "tests/support/packet_builder.hpp"
#include "tests/support/pcap_writer.hpp"

namespace portproof::test {

std::vector<Bytes> session();  // a TCP connection with TLS in it, from SYN to FIN
std::vector<Bytes> mixture();  // one of each kind that the flow table distinguishes

// A datagram to a name server, in IPv4, on top of the given layers.
PacketBuilder udp_over(PacketBuilder below);

// A millisecond apart.
PcapWriter pcap_of(const std::vector<Bytes>& frames, PcapOptions options = {});

Bytes cut(const Bytes& bytes, std::size_t missing);  // without the last bytes
Bytes bytes_of(std::string_view text);

}  // namespace portproof::test
