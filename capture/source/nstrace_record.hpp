// The records of NetScaler's nstrace files, versions 1.0, 2.0, 3.0 and 3.5: how long each is, what it holds
// and where the Ethernet frame is in it. Pure functions over borrowed bytes; docs/reference/nstrace.md says
// what is read and what is skipped.
//
// All numbers are little endian. A record has a type, its own length (head included) and a body. Records are
// grouped into pages; a type of zero means that the rest of the page is unused. Before version 3, no record
// crosses the end of its page; since then, records run on from page to page.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "capture/base/timestamp.hpp"

namespace portproof {

enum class NstraceVersion : std::uint8_t { v1_0, v2_0, v3_0, v3_5 };
inline constexpr std::array<std::string_view, 4> kNstraceVersionNames{"nstrace-1.0", "nstrace-2.0",
                                                                      "nstrace-3.0", "nstrace-3.5"};
static_assert(kNstraceVersionNames.size() == static_cast<std::size_t>(NstraceVersion::v3_5) + 1);

// The version in the signature record at the start of a file. At most kNstraceSignature bytes are needed.
inline constexpr std::size_t kNstraceSignature = 34;
std::optional<NstraceVersion> nstrace_version(std::span<const std::uint8_t> first_bytes);

// Where on its way through the appliance a packet was traced, in the order of the record types.
enum class NstraceStage : std::uint8_t {
  sent,      // TX: handed to the network
  queued,    // TXB: put into the transmit buffer
  received,  // RX: as it came from the network
  accepted,  // NEW_RX: after the network interface's own checks
};

struct NstraceLayout;  // of a packet record; see the source

struct NstraceHead {
  enum class Kind : std::uint8_t {
    incomplete,     // `size` bytes are needed to say more
    damaged,        // `damage` says why
    unused,         // skip `size` bytes, or the rest of the file if that is shorter
    absolute_time,  // sets the clock that relative times count from
    relative_time,  // moves that clock forward
    packet,
    other,
  };
  Kind kind{Kind::incomplete};
  std::size_t size{0};                   // of the whole record
  const NstraceLayout* layout{nullptr};  // of a packet
  std::string_view damage{};             // completes a sentence that begins "the record"
};

// The record at `offset` in its file; `visible` holds those of its bytes that can be seen.
NstraceHead nstrace_head(NstraceVersion version, std::span<const std::uint8_t> visible, std::uint64_t offset);

// Capture time in versions that count from packet to packet. Saturates.
//
// A packet's time is the last absolute time, plus the whole seconds of all relative times since then, plus
// the sum of the intervals that all packets so far carry.
class NstraceClock {
 public:
  void set(std::int64_t seconds);
  void move(std::uint32_t milliseconds);
  Timestamp next_packet(std::uint32_t since_last);  // as in the record: a number with its unit

 private:
  std::int64_t seconds_{0};
  std::int64_t milliseconds_{0};  // of relative times, not yet a whole second
  Timestamp elapsed_;             // counts from zero
};

// A whole record of kind absolute_time or relative_time.
void take_time(NstraceVersion version, NstraceHead::Kind kind, std::span<const std::uint8_t> record,
               NstraceClock& clock);

struct NstracePacket {
  // Some packet records have no frame, only an application's data without the layers below.
  bool has_frame{false};
  std::span<const std::uint8_t> frame;
  std::uint32_t wire_length{0};  // as the record says; may be less than what it holds
  Timestamp time;
  NstraceStage stage{NstraceStage::sent};
  bool decrypted{false};
};

// A whole packet record. Nothing if its inner lengths are impossible. Moves the clock if the version counts
// from packet to packet.
std::optional<NstracePacket> read_packet(const NstraceHead& head, std::span<const std::uint8_t> record,
                                         NstraceClock& clock);

}  // namespace portproof
