// Captures in pcapng (draft-ietf-opsawg-pcapng): any number of sections in either byte order; interfaces with
// different link types, snap lengths and clocks; enhanced, simple and obsolete packet blocks. Frames are
// views into the read window; nothing is copied per frame.
//
// - Frames have the numbers that Wireshark gives them: it lists custom and journal blocks among the packets,
//   so they take a number too, although they deliver nothing. Interfaces are numbered across all sections.
// - A simple packet has no time (section 4.4). It gets the time of the packet before it, or the epoch.
// - Reported losses go to the facts: `interface_dropped` is what interfaces lost, `kernel_dropped` what
//   operating systems lost (see pcapng_losses.hpp). Names go there too.
// - The filters that interfaces were captured with go to the facts.
// - Custom blocks, secrets and blocks of unknown types are skipped without being held in memory. Those that
// may
//   hold packets go to the facts as unread.
//
// An impossible block ends reading with `failed`: lengths that are impossible or contradict each other, a
// packet whose interface was not described (so its link type is unknown), more interfaces than the limit
// (pcapng_fault.hpp has the limits). All packets of earlier blocks have been delivered.
#pragma once

#include <bitset>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "capture/source/byte_source.hpp"
#include "capture/source/internal/pcapng_block.hpp"
#include "capture/source/internal/pcapng_fault.hpp"
#include "capture/source/internal/pcapng_interface.hpp"
#include "capture/source/internal/pcapng_losses.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

class PcapngReader final : public PacketSource {
 public:
  // Do the first four bytes identify pcapng?
  static bool recognises(std::span<const std::uint8_t> first_bytes);

  // `window` is at the first section header. Error: bad_data if that is cut, is not a section header, or has
  // an unknown version.
  static Expected<std::unique_ptr<PacketSource>> open(ByteWindow window, std::string path);

  ReadOutcome next(FrameBatch& batch) override;
  [[nodiscard]] const SourceFacts& facts() const override { return facts_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }

 private:
  // Heads are passed by reference on the packet path. By value, a head that was just written in pieces would
  // be read back as a whole, and the processor would stall for longer than the rest of a block takes.

  // The fields that all packet blocks share.
  struct PacketFields {
    std::uint32_t interface { 0 };
    std::uint32_t captured{0};
    std::uint32_t wire{0};
    std::span<const std::uint8_t> room;  // the packet and what follows it, without the block's trailer
  };

  PcapngReader(ByteWindow window, SourceFacts facts);

  void take_visible(FrameBatch& batch);
  template <bool kBigEndian>
  std::size_t take_plain_packets(std::span<const std::uint8_t> visible, FrameBatch& batch);
  std::optional<ReadOutcome> look_further();
  std::optional<ReadOutcome> pass_over(PcapngHead head);
  ReadOutcome fail_with(std::string what, bool cut_short);
  ReadOutcome fail_at(PcapngFault fault, PcapngHead head, std::uint64_t position);
  ReadOutcome fail_cut(PcapngHead head, std::uint64_t position);

  [[nodiscard]] PcapngFault read_head(std::span<const std::uint8_t> visible, PcapngHead& head) const;
  PcapngFault take(const PcapngHead& head, std::span<const std::uint8_t> block, FrameBatch& batch);
  PcapngFault take_timed_packet(const PcapngHead& head, std::span<const std::uint8_t> block,
                                FrameBatch& batch);
  PcapngFault take_simple_packet(std::span<const std::uint8_t> block, FrameBatch& batch);
  [[nodiscard]] PcapngFault check_packet(const PacketFields& fields) const;
  void push(const PacketFields& fields, FrameBatch& batch);
  PcapngFault begin_section(const PcapngHead& head, std::span<const std::uint8_t> block);
  PcapngFault take_interface(std::span<const std::uint8_t> block);
  void note_filter(const std::string& filter);
  void note_loss(std::uint32_t interface, std::uint64_t lost_before);
  void note_losses();
  void note_passed_over(PcapngHead head);

  ByteWindow window_;
  SourceFacts facts_;
  std::optional<Error> error_;
  PcapngOrder order_;
  PcapngFault fault_{PcapngFault::none};
  std::vector<PcapngInterface> interfaces_;    // of this section
  std::uint32_t interfaces_before_{0};         // in earlier sections
  std::bitset<std::size_t{1} << 16U> listed_;  // the link types already in the facts
  PcapngLosses losses_;
  std::set<std::string> filters_;  // of the interfaces, those that are in the facts
  Timestamp last_time_;
  std::uint64_t frames_{0};
};

}  // namespace portproof
