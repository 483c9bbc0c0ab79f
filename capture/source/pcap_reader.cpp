#include "capture/source/pcap_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "capture/base/byte_cursor.hpp"

namespace portproof {
namespace {

template <bool kBigEndian>
std::uint32_t load32(const std::uint8_t* at) {
  return kBigEndian ? load_be32(at) : load_le32(at);
}

// Removes the padding, as far as it is present, from the front.
void trim(FrameView& frame, std::uint32_t padding) {
  const std::uint32_t there = std::min(padding, frame.captured);
  frame.data += there;
  frame.captured -= there;
  frame.wire_length -= there;
}

}  // namespace

bool PcapReader::recognises(std::span<const std::uint8_t> first_bytes) {
  return is_pcap(first_bytes);
}

Expected<std::unique_ptr<PacketSource>> PcapReader::open(ByteWindow window, std::string path) {
  const Expected<PcapLayout> layout = read_pcap_header(window, path);
  if (!layout) return tl::unexpected<Error>(layout.error());
  SourceFacts facts;
  facts.path = std::move(path);
  facts.format = layout->format;
  facts.bytes = window.received();
  facts.link_types.push_back(layout->link_type);
  return std::unique_ptr<PacketSource>(new PcapReader(std::move(window), std::move(facts), *layout));
}

PcapReader::PcapReader(ByteWindow window, SourceFacts facts, PcapLayout layout)
    : window_(std::move(window)), facts_(std::move(facts)), layout_(layout) {}

// Takes all whole records that the window shows, as far as the batch has room. Reads nothing, so no view in
// the batch can move. The loop's state is in local variables: a store to a frame might otherwise alias it.
template <bool kBigEndian>
void PcapReader::take_visible(FrameBatch& batch) {
  const std::span<const std::uint8_t> visible = window_.visible();
  const std::uint8_t* at = visible.data();
  const std::uint8_t* const end = at + visible.size();
  const PcapLayout layout = layout_;
  const std::int64_t unit = layout.nanoseconds ? 1 : 1000;
  const std::size_t header = layout.record_header;
  std::uint64_t number = frames_;
  FrameView* frame = batch.frames.data() + batch.size;
  FrameView* const last = batch.frames.data() + FrameBatch::kCapacity;
  for (; frame != last && static_cast<std::size_t>(end - at) >= header; ++frame) {
    std::uint32_t captured = load32<kBigEndian>(at + 8);
    std::uint32_t wire = load32<kBigEndian>(at + 12);
    if (captured > wire) [[unlikely]] {
      if (layout.either_length_first) std::swap(captured, wire);
    }
    if (captured > kLongestRecord || captured > static_cast<std::size_t>(end - at) - header) break;
    if (captured > wire) [[unlikely]] {
      wire = captured;
      ++facts_.lengths_corrected;
    }
    const std::uint8_t* const data = at + header;
    frame->data = data;
    frame->captured = captured;
    frame->wire_length = wire;
    frame->time = Timestamp::from_parts(load32<kBigEndian>(at), load32<kBigEndian>(at + 4) * unit);
    frame->number = ++number;
    frame->link_type = layout.link_type;
    frame->decrypted = false;
    frame->interface_index = 0;
    at = data + captured;
    if (layout.padding != 0) [[unlikely]] {
      trim(*frame, layout.padding);
    }
  }
  batch.size = static_cast<std::size_t>(frame - batch.frames.data());
  frames_ = number;
  window_.consume(static_cast<std::size_t>(at - visible.data()));
}

ReadOutcome PcapReader::next(FrameBatch& batch) {
  batch.clear();
  if (layout_.record_header_open) {
    settle_record_header(window_, layout_);
    facts_.format = layout_.format;
  }
  for (;;) {
    if (error_) return ReadOutcome::failed;
    if (layout_.big_endian) {
      take_visible<true>(batch);
    } else {
      take_visible<false>(batch);
    }
    if (batch.size > 0) return ReadOutcome::frames;
    if (const auto outcome = look_further()) return *outcome;
  }
}

// No whole record is visible: makes one visible, or says why there is none.
std::optional<ReadOutcome> PcapReader::look_further() {
  const std::size_t header = layout_.record_header;
  const bool has_header = window_.ensure(header);
  facts_.bytes = window_.received();
  if (window_.error() != nullptr) return fail_with(window_.error()->what, false);
  const std::uint64_t number = frames_ + 1;
  if (!has_header) {
    const std::size_t left = window_.visible().size();
    if (left == 0) return ReadOutcome::end;
    return fail_with(
        fmt::format("cut in the record header of frame {} at byte {}: {} of {} bytes are present", number,
                    window_.consumed(), left, header),
        true);
  }
  const std::uint8_t* const record = window_.visible().data();
  std::uint32_t captured = layout_.big_endian ? load_be32(record + 8) : load_le32(record + 8);
  const std::uint32_t wire = layout_.big_endian ? load_be32(record + 12) : load_le32(record + 12);
  if (layout_.either_length_first) captured = std::min(captured, wire);
  if (captured > kLongestRecord) {
    return fail_with(fmt::format("damaged at byte {}: the record of frame {} claims {} bytes, more than the "
                                 "limit of {}",
                                 window_.consumed(), number, captured, kLongestRecord),
                     false);
  }
  const bool whole = window_.ensure(header + captured);
  facts_.bytes = window_.received();
  if (whole) return std::nullopt;
  if (window_.error() != nullptr) return fail_with(window_.error()->what, false);
  return fail_with(fmt::format("cut in frame {} at byte {}: {} of {} bytes are present", number,
                               window_.consumed() + header, window_.visible().size() - header, captured),
                   true);
}

ReadOutcome PcapReader::fail_with(std::string what, bool cut_short) {
  const ErrorKind kind = window_.error() != nullptr ? window_.error()->kind : ErrorKind::bad_data;
  error_ = Error{kind, std::move(what), facts_.path};
  facts_.cut_short = cut_short;
  return ReadOutcome::failed;
}

}  // namespace portproof
