// What a packet was carried in: the layers that were removed to reach it, outermost first. A small value
// without allocation; docs/reference/decoding.md explains the terms.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portproof {

// Plain VLAN tags are not among these: they say where a frame is, not what carries it.
enum class TunnelKind : std::uint8_t {
  mpls,      // id: the label; one entry per label
  pppoe,     // the session
  pbb,       // IEEE 802.1ah, the service (I-SID)
  vn_tag,    // the destination interface
  e_tag,     // IEEE 802.1BR, the extended channel
  macsec,    // not encrypted; the short channel's association number
  trill,     // the egress nickname
  nsh,       // the service path
  gre,       // the key
  erspan_1,  //
  erspan_2,  // the session
  erspan_3,  // the session
  pptp,      // the call
  ipv4_in_ipv4,
  ipv6_in_ipv4,
  ipv4_in_ipv6,
  ipv6_in_ipv6,
  ether_ip,
  ether_in_ip,   // without its own header (RFC 8986)
  pim_register,  // multicast on its way to the rendezvous point
  l2tp,          // version 2: the tunnel in the upper 16 bits, the session in the lower
  l2tp_v3,       // the session
  vxlan,         // the network (VNI)
  geneve,        // the network (VNI)
  gtp_u,         // the tunnel endpoint (TEID)
  teredo,
  capwap,
  lisp,
  fabric_path,  // the forwarding tag (FTAG)
  tzsp,
  erm,  // remote mirroring of HP and Aruba
};
inline constexpr std::array<std::string_view, 31> kTunnelKindNames{
    "mpls",  "pppoe",    "pbb",         "vn-tag",       "e-tag",      "macsec", "trill", "nsh",
    "gre",   "erspan-1", "erspan-2",    "erspan-3",     "pptp",       "4in4",   "6in4",  "4in6",
    "6in6",  "etherip",  "ether-in-ip", "pim-register", "l2tp",       "l2tpv3", "vxlan", "geneve",
    "gtp-u", "teredo",   "capwap",      "lisp",         "fabricpath", "tzsp",   "erm"};
static_assert(kTunnelKindNames.size() == static_cast<std::size_t>(TunnelKind::erm) + 1);

struct TunnelLayer {
  TunnelKind kind{TunnelKind::mpls};
  bool has_id{false};
  std::uint32_t id{0};
  friend auto operator<=>(const TunnelLayer&, const TunnelLayer&) = default;
};

// "vxlan:5000", "gre", "l2tp:17/3".
std::string to_string(const TunnelLayer& layer);

// Reads what to_string writes, and nothing else.
std::optional<TunnelLayer> parse_tunnel_layer(std::string_view text);

// The layers, outermost first: the first kKept of them.
struct TunnelStack {
  static constexpr std::size_t kKept = 8;

  std::uint32_t count{0};
  std::array<TunnelLayer, kKept> layers{};  // the first `count` are valid

  [[nodiscard]] bool empty() const { return count == 0; }
  [[nodiscard]] bool full() const { return count == kKept; }
  [[nodiscard]] const TunnelLayer* begin() const { return layers.data(); }
  [[nodiscard]] const TunnelLayer* end() const { return layers.data() + count; }

  void push(const TunnelLayer& layer) {
    if (!full()) layers[count++] = layer;
  }

  friend bool operator==(const TunnelStack& left, const TunnelStack& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end());
  }
  friend bool operator<(const TunnelStack& left, const TunnelStack& right) {
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end());
  }
};

}  // namespace portproof
