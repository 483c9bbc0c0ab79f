// Captures in pcapng (draft-ietf-opsawg-pcapng): any number of sections of either byte order, interfaces of
// unlike link types, snap lengths and clocks, and enhanced, simple and obsolete packet blocks. Frames are
// views into the read window; no per-frame copy.
//
// - Frames are numbered as Wireshark numbers them: custom and journal blocks, which it lists among the
//   packets, take a number too, although nothing is handed over for them. Interfaces are counted through
//   all sections.
// - A simple packet has no time (section 4.4). It gets that of the packet before it, the epoch if none was.
// - What is said to have been lost goes to the facts: `interface_dropped` is what interfaces lost,
//   `kernel_dropped` what operating systems did (see pcapng_losses.hpp). Names go there too.
// - Custom blocks, secrets and blocks of unknown types are passed over without being held in memory.
//
// A block that cannot be true ends the reading with `failed`: lengths that are impossible or contradict each
// other, a packet of an interface that was not described (its link type is then unknown), more interfaces
// than are believed (pcapng_fault.hpp has the limits). All packets of the blocks before it have been handed
// over.
#pragma once

#include <bitset>
#include <memory>
#include <optional>
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
  // Do the first four bytes say pcapng?
  static bool recognises(std::span<const std::uint8_t> first_bytes);

  // `window` stands at the first section header. Error: bad_data for one that is cut, is none, or is of an
  // unknown version.
  static Expected<std::unique_ptr<PacketSource>> open(ByteWindow window, std::string path);

  ReadOutcome next(FrameBatch& batch) override;
  [[nodiscard]] const SourceFacts& facts() const override { return facts_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }

 private:
  // Heads go by reference on the packet path: passing one by value reads back in one piece what was just
  // written in several, for which the processor waits longer than all the rest of a block takes.

  // What the packet blocks have in common.
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
  std::bitset<std::size_t{1} << 16U> listed_;  // the link types that the facts have
  PcapngLosses losses_;
  Timestamp last_time_;
  std::uint64_t frames_{0};
};

}  // namespace portproof
