// How completely an input was read: its frames and flows by what became of them, its gaps, and where it came
// from.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/base/frame.hpp"
#include "capture/base/reasons.hpp"
#include "capture/base/timestamp.hpp"
#include "capture/base/unread.hpp"

namespace portproof {

// frames = decoded + Σ rejected; decoded = in_flows + Σ no_flow; flows_opened = Σ flows_closed. Frames that a
// filter left out are none of these: Input::filtered_out has them.
//
// A frame counts once, by its innermost packet. The outer packets of its tunnels are packets of flows as
// well, so the packets of all flows together are in_flows + carriers.
struct Accounting {
  std::uint64_t frames{0};
  std::uint64_t decoded{0};
  std::uint64_t in_flows{0};
  std::uint64_t carriers{0};       // outer packets of tunnels, counted to flows of their own
  std::uint64_t carrier_bytes{0};  // of their frames, once for each of these packets
  std::array<std::uint64_t, kRejectReasonNames.size()> rejected{};
  std::array<std::uint64_t, kNoFlowReasonNames.size()> no_flow{};
  std::uint64_t flows_opened{0};
  std::array<std::uint64_t, kCloseReasonNames.size()> flows_closed{};

  // Does every frame and every flow appear exactly once?
  [[nodiscard]] bool balanced() const;
  void add(const Accounting& other);
  friend auto operator<=>(const Accounting&, const Accounting&) = default;
};

// Why the evidence of an input may be incomplete. Packets, unless said otherwise.
struct Gaps {
  std::uint64_t kernel_dropped{0};
  std::uint64_t interface_dropped{0};
  std::uint64_t snapped_headers{0};  // headers cut by the snap length, a packet broker or a mirror
  std::uint64_t undecoded{0};        // everything else that was captured and not read (Input::unread)
  std::uint64_t missed_bytes{0};     // bytes that TCP acknowledged and the capture never had
  std::uint64_t one_way{0};          // packets of TCP flows of which only one direction was captured
  std::uint64_t duplicates{0};       // the same packet mirrored twice
  std::uint64_t time_jumps{0};       // frames whose timestamp was not believed
  std::uint64_t untimed{0};          // frames without a usable timestamp (flow/capture_clock.hpp)
  std::uint64_t cut_short{0};  // inputs that end in the middle of a record or could not be read to their end

  void add(const Gaps& other);
  friend auto operator<=>(const Gaps&, const Gaps&) = default;
};

struct Input {
  std::string path;
  std::string format;  // empty where the input could not be recognised
  std::string sha256;  // lower-case hex; empty where the input was not hashed
  std::uint64_t bytes{0};
  std::uint64_t wire_bytes{0};     // lengths on the wire of all frames, outer layers included
  std::string filter;              // BPF; empty where every frame was taken
  std::uint64_t filtered_out{0};   // frames that did not pass it: in no other count, and in the clock alone
  std::string kernel_filter;       // BPF; what did not pass it was never seen, and is not counted
  std::optional<Timestamp> first;  // capture clock at its first and last frame; none without frames
  std::optional<Timestamp> last;
  std::vector<LinkType> link_types;
  std::string error;  // empty where the input was read to its end
  Accounting accounting;
  Gaps gaps;
  // What was captured and not read, sorted; its sums are gaps.undecoded and gaps.snapped_headers. Evidence
  // from before this was kept has none.
  std::vector<UnreadCount> unread;
  friend bool operator==(const Input&, const Input&) = default;
};

// The order of inputs: first time (those without frames last), path, hash, then everything else, so that only
// inputs that are equal in all they say have no order.
bool input_before(const Input& left, const Input& right);

}  // namespace portproof
