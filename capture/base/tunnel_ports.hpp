// The UDP ports on which tunnels and mirrors are expected: those that standards and vendors assign, and the
// ports that a site uses for VXLAN besides.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace portproof {

inline constexpr std::uint16_t kPortL2tp = 1701;
inline constexpr std::uint16_t kPortGtpU = 2152;
inline constexpr std::uint16_t kPortTeredo = 3544;
inline constexpr std::uint16_t kPortLisp = 4341;
inline constexpr std::uint16_t kPortLispControl = 4342;
inline constexpr std::uint16_t kPortGre = 4754;
inline constexpr std::uint16_t kPortVxlan = 4789;
inline constexpr std::uint16_t kPortVxlanGpe = 4790;
inline constexpr std::uint16_t kPortCapwap = 5247;
inline constexpr std::uint16_t kPortArubaErm = 5555;
inline constexpr std::uint16_t kPortGeneve = 6081;
inline constexpr std::uint16_t kPortMpls = 6635;
inline constexpr std::uint16_t kPortHpErm = 7932;
inline constexpr std::uint16_t kPortOldVxlan = 8472;  // before the port was assigned; still the Linux default
inline constexpr std::uint16_t kPortTzsp = 37008;
inline constexpr std::uint16_t kPortFabricVxlan = 48879;  // within Cisco's ACI ("iVXLAN")

inline constexpr std::array kTunnelPorts{kPortL2tp,        kPortGtpU,     kPortTeredo, kPortLisp,
                                         kPortLispControl, kPortGre,      kPortVxlan,  kPortVxlanGpe,
                                         kPortCapwap,      kPortArubaErm, kPortGeneve, kPortMpls,
                                         kPortHpErm,       kPortOldVxlan, kPortTzsp,   kPortFabricVxlan};

class TunnelPorts {
 public:
  static constexpr std::size_t kMostVxlanPorts = 8;

  constexpr TunnelPorts() {
    for (const std::uint16_t port : kTunnelPorts) mark(port);
  }

  // One more port of VXLAN, which is then nothing else. False: there are kMostVxlanPorts already.
  constexpr bool add_vxlan(std::uint16_t port) {
    if (is_added_vxlan(port)) return true;
    if (vxlan_count_ == kMostVxlanPorts) return false;
    auto* const at = std::upper_bound(vxlan_.begin(), vxlan_.begin() + vxlan_count_, port);
    std::copy_backward(at, vxlan_.begin() + vxlan_count_, vxlan_.begin() + vxlan_count_ + 1);
    *at = port;
    ++vxlan_count_;
    mark(port);
    return true;
  }

  [[nodiscard]] constexpr bool is_added_vxlan(std::uint16_t port) const {
    return std::find(vxlan_.begin(), vxlan_.begin() + vxlan_count_, port) != vxlan_.begin() + vxlan_count_;
  }

  // Those that were added, ascending.
  [[nodiscard]] std::span<const std::uint16_t> added_vxlan() const { return {vxlan_.data(), vxlan_count_}; }

  // Could either port, in the first bytes of a UDP header, be one of these? Runs for every UDP packet: a
  // small table of lower bytes rules out most.
  [[nodiscard]] bool may_match(const std::uint8_t* udp_header) const {
    return (lower_bytes_[udp_header[1]] | lower_bytes_[udp_header[3]]) != 0;
  }

  friend bool operator==(const TunnelPorts&, const TunnelPorts&) = default;

 private:
  constexpr void mark(std::uint16_t port) { lower_bytes_[port & 0xffU] = 1; }

  std::array<std::uint8_t, 256> lower_bytes_{};         // of the ports
  std::array<std::uint16_t, kMostVxlanPorts> vxlan_{};  // ascending
  std::uint8_t vxlan_count_{0};
};

}  // namespace portproof
