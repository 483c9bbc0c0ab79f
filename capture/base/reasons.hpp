// Why a frame was not decoded, why a decoded one belongs to no flow, and why a flow closed: the enums that
// the accounting counts by (evidence/accounting.hpp), with their names.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace portproof {

// Why a frame could not be decoded. A frame has at most one of these reasons.
enum class RejectReason : std::uint8_t {
  unknown_link_type,  // the capture's link layer has no decoder
  snapped_headers,    // the capture's snap length cut the headers before addresses and ports were complete
  cut_headers,        // the frame itself ends within its headers
  bad_ip_version,     // an IP EtherType, but the version is neither 4 nor 6
  bad_ip_header,      // header length below 20 bytes, or total length below the header's
  extension_chain,    // more IPv6 extension headers than kMaxExtensionHeaders, or one that is malformed
  layer_depth,        // more layers (VLAN tags, tunnels) than the decoder follows
};
inline constexpr std::array<std::string_view, 7> kRejectReasonNames{
    "unknown-link-type", "snapped-headers", "cut-headers", "bad-ip-version",
    "bad-ip-header",     "extension-chain", "layer-depth"};
static_assert(kRejectReasonNames.size() == static_cast<std::size_t>(RejectReason::layer_depth) + 1);

// Why a decoded frame belongs to no flow.
enum class NoFlowReason : std::uint8_t {
  arp,
  lldp,
  stp,             // and related LLC protocols
  other_non_ip,    // any other EtherType or LLC frame
  later_fragment,  // a fragment after the first, and the first was not seen before it: no ports
  copy,            // another record of a packet, from a trace that records packets at several stages
};
inline constexpr std::array<std::string_view, 6> kNoFlowReasonNames{"arp",          "lldp",           "stp",
                                                                    "other-non-ip", "later-fragment", "copy"};
static_assert(kNoFlowReasonNames.size() == static_cast<std::size_t>(NoFlowReason::copy) + 1);

// Why a flow closed.
enum class CloseReason : std::uint8_t { fin, reset, idle, evicted, end_of_capture };
inline constexpr std::array<std::string_view, 5> kCloseReasonNames{"fin", "reset", "idle", "evicted",
                                                                   "end-of-capture"};

}  // namespace portproof
