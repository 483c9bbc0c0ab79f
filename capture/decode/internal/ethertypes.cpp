// EtherTypes of protocols that carry no IP packets, mostly from
// https://www.iana.org/assignments/ieee-802-numbers. Any other type that has no decoder may carry one.
#include <algorithm>
#include <array>

#include "capture/decode/link.hpp"

namespace portproof {
namespace {

// Both ends included; sorted.
struct TypeRange {
  std::uint16_t first;
  std::uint16_t last;
};
constexpr TypeRange only(std::uint16_t type) {
  return {type, type};
}

constexpr std::array kWithoutIp{
    TypeRange{0x0600, 0x0601},  // XNS
    TypeRange{0x0660, 0x0661},  // DLOG
    only(0x0806),               // ARP
    only(0x0842),               // wake on LAN
    TypeRange{0x0bad, 0x0baf},  // VINES
    only(0x2000),               // CDP
    only(0x2001),               // NHRP
    only(0x2004),               // DTP
    only(0x22ea),               // stream reservation
    only(0x22f0),               // audio and video transport
    only(0x22f4),               // IS-IS of TRILL
    TypeRange{0x6000, 0x6009},  // DECnet
    only(0x8035),               // RARP
    only(0x8036),               // Aeonic Systems
    TypeRange{0x8038, 0x8042},  // DEC
    only(0x809b),               // AppleTalk
    only(0x80c4),               // VINES
    only(0x80c5),
    only(0x80d5),               // SNA
    only(0x80f3),               // AppleTalk's ARP
    TypeRange{0x8137, 0x8138},  // IPX
    only(0x8191),               // NetBEUI
    only(0x872d),               // Cisco's wireless context control
    only(0x8808),               // pause frames
    only(0x8809),               // LACP and other slow protocols
    only(0x8819),               // CobraNet
    only(0x8863),               // PPPoE discovery
    only(0x886c),               // HomePNA, Broadcom's messages
    only(0x887b),               // HomePlug
    only(0x888e),               // 802.1X
    only(0x8892),               // PROFINET
    only(0x8899),               // Realtek's loop detection
    only(0x889a),               // HyperSCSI
    only(0x88a2),               // ATA over Ethernet
    only(0x88a4),               // EtherCAT
    only(0x88ab),               // Powerlink
    TypeRange{0x88b8, 0x88ba},  // GOOSE, GSE, sampled values
    only(0x88c7),               // 802.11 pre-authentication
    only(0x88ca),               // TIPC
    only(0x88cc),               // LLDP
    only(0x88cd),               // SERCOS
    only(0x88d9),               // Microsoft's topology discovery
    only(0x88e1),               // HomePlug AV
    only(0x88e3),               // media redundancy
    TypeRange{0x88f5, 0x88f8},  // MVRP, MMRP, PTP, NC-SI
    only(0x88fb),               // supervision of PRP and HSR
    only(0x8902),               // connectivity fault management
    only(0x8906),               // Fibre Channel over Ethernet
    only(0x890d),               // 802.11 protocols
    only(0x8912),               // HomePlug
    only(0x8914),               // FCoE initialization
    only(0x8915),               // RDMA, first version
    only(0x8922),               // VMware's beacons
    only(0x8929),               // multiple I-SID registration
    only(0x893a),               // 1905.1
    only(0x8940),               // edge control
    only(0x9000),               // loopback test
    only(0xcafe),               // Veritas heartbeat
    only(0xfefe),               // ISO protocols
};

// Those of them by which hosts send each other data: other networks, storage, clusters.
constexpr std::array kForeign{
    TypeRange{0x0600, 0x0601},  // XNS
    TypeRange{0x0bad, 0x0baf},  // VINES
    only(0x6003),               // DECnet
    only(0x809b),               // AppleTalk
    only(0x80c4),               // VINES
    only(0x80d5),               // SNA
    TypeRange{0x8137, 0x8138},  // IPX
    only(0x8191),               // NetBEUI
    only(0x889a),               // HyperSCSI
    only(0x88a2),               // ATA over Ethernet
    only(0x88ca),               // TIPC
    only(0x8906),               // Fibre Channel over Ethernet
    only(0x8915),               // RDMA, first version
    only(0xcafe),               // Veritas heartbeat, and its data
    only(0xfefe),               // ISO protocols
};

template <std::size_t Size>
constexpr bool is_sorted(const std::array<TypeRange, Size>& ranges) {
  for (std::size_t row = 1; row < Size; ++row) {
    if (ranges[row].first <= ranges[row - 1].last) return false;
  }
  return true;
}
static_assert(is_sorted(kWithoutIp) && is_sorted(kForeign));

template <std::size_t Size>
bool holds(const std::array<TypeRange, Size>& ranges, std::uint16_t ethertype) {
  const auto* const after =
      std::upper_bound(ranges.begin(), ranges.end(), ethertype,
                       [](std::uint16_t wanted, const TypeRange& range) { return wanted < range.first; });
  return after != ranges.begin() && ethertype <= (after - 1)->last;
}

}  // namespace

bool is_without_ip(std::uint16_t ethertype) {
  return holds(kWithoutIp, ethertype);
}

bool is_foreign(std::uint16_t ethertype) {
  return holds(kForeign, ethertype);
}

}  // namespace portproof
