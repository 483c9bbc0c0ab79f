// Where frames come from: a file, a stream, an interface, a test's vector. A source is asked for batches
// until it says that there will be no more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/base/error.hpp"
#include "capture/base/frame.hpp"
#include "capture/base/ip_address.hpp"

namespace portproof {

// What a call to PacketSource::next came to. `failed` and `end` are final; each may still have filled the
// batch, and those frames count.
enum class ReadOutcome : std::uint8_t {
  frames,   // there may be more
  idle,     // none at the moment (live sources); `idle_since` says what time it is
  end,      // the input was read to its end
  stopped,  // somebody asked the source to stop
  failed,   // the input is damaged or cut short from here on; `error` says how
};

// A name that a capture file itself gives an address. Its bytes are whatever the file has: escape them.
struct NameRecord {
  IpAddress address;
  std::string name;

  friend bool operator==(const NameRecord&, const NameRecord&) = default;
};

// What a source knows of its input, as far as it has been read.
struct SourceFacts {
  std::string path;                  // as the user gave it; "-" for standard input
  std::string format;                // "pcap", "pcapng", ...
  std::uint64_t bytes{0};            // bytes of the input that were read
  std::vector<LinkType> link_types;  // those declared, in order of appearance, without repetition
  std::uint64_t kernel_dropped{0};   // packets that the capturing side says it lost
  std::uint64_t interface_dropped{0};
  std::vector<NameRecord> names;  // in file order, repetitions and all; as many as the reader's limit lets in
  std::uint64_t names_omitted{0};      // beyond that limit
  std::uint64_t lengths_corrected{0};  // frames said to be shorter on the wire than what was captured of them
  std::uint64_t copies{0};             // records of a packet that the trace has already, passed over
  std::string kernel_filter;           // BPF that the kernel ran before it handed frames over; empty for none
  bool cut_short{false};               // the input ends in the middle of a record
};

class PacketSource {
 public:
  PacketSource() = default;
  PacketSource(const PacketSource&) = delete;
  PacketSource& operator=(const PacketSource&) = delete;
  virtual ~PacketSource() = default;

  // Clears the batch and fills it. Frames of earlier batches are invalid from here on.
  virtual ReadOutcome next(FrameBatch& batch) = 0;

  [[nodiscard]] virtual const SourceFacts& facts() const = 0;

  // Set once `next` has returned `failed`.
  [[nodiscard]] virtual const std::optional<Error>& error() const = 0;
};

}  // namespace portproof
