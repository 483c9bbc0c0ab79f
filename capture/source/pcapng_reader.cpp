#include "capture/source/pcapng_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "capture/source/internal/pcapng_names.hpp"

namespace portproof {
namespace {

// Whole blocks of these kinds are at least this large: `read_head` has checked it.
constexpr std::size_t kSectionHeader = 28;
constexpr std::size_t kTimedPacket = 32;
constexpr std::size_t kPacketData = 28;  // where the packet begins in it
constexpr std::size_t kSimplePacket = 16;

// Is the whole block needed at once? Others are skipped in whatever pieces they arrive.
constexpr bool is_held(PcapngHead head) {
  switch (head.type) {
    case PcapngType::section:
    case PcapngType::interface:
    case PcapngType::packet:
    case PcapngType::simple_packet:
    case PcapngType::statistics:
    case PcapngType::enhanced_packet:
      return true;
    case PcapngType::names:
      return head.length <= kLargestPcapngBlock;
    default:
      return false;
  }
}

constexpr bool is_packet(PcapngType type) {
  return type == PcapngType::packet || type == PcapngType::simple_packet ||
         type == PcapngType::enhanced_packet;
}

// Blocks of other types may hold packets; what a custom block holds, only its vendor knows.
constexpr bool is_without_packets(PcapngType type) {
  return type == PcapngType::names || type == PcapngType::journal || type == PcapngType::secrets;
}

// A magic number in the section header shows the byte order: it reads 1a2b3c4d in that order (section 4.1).
std::optional<PcapngOrder> order_of_section(const std::uint8_t* block) {
  constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
  if (load_be32(block + 8) == kByteOrderMagic) return PcapngOrder{true};
  if (load_le32(block + 8) == kByteOrderMagic) return PcapngOrder{false};
  return std::nullopt;
}

// Minor version 2 is 1.0 with additional block types (section 4.1).
bool is_known_version(const std::uint8_t* block, PcapngOrder order) {
  const unsigned minor = order.u16(block + 14);
  return order.u16(block + 12) == 1 && (minor == 0 || minor == 2);
}

// epb_dropcount: packets lost between this one and the previous one on its interface (section 4.3).
std::uint64_t drop_count(PcapngOptions options) {
  constexpr std::uint16_t kDropCount = 4;
  std::uint64_t count = 0;
  while (const auto option = options.next()) {
    if (option->code != kDropCount || option->value.size() != 8) continue;
    count = options.order().u64(option->value.data());
  }
  return count;
}

}  // namespace

bool PcapngReader::recognises(std::span<const std::uint8_t> first_bytes) {
  // The same in either byte order.
  return first_bytes.size() >= 4 &&
         load_be32(first_bytes.data()) == static_cast<std::uint32_t>(PcapngType::section);
}

Expected<std::unique_ptr<PacketSource>> PcapngReader::open(ByteWindow window, std::string path) {
  if (!window.ensure(kSectionHeader)) {
    if (window.error() != nullptr) return tl::unexpected<Error>(*window.error());
    return fail(ErrorKind::bad_data,
                fmt::format("is cut within the pcapng section header: {} of {} bytes are present",
                            window.visible().size(), kSectionHeader),
                path);
  }
  SourceFacts facts;
  facts.path = std::move(path);
  facts.format = "pcapng";
  facts.bytes = window.received();
  std::unique_ptr<PcapngReader> reader(new PcapngReader(std::move(window), std::move(facts)));
  const std::span<const std::uint8_t> block = reader->window_.visible();
  PcapngHead head;
  PcapngFault fault = reader->read_head(block, head);
  if (fault == PcapngFault::none && !is_known_version(block.data(), head.order)) fault = PcapngFault::version;
  if (fault != PcapngFault::none) {
    return fail(ErrorKind::bad_data,
                describe(fault, {.head = head, .position = 0, .frame = 1, .block = block.data()}),
                reader->facts_.path);
  }
  return reader;
}

PcapngReader::PcapngReader(ByteWindow window, SourceFacts facts)
    : window_(std::move(window)), facts_(std::move(facts)) {}

ReadOutcome PcapngReader::next(FrameBatch& batch) {
  batch.clear();
  for (;;) {
    if (error_) return ReadOutcome::failed;
    take_visible(batch);
    if (batch.size > 0) return ReadOutcome::frames;
    if (const auto outcome = look_further()) return *outcome;
  }
}

// Takes all whole blocks that the window shows, as far as the batch has room. Reads nothing, so no view in
// the batch can move. A block with a fault stays where it is: once the frames before it have been delivered,
// it comes up again with an empty batch, and `look_further` says what is wrong.
void PcapngReader::take_visible(FrameBatch& batch) {
  fault_ = PcapngFault::none;
  const std::span<const std::uint8_t> visible = window_.visible();
  std::size_t used = 0;
  for (;;) {
    used += order_.big_endian ? take_plain_packets<true>(visible.subspan(used), batch)
                              : take_plain_packets<false>(visible.subspan(used), batch);
    if (batch.full() || visible.size() - used < kSmallestPcapngBlock) break;
    const std::span<const std::uint8_t> rest = visible.subspan(used);
    PcapngHead head;
    fault_ = read_head(rest, head);
    if (fault_ != PcapngFault::none || rest.size() < head.length) break;
    fault_ = take(head, rest.first(head.length), batch);
    if (fault_ != PcapngFault::none) break;
    used += head.length;
  }
  window_.consume(used);
}

// The bulk of most files: consecutive enhanced packet blocks without options and without faults. Stops before
// anything else, which then gets a closer look. Returns the number of bytes taken.
template <bool kBigEndian>
std::size_t PcapngReader::take_plain_packets(std::span<const std::uint8_t> visible, FrameBatch& batch) {
  constexpr PcapngOrder kOrder{kBigEndian};
  const std::uint8_t* at = visible.data();
  std::size_t left = visible.size();
  const std::span<const PcapngInterface> interfaces = interfaces_;
  const std::uint32_t interfaces_before = interfaces_before_;
  std::uint64_t number = frames_;
  while (!batch.full() && left >= kTimedPacket) {
    const std::uint32_t length = kOrder.u32(at + 4);
    const std::uint32_t interface = kOrder.u32(at + 8);
    const std::uint32_t captured = kOrder.u32(at + 20);
    const std::uint32_t wire = kOrder.u32(at + 24);
    const bool is_plain = kOrder.u32(at) == static_cast<std::uint32_t>(PcapngType::enhanced_packet) &&
                          captured <= kLongestPcapngPacket && captured <= wire &&
                          length == kTimedPacket + padded_to_four(captured) && length <= left &&
                          interface < interfaces.size() && kOrder.u32(at + length - kPcapngTrailer) == length;
    if (!is_plain) break;
    FrameView& frame = batch.frames[batch.size++];
    frame.data = at + kPacketData;
    frame.captured = captured;
    frame.wire_length = wire;
    frame.time = interfaces[interface].time(kOrder.halves(at + 12));
    frame.number = ++number;
    frame.link_type = interfaces[interface].link_type;
    frame.decrypted = false;
    frame.interface_index = interfaces_before + interface;
    last_time_ = frame.time;
    at += length;
    left -= length;
  }
  frames_ = number;
  return visible.size() - left;
}

// No whole block without a fault is visible: makes one visible, skips it, or says why there is none.
std::optional<ReadOutcome> PcapngReader::look_further() {
  const bool has_head = window_.ensure(kSmallestPcapngBlock);
  facts_.bytes = window_.received();
  if (window_.error() != nullptr) return fail_with(window_.error()->what, false);
  const std::uint64_t position = window_.consumed();
  const std::size_t left = window_.visible().size();
  if (left == 0) return ReadOutcome::end;
  if (!has_head) {
    return fail_with(
        fmt::format("cut in the head of the block at byte {}: {} of at least {} bytes are present", position,
                    left, kSmallestPcapngBlock),
        true);
  }
  PcapngHead head;
  const PcapngFault fault = read_head(window_.visible(), head);
  if (fault != PcapngFault::none) fault_ = fault;
  if (fault_ != PcapngFault::none) return fail_at(fault_, head, position);
  if (!is_held(head)) return pass_over(head);
  const bool whole = window_.ensure(head.length);
  facts_.bytes = window_.received();
  if (whole) return std::nullopt;
  return fail_cut(head, position);
}

std::optional<ReadOutcome> PcapngReader::pass_over(PcapngHead head) {
  const std::uint64_t position = window_.consumed();
  std::size_t left = head.length - kPcapngTrailer;
  while (left > 0 && window_.ensure(1)) {
    const std::size_t count = std::min(left, window_.visible().size());
    window_.consume(count);
    left -= count;
    facts_.bytes = window_.received();
  }
  const bool whole = left == 0 && window_.ensure(kPcapngTrailer);
  facts_.bytes = window_.received();
  if (!whole) return fail_cut(head, position);
  if (head.order.u32(window_.visible().data()) != head.length) {
    return fail_at(PcapngFault::trailer, head, position);
  }
  window_.consume(kPcapngTrailer);
  note_passed_over(head);
  return std::nullopt;
}

// Reads the start of a block, of which at least kSmallestPcapngBlock bytes are visible, and checks whether
// its length is possible (section 3.1).
PcapngFault PcapngReader::read_head(std::span<const std::uint8_t> visible, PcapngHead& head) const {
  const std::uint8_t* const block = visible.data();
  head.order = order_;
  head.type = static_cast<PcapngType>(order_.u32(block));
  if (head.type == PcapngType::section) {
    const auto order = order_of_section(block);
    if (!order) return PcapngFault::byte_order;
    head.order = *order;
  }
  head.length = head.order.u32(block + 4);
  if (head.length % 4 != 0 || head.length < kSmallestPcapngBlock) return PcapngFault::length;
  if (head.length < smallest_pcapng_block(head.type)) return PcapngFault::too_small;
  if (head.length > kLargestPcapngBlock && is_held(head)) return PcapngFault::too_large;
  return PcapngFault::none;
}

// Takes a whole block. If it has a fault, nothing was taken.
PcapngFault PcapngReader::take(const PcapngHead& head, std::span<const std::uint8_t> block,
                               FrameBatch& batch) {
  if (head.order.u32(block.data() + head.length - kPcapngTrailer) != head.length) return PcapngFault::trailer;
  switch (head.type) {
    case PcapngType::enhanced_packet:
    case PcapngType::packet:
      return take_timed_packet(head, block, batch);
    case PcapngType::simple_packet:
      return take_simple_packet(block, batch);
    case PcapngType::section:
      return begin_section(head, block);
    case PcapngType::interface:
      return take_interface(block);
    case PcapngType::statistics:
      read_pcapng_statistics(block, order_, interfaces_.size(), losses_);
      note_losses();
      return PcapngFault::none;
    default:
      break;
  }
  if (head.type == PcapngType::names && is_held(head)) {
    read_pcapng_names(block, order_, facts_);
  } else {
    note_passed_over(head);
  }
  return PcapngFault::none;
}

PcapngFault PcapngReader::check_packet(const PacketFields& fields) const {
  if (fields.interface >= interfaces_.size()) return PcapngFault::unknown_interface;
  if (fields.captured > kLongestPcapngPacket) return PcapngFault::packet_too_long;
  if (fields.captured > fields.room.size()) return PcapngFault::packet_beyond_block;
  return PcapngFault::none;
}

// Enhanced packet blocks (section 4.3) and the obsolete ones before them (appendix A). They differ in one
// field: the obsolete ones have a 16-bit interface and a 16-bit count of lost packets, the newer ones a
// 32-bit interface.
PcapngFault PcapngReader::take_timed_packet(const PcapngHead& head, std::span<const std::uint8_t> block,
                                            FrameBatch& batch) {
  const std::uint8_t* const at = block.data();
  const bool is_obsolete = head.type == PcapngType::packet;
  const PacketFields fields{.interface = is_obsolete ? order_.u16(at + 8) : order_.u32(at + 8),
                            .captured = order_.u32(at + 20),
                            .wire = order_.u32(at + 24),
                            .room = block.subspan(kPacketData, block.size() - kTimedPacket)};
  const PcapngFault fault = check_packet(fields);
  if (fault != PcapngFault::none) return fault;
  last_time_ = interfaces_[fields.interface].time(order_.halves(at + 12));
  push(fields, batch);
  if (is_obsolete) {
    constexpr std::uint16_t kNotCounted = 0xffff;
    const std::uint16_t lost = order_.u16(at + 10);
    note_loss(fields.interface, lost == kNotCounted ? 0 : lost);
    return PcapngFault::none;
  }
  // The packet's room and the block are both multiples of four, so if the packet fits, its padding fits too.
  const std::size_t options = padded_to_four(fields.captured);
  if (options == fields.room.size()) return PcapngFault::none;
  note_loss(fields.interface, drop_count({fields.room.subspan(options), order_}));
  return PcapngFault::none;
}

// Simple packet blocks belong to the first interface. The length on the wire and the interface's snap length,
// not the block, determine how much of the packet was captured (section 4.4). They have no timestamp.
PcapngFault PcapngReader::take_simple_packet(std::span<const std::uint8_t> block, FrameBatch& batch) {
  if (interfaces_.empty()) return PcapngFault::unknown_interface;
  const std::uint32_t wire = order_.u32(block.data() + 8);
  const std::uint32_t snap_length = interfaces_.front().snap_length;
  const PacketFields fields{.interface = 0,
                            .captured = snap_length == 0 ? wire : std::min(wire, snap_length),
                            .wire = wire,
                            .room = block.subspan(12, block.size() - kSimplePacket)};
  const PcapngFault fault = check_packet(fields);
  if (fault != PcapngFault::none) return fault;
  if (last_time_ != Timestamp{}) ++facts_.untimed;
  push(fields, batch);
  return fault;
}

void PcapngReader::push(const PacketFields& fields, FrameBatch& batch) {
  FrameView& frame = batch.frames[batch.size++];
  frame.data = fields.room.data();
  frame.captured = fields.captured;
  frame.wire_length = fields.wire;
  if (fields.captured > fields.wire) [[unlikely]] {
    frame.wire_length = fields.captured;
    ++facts_.lengths_corrected;
  }
  frame.time = last_time_;
  frame.number = ++frames_;
  frame.link_type = interfaces_[fields.interface].link_type;
  frame.decrypted = false;
  frame.interface_index = interfaces_before_ + fields.interface;
}

// Everything in a section ends with it. Nothing relies on the section length that the header claims.
PcapngFault PcapngReader::begin_section(const PcapngHead& head, std::span<const std::uint8_t> block) {
  if (!is_known_version(block.data(), head.order)) return PcapngFault::version;
  order_ = head.order;
  interfaces_before_ += static_cast<std::uint32_t>(interfaces_.size());
  interfaces_.clear();
  losses_.begin_section();
  return PcapngFault::none;
}

PcapngFault PcapngReader::take_interface(std::span<const std::uint8_t> block) {
  if (interfaces_.size() >= kMostPcapngInterfaces) return PcapngFault::too_many_interfaces;
  const PcapngInterface& interface = interfaces_.emplace_back(read_pcapng_interface(block, order_));
  note_filter(read_pcapng_filter(block, order_));
  if (listed_[interface.link_type]) return PcapngFault::none;
  listed_.set(interface.link_type);
  facts_.link_types.push_back(interface.link_type);
  return PcapngFault::none;
}

// Interfaces mostly have the same filter, or none; a few different ones are listed.
void PcapngReader::note_filter(const std::string& filter) {
  constexpr std::size_t kMostFilters = 16;
  if (filter.empty() || filters_.size() == kMostFilters) return;
  if (!filters_.insert(filter).second) return;
  if (!facts_.kernel_filter.empty()) facts_.kernel_filter += "; ";
  facts_.kernel_filter += filter;
}

void PcapngReader::note_loss(std::uint32_t interface, std::uint64_t lost_before) {
  if (lost_before == 0) return;
  losses_.before_packet(interface, lost_before);
  note_losses();
}

void PcapngReader::note_losses() {
  facts_.interface_dropped = losses_.by_interface();
  facts_.kernel_dropped = losses_.by_system();
}

void PcapngReader::note_passed_over(PcapngHead head) {
  if (head.type == PcapngType::names) ++facts_.names_omitted;
  if (!is_without_packets(head.type)) {
    facts_.unread.note({UnreadKind::unknown_block, static_cast<std::uint32_t>(head.type)}, frames_ + 1);
  }
  // Wireshark lists these among the packets, so they take frame numbers.
  if (head.type == PcapngType::custom || head.type == PcapngType::custom_not_to_copy ||
      head.type == PcapngType::journal) {
    ++frames_;
  }
}

ReadOutcome PcapngReader::fail_at(PcapngFault fault, PcapngHead head, std::uint64_t position) {
  const PcapngLocation location{
      .head = head, .position = position, .frame = frames_ + 1, .block = window_.visible().data()};
  return fail_with(describe(fault, location), false);
}

ReadOutcome PcapngReader::fail_cut(PcapngHead head, std::uint64_t position) {
  if (window_.error() != nullptr) return fail_with(window_.error()->what, false);
  const std::uint64_t there = window_.received() - position;
  const std::string what =
      is_packet(head.type) ? fmt::format("the block of frame {}", frames_ + 1) : std::string("the block");
  return fail_with(
      fmt::format("cut in {} at byte {}: {} of {} bytes are present", what, position, there, head.length),
      true);
}

ReadOutcome PcapngReader::fail_with(std::string what, bool cut_short) {
  const ErrorKind kind = window_.error() != nullptr ? window_.error()->kind : ErrorKind::bad_data;
  error_ = Error{kind, std::move(what), facts_.path};
  facts_.cut_short = cut_short;
  return ReadOutcome::failed;
}

}  // namespace portproof
