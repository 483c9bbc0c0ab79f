// NetScaler trace files (nstrace), versions 1.0, 2.0, 3.0 and 3.5. Frames are views into the read window: the
// Ethernet frame after the trace's own header. docs/reference/nstrace.md says what is read in each version.
//
// An impossible record ends reading with `failed`: its length is the only way to find the next one. All
// frames before it have been delivered. A file may end after any record and within unused space.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "capture/source/byte_source.hpp"
#include "capture/source/internal/nstrace_copies.hpp"
#include "capture/source/nstrace_record.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

class NstraceReader final : public PacketSource {
 public:
  // Is there a signature record at the start of the file? Needs its first kNstraceSignature bytes.
  static bool recognises(std::span<const std::uint8_t> first_bytes);

  // `window` is at the start of a recognised file.
  static Expected<std::unique_ptr<PacketSource>> open(ByteWindow window, std::string path);

  ReadOutcome next(FrameBatch& batch) override;
  [[nodiscard]] const SourceFacts& facts() const override { return facts_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }

  // Packet records that were not delivered. They still have frame numbers, so that the other frames keep the
  // numbers that Wireshark shows.
  [[nodiscard]] std::uint64_t frameless() const { return frameless_; }  // application data without a frame

 private:
  NstraceReader(ByteWindow window, SourceFacts facts, NstraceVersion version);
  bool take_record(FrameBatch& batch);
  bool take_packet(const NstraceHead& head, std::span<const std::uint8_t> record, FrameBatch& batch);
  std::optional<ReadOutcome> look_further();
  ReadOutcome fail_with(std::string what, bool cut_short);

  ByteWindow window_;
  SourceFacts facts_;
  NstraceVersion version_;
  NstraceClock clock_;
  NstraceCopies seen_;
  NstraceHead stuck_;  // the record that `take_record` could not take
  std::optional<Error> error_;
  std::uint64_t number_{0};  // packet records so far
  std::uint64_t frameless_{0};
};

}  // namespace portproof
