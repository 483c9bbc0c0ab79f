// Where frames come from: a file, a stream, an interface, a test's vector. The caller asks a source for
// batches until the source says that there are no more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/base/error.hpp"
#include "capture/base/frame.hpp"
#include "capture/base/ip_address.hpp"
#include "capture/base/unread.hpp"

namespace portproof {

// The result of a call to PacketSource::next. `failed` and `end` are final. The batch may hold frames with
// any outcome, and those frames count.
enum class ReadOutcome : std::uint8_t {
  frames,   // there may be more
  idle,     // none at the moment (live sources)
  end,      // the input was read to its end
  stopped,  // the source was asked to stop
  failed,   // the input is damaged or cut short from here on; `error` says how
};

// A name that the capture file itself gives to an address. Its bytes are exactly as in the file: escape them.
struct NameRecord {
  IpAddress address;
  std::string name;

  friend bool operator==(const NameRecord&, const NameRecord&) = default;
};

// What a source knows about its input, as far as it has been read.
struct SourceFacts {
  std::string path;                  // as the user gave it; "-" for standard input
  std::string format;                // "pcap", "pcapng", ...
  std::uint64_t bytes{0};            // bytes read from the input
  std::vector<LinkType> link_types;  // as declared, in order of appearance, without duplicates
  std::uint64_t kernel_dropped{0};   // packets that the capturing side reports as lost
  std::uint64_t interface_dropped{0};
  std::vector<NameRecord> names;       // in file order, duplicates included, up to the reader's limit
  std::uint64_t names_omitted{0};      // names beyond that limit
  std::uint64_t lengths_corrected{0};  // frames whose claimed wire length was less than what was captured
  std::uint64_t untimed{0};  // frames without a timestamp of their own, which have that of the frame before
  std::uint64_t copies{0};   // further records of a packet that the trace already has; skipped
  // BPF that the capturing side applied before it delivered or wrote frames, as it names it; empty if none.
  std::string kernel_filter;
  UnreadInventory unread;  // records and blocks that hold packets, or may, and yielded no frame
  bool cut_short{false};   // the input ends in the middle of a record
};

class PacketSource {
 public:
  PacketSource() = default;
  PacketSource(const PacketSource&) = delete;
  PacketSource& operator=(const PacketSource&) = delete;
  virtual ~PacketSource() = default;

  // Clears the batch and fills it. This invalidates the frames of earlier batches.
  virtual ReadOutcome next(FrameBatch& batch) = 0;

  [[nodiscard]] virtual const SourceFacts& facts() const = 0;

  // Set once `next` has returned `failed`.
  [[nodiscard]] virtual const std::optional<Error>& error() const = 0;
};

}  // namespace portproof
