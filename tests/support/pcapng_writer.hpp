// Writes pcapng in memory, valid or not: sections of either byte order, every kind of block, any options.
//
//   PcapngWriter capture;
//   capture.add_interface({.link_type = kLinkEthernet});
//   capture.add(frame);                                       // an enhanced packet block
//   capture.begin_section({.big_endian = true});
//   capture.add_block(4711, capture.u32(1));                  // a block of any type
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/bytes.hpp"
#include "tests/support/captured_frame.hpp"

namespace portproof::test {

struct PcapngSection {
  bool big_endian{false};
  std::uint16_t major{1};
  std::uint16_t minor{0};
};

struct PcapngInterfaceOptions {
  LinkType link_type{kLinkEthernet};
  std::uint32_t snap_length{0};               // written to the header; nothing is truncated to it
  std::optional<std::uint8_t> time_unit{9};   // if_tsresol: nanoseconds, unless a test wants another unit
  std::optional<std::int64_t> time_offset{};  // if_tsoffset
  std::string_view name{};
  std::string filter{};  // if_filter, as text
};

class PcapngWriter {
 public:
  explicit PcapngWriter(PcapngSection section = {}) { begin_section(section); }

  void begin_section(PcapngSection section = {});
  void add_interface(PcapngInterfaceOptions options = {});
  // An enhanced packet block on the frame's interface, whose time unit must be the nanosecond.
  void add(const CapturedFrame& frame);
  void add_enhanced(std::uint32_t interface, std::uint64_t time, const Bytes& packet,
                    std::optional<std::uint32_t> wire = {}, const Bytes& options = {});
  void add_obsolete(std::uint16_t interface, std::uint16_t drops, std::uint64_t time, const Bytes& packet);
  // `packet` may be shorter than its length on the wire, as the interface's snap length dictates.
  void add_simple(const Bytes& packet, std::optional<std::uint32_t> wire = {});
  void add_statistics(std::uint32_t interface, const Bytes& options);
  // `records` come from `name_record`; the end of the list is added.
  void add_names(const Bytes& records);
  // A body is padded to a multiple of four bytes. `length` and `trailer` are the lengths that the block
  // claims.
  void add_block(std::uint32_t type, const Bytes& body, std::optional<std::uint32_t> length = {},
                 std::optional<std::uint32_t> trailer = {});

  // Parts of blocks, in the byte order of the current section.
  [[nodiscard]] Bytes u16(std::uint16_t value) const { return number(value, 2); }
  [[nodiscard]] Bytes u32(std::uint32_t value) const { return number(value, 4); }
  [[nodiscard]] Bytes u64(std::uint64_t value) const { return number(value, 8); }
  [[nodiscard]] Bytes option(std::uint16_t code, const Bytes& value) const;
  [[nodiscard]] Bytes name_record(std::uint16_t type, const Bytes& address, std::string_view names) const;

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  // Where each block begins, and where the last one ends: cutting the file at one of these truncates nothing.
  [[nodiscard]] const std::vector<std::size_t>& block_edges() const { return edges_; }

 private:
  [[nodiscard]] Bytes number(std::uint64_t value, std::size_t size) const;

  bool big_endian_{false};
  Bytes bytes_;
  std::vector<std::size_t> edges_{0};
};

}  // namespace portproof::test
