#include "capture/source/nstrace_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace portproof {

bool NstraceReader::recognises(std::span<const std::uint8_t> first_bytes) {
  return nstrace_version(first_bytes).has_value();
}

Expected<std::unique_ptr<PacketSource>> NstraceReader::open(ByteWindow window, std::string path) {
  window.ensure(kNstraceSignature);
  if (window.error() != nullptr) return tl::unexpected<Error>(*window.error());
  const auto version = nstrace_version(window.visible());
  if (!version) return fail(ErrorKind::bad_data, "is not a NetScaler trace in a known version", path);
  SourceFacts facts;
  facts.path = std::move(path);
  facts.format = kNstraceVersionNames[static_cast<std::size_t>(*version)];
  facts.bytes = window.received();
  facts.link_types.push_back(kLinkEthernet);
  return std::unique_ptr<PacketSource>(new NstraceReader(std::move(window), std::move(facts), *version));
}

NstraceReader::NstraceReader(ByteWindow window, SourceFacts facts, NstraceVersion version)
    : window_(std::move(window)), facts_(std::move(facts)), version_(version) {}

ReadOutcome NstraceReader::next(FrameBatch& batch) {
  batch.clear();
  for (;;) {
    if (error_) return ReadOutcome::failed;
    // Only visible records, so that no view in the batch can move.
    while (!batch.full() && take_record(batch)) {
    }
    if (batch.size > 0) return ReadOutcome::frames;
    if (const auto outcome = look_further()) return *outcome;
  }
}

// Takes the next record if all of it is visible. False: it is now `stuck_`.
bool NstraceReader::take_record(FrameBatch& batch) {
  const std::span<const std::uint8_t> visible = window_.visible();
  const NstraceHead head = nstrace_head(version_, visible, window_.consumed());
  const bool whole = head.kind != NstraceHead::Kind::incomplete && head.kind != NstraceHead::Kind::damaged &&
                     head.size <= visible.size();
  if (!whole) {
    stuck_ = head;
    return false;
  }
  const std::span<const std::uint8_t> record = visible.first(head.size);
  if (head.kind == NstraceHead::Kind::packet && !take_packet(head, record, batch)) return false;
  if (head.kind == NstraceHead::Kind::absolute_time || head.kind == NstraceHead::Kind::relative_time) {
    take_time(version_, head.kind, record, clock_);
  }
  window_.consume(head.size);
  return true;
}

bool NstraceReader::take_packet(const NstraceHead& head, std::span<const std::uint8_t> record,
                                FrameBatch& batch) {
  const auto packet = read_packet(head, record, clock_);
  if (!packet) {
    stuck_ = {.kind = NstraceHead::Kind::damaged, .damage = "is a packet with impossible inner lengths"};
    return false;
  }
  ++number_;
  if (!packet->has_frame) {
    ++frameless_;
    facts_.unread.note({UnreadKind::record_without_frame}, number_);
    return true;
  }
  if (seen_.is_copy(*packet)) {
    ++facts_.copies;
    return true;
  }
  const auto captured = static_cast<std::uint32_t>(packet->frame.size());
  if (packet->wire_length < captured) ++facts_.lengths_corrected;
  FrameView& frame = batch.frames[batch.size++];
  frame = FrameView{};
  frame.data = packet->frame.data();
  frame.captured = captured;
  frame.wire_length = std::max(packet->wire_length, captured);
  frame.time = packet->time;
  frame.number = number_;
  frame.decrypted = packet->decrypted;
  return true;
}

// No whole record is visible: makes one visible, or says why there is none.
std::optional<ReadOutcome> NstraceReader::look_further() {
  if (stuck_.kind == NstraceHead::Kind::damaged) {
    return fail_with(fmt::format("damaged at byte {}: the record {}", window_.consumed(), stuck_.damage),
                     false);
  }
  const bool enough = window_.ensure(stuck_.size);
  facts_.bytes = window_.received();
  if (enough) return std::nullopt;
  if (window_.error() != nullptr) return fail_with(window_.error()->what, false);
  const std::size_t left = window_.visible().size();
  // The last page may be incomplete.
  if (stuck_.kind == NstraceHead::Kind::unused) window_.consume(left);
  if (left == 0 || stuck_.kind == NstraceHead::Kind::unused) return ReadOutcome::end;
  return fail_with(fmt::format("cut in the record at byte {}: {} of {} bytes are present", window_.consumed(),
                               left, stuck_.size),
                   true);
}

ReadOutcome NstraceReader::fail_with(std::string what, bool cut_short) {
  const ErrorKind kind = window_.error() != nullptr ? window_.error()->kind : ErrorKind::bad_data;
  error_ = Error{kind, std::move(what), facts_.path};
  facts_.cut_short = cut_short;
  return ReadOutcome::failed;
}

}  // namespace portproof
