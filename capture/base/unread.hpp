// What was captured and not read: kinds of frames, packets and records that may hold a conversation which no
// conversation in the evidence counts. Each kind feeds one gap of its input (evidence/accounting.hpp), so an
// audit that could not read something does not pass.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/reasons.hpp"

namespace portproof {

enum class UnreadKind : std::uint8_t {
  none,
  unknown_link_type,
  snapped_headers,
  sliced_headers,
  cut_headers,
  bad_ip_version,
  bad_ip_header,
  extension_chain,
  layer_depth,
  unknown_ethertype,
  unknown_llc,
  unknown_snap,
  unknown_ppp,
  unknown_content,
  encrypted_frame,
  aggregated_frames,
  later_fragment,
  unread_tunnel,
  unread_carrier,
  unknown_block,
  record_without_frame,
};

// The gap that a kind feeds (Gaps::undecoded, Gaps::snapped_headers).
enum class UnreadGap : std::uint8_t { undecoded, snapped_headers };

struct UnreadRow {
  UnreadKind kind;
  std::string_view name;  // in evidence and reports
  UnreadGap gap;
  // "1 frame of EtherType 0x9200, which may carry IP": the nouns, what precedes the number, and the rest. A
  // kind without numbers has an empty `number`.
  std::string_view one;
  std::string_view several;
  std::string_view number;
  bool hexadecimal;
  std::string_view rest;
};

// In the order of the kinds, without `none`. docs/reference/decoding.md prints it.
inline constexpr std::array kUnreadRows{
    UnreadRow{UnreadKind::unknown_link_type, "unknown-link-type", UnreadGap::undecoded, "frame", "frames",
              "of link type", false, ", which has no decoder"},
    UnreadRow{UnreadKind::snapped_headers, "snapped-headers", UnreadGap::snapped_headers, "frame", "frames",
              "", false, " with headers cut by the snap length"},
    UnreadRow{UnreadKind::sliced_headers, "sliced-headers", UnreadGap::snapped_headers, "frame", "frames", "",
              false, " with headers cut before the capture, by a packet broker or a mirror"},
    UnreadRow{UnreadKind::cut_headers, "cut-headers", UnreadGap::undecoded, "frame", "frames", "", false,
              " whose headers are incomplete although nothing was cut"},
    UnreadRow{UnreadKind::bad_ip_version, "bad-ip-version", UnreadGap::undecoded, "packet", "packets", "",
              false, " with an IP version other than 4 and 6"},
    UnreadRow{UnreadKind::bad_ip_header, "bad-ip-header", UnreadGap::undecoded, "packet", "packets", "",
              false, " with an impossible IP header"},
    UnreadRow{UnreadKind::extension_chain, "extension-chain", UnreadGap::undecoded, "packet", "packets", "",
              false, " with a malformed or overlong chain of IPv6 extension headers"},
    UnreadRow{UnreadKind::layer_depth, "layer-depth", UnreadGap::undecoded, "frame", "frames", "", false,
              " with more layers than the decoder follows"},
    UnreadRow{UnreadKind::unknown_ethertype, "unknown-ethertype", UnreadGap::undecoded, "frame", "frames",
              "of EtherType", true, ", which may carry IP"},
    UnreadRow{UnreadKind::unknown_llc, "unknown-llc", UnreadGap::undecoded, "frame", "frames",
              "of LLC access points", true, ", which may carry IP"},
    UnreadRow{UnreadKind::unknown_snap, "unknown-snap", UnreadGap::undecoded, "frame", "frames",
              "of a SNAP protocol of organisation", true, ", which may carry IP"},
    UnreadRow{UnreadKind::unknown_ppp, "unknown-ppp", UnreadGap::undecoded, "frame", "frames",
              "of PPP protocol", true, ", which may carry IP"},
    UnreadRow{UnreadKind::unknown_content, "unknown-content", UnreadGap::undecoded, "frame", "frames", "",
              false, " whose link layer carries an unknown protocol"},
    UnreadRow{UnreadKind::encrypted_frame, "encrypted-frame", UnreadGap::undecoded, "frame", "frames", "",
              false, " that the link layer encrypts"},
    UnreadRow{UnreadKind::aggregated_frames, "aggregated-frames", UnreadGap::undecoded, "frame", "frames", "",
              false, " with several packets, of which only the first was read"},
    UnreadRow{UnreadKind::later_fragment, "later-fragment", UnreadGap::undecoded, "later fragment",
              "later fragments", "", false, " whose first fragment was not captured"},
    UnreadRow{UnreadKind::unread_tunnel, "unread-tunnel", UnreadGap::undecoded, "packet", "packets",
              "of a tunnel over IP protocol", false, " with unknown content"},
    UnreadRow{UnreadKind::unread_carrier, "unread-carrier", UnreadGap::undecoded, "packet", "packets",
              "to UDP port", false, " with the look of a tunnel or a mirror, not opened"},
    UnreadRow{UnreadKind::unknown_block, "unknown-block", UnreadGap::undecoded, "block", "blocks", "of type",
              true, " in a pcapng file, which may hold packets"},
    UnreadRow{UnreadKind::record_without_frame, "record-without-frame", UnreadGap::undecoded, "record",
              "records", "", false, " of packets without their frames"},
};
static_assert(kUnreadRows.size() == static_cast<std::size_t>(UnreadKind::record_without_frame));

// `kind` is not `none`.
constexpr const UnreadRow& row_of(UnreadKind kind) {
  return kUnreadRows[static_cast<std::size_t>(kind) - 1];
}
std::optional<UnreadKind> parse_unread_kind(std::string_view name);

// Every rejected frame is unread, for the same reason.
constexpr UnreadKind unread_kind_of(RejectReason reason) {
  switch (reason) {
    case RejectReason::unknown_link_type:
      return UnreadKind::unknown_link_type;
    case RejectReason::snapped_headers:
      return UnreadKind::snapped_headers;
    case RejectReason::cut_headers:
      return UnreadKind::cut_headers;
    case RejectReason::bad_ip_version:
      return UnreadKind::bad_ip_version;
    case RejectReason::bad_ip_header:
      return UnreadKind::bad_ip_header;
    case RejectReason::extension_chain:
      return UnreadKind::extension_chain;
    case RejectReason::layer_depth:
      return UnreadKind::layer_depth;
  }
  return UnreadKind::none;
}

// What of one frame was not read: at most one kind, the first that the decoder met.
struct Unread {
  UnreadKind kind{UnreadKind::none};
  std::uint32_t number{0};  // of the kinds that have one: the EtherType, the port...

  [[nodiscard]] constexpr explicit operator bool() const { return kind != UnreadKind::none; }
  friend bool operator==(const Unread&, const Unread&) = default;
};

// One line of an input's inventory.
struct UnreadCount {
  UnreadKind kind{UnreadKind::none};
  // None: the kind has no numbers, or the inventory was full and this line counts all further numbers.
  std::optional<std::uint32_t> number;
  std::uint64_t count{0};
  std::uint64_t first_frame{0};  // counted from 1; of a block in the file, the frame after it

  friend auto operator<=>(const UnreadCount&, const UnreadCount&) = default;
};

// "8 frames of EtherType 0x9200, which may carry IP".
std::string to_string(const UnreadCount& line);

// The inventory of one input. Allocates nothing until it is asked for its lines.
class UnreadInventory {
 public:
  // Lines with a number. Numbers come from the traffic, so what exceeds this is counted by kind alone.
  static constexpr std::size_t kNumbered = 64;
  static constexpr std::size_t kMostLines = kNumbered + kUnreadRows.size();

  // `unread` has a kind. `frame` is the one at which the count began.
  void note(Unread unread, std::uint64_t frame, std::uint64_t times = 1);

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::uint64_t total(UnreadGap gap) const;
  [[nodiscard]] std::vector<UnreadCount> lines() const;  // sorted

  // Adds the lines of another inventory of the same input.
  void add(const UnreadInventory& other);

 private:
  UnreadCount& line_of(UnreadKind kind, std::optional<std::uint32_t> number);

  std::array<UnreadCount, kMostLines> lines_;
  std::size_t size_{0};
  std::size_t numbered_{0};
};

}  // namespace portproof
