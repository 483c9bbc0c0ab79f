// Packets of a small world, so that they meet in flows: few hosts, few ports, every flag, payloads that are
// recognised and payloads that are not.
#pragma once

#include <array>
#include <random>
#include <string>

#include "tests/capture/flow/packets.hpp"

namespace portproof::test {

class RandomPackets {
 public:
  explicit RandomPackets(std::uint32_t seed, unsigned hosts = 4, unsigned ports = 3)
      : random_(seed), hosts_(hosts), ports_(ports) {}

  Packet next() {
    Packet packet = plain();
    if (packet.protocol == kProtocolIcmp) {
      packet.icmp = static_cast<IcmpClass>(1 + below(4));
      if (packet.icmp == IcmpClass::error) quote(packet);
    }
    if (below(3) == 0) packet.vlans = 10 + below(2);
    if (below(3) == 0) packet.tunnels.push({.kind = TunnelKind::vxlan, .has_id = true, .id = below(3)});
    packet.transport_cut = below(20) == 0;
    packet.broadcast_frame = below(50) == 0;
    packet.wire_length = 60 + below(1400);
    packet.frame_number = ++number_;
    return packet;
  }

  // Mostly short, sometimes as long as a timeout or longer.
  Duration pause() {
    constexpr std::array<std::int64_t, 8> kSeconds{10, 11, 60, 61, 180, 181, 3600, 3601};
    if (below(200) == 0) return seconds(kSeconds[below(kSeconds.size())]);
    return Duration{static_cast<std::int64_t>(below(300'000'000))};
  }

  unsigned below(std::size_t limit) { return static_cast<unsigned>(random_() % limit); }

 private:
  Packet plain() {
    constexpr std::array<std::uint8_t, 6> kProtocols{6, 6, 6, 17, 1, 132};
    constexpr std::array<std::string_view, 6> kPayloads{"",
                                                        "",
                                                        "x",
                                                        "SSH-2.0-x\r\n",
                                                        "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
                                                        "POST / HTTP/1.1\r\nHost: ?\r\n\r\n"};
    constexpr std::array<int, 9> kFlags{0x02, 0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0x14, 0x01};
    const bool v6 = below(4) == 0;
    Packet packet = packet_of(kProtocols[below(kProtocols.size())], host(v6), port(), host(v6), port(),
                              kPayloads[below(kPayloads.size())]);
    if (packet.protocol == kProtocolTcp) {
      const int usual = kFlags[below(kFlags.size())];
      packet.tcp_flags = static_cast<std::uint8_t>(below(5) == 0 ? below(256) : static_cast<unsigned>(usual));
    }
    return packet;
  }

  void quote(Packet& packet) {
    const Packet about = plain();
    packet.quoted = {.present = true,
                     .source = about.source,
                     .destination = about.destination,
                     .protocol = about.protocol,
                     .source_port = about.source_port,
                     .destination_port = about.destination_port,
                     .icmp = is_icmp(about.protocol) ? static_cast<IcmpClass>(below(5)) : IcmpClass::none};
    packet.quoted.refused = below(2) == 0;
    // Most errors go to whoever sent what they quote.
    if (below(8) > 0) packet.destination = about.source;
  }

  std::string host(bool v6) { return (v6 ? "fd20::" : "10.0.0.") + std::to_string(1 + below(hosts_)); }
  std::uint16_t port() { return static_cast<std::uint16_t>(1000 + below(ports_)); }

  std::mt19937 random_;
  unsigned hosts_;
  unsigned ports_;
  std::uint64_t number_{0};
};

}  // namespace portproof::test
