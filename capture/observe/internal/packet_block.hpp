// Packets on their way to the flow table, in file order, each with what it is looked up by. Made once and
// used again and again.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "capture/base/frame.hpp"
#include "capture/decode/packet.hpp"
#include "capture/flow/flow_lookup.hpp"

namespace portproof {

// The clock has come to believe a jump: what FlowTable::catch_up is to be told.
struct CatchUp {
  std::uint64_t first_frame;
  Timestamp from;
  Timestamp to;
};

class PacketBlock {
 public:
  // Room for `packets` packets. With `keep_bytes` their frames are copied into the block; else they must stay
  // where they are until the block has been seen.
  PacketBlock(std::size_t packets, bool keep_bytes)
      : packets_(packets),
        lookups_(packets),
        next_(packets_.data()),
        end_(next_ + packets),
        next_lookup_(lookups_.data()),
        bytes_(keep_bytes ? kBytes : 0) {}
  PacketBlock(const PacketBlock&) = delete;
  PacketBlock& operator=(const PacketBlock&) = delete;

  // Where the next packet is to be decoded; it is there once it was added. There must be room.
  [[nodiscard]] Packet& next() { return *next_; }
  [[nodiscard]] FlowLookup& next_lookup() { return *next_lookup_; }
  void add() {
    ++next_;
    ++next_lookup_;
  }

  // Is there room for one more packet, of such a frame?
  [[nodiscard]] bool has_room(const FrameView& frame) const {
    return next_ != end_ && (bytes_.empty() || used_ == 0 || used_ + frame.captured <= bytes_.size());
  }

  // Moves what the next packet views into the block, where the block keeps bytes. The packets of one frame
  // share its bytes, if nothing else is kept between them.
  void keep(const FrameView& frame) {
    if (bytes_.empty()) return;
    if (kept_number_ != frame.number || kept_of_ != frame.data) copy(frame);
    const std::uint8_t* const kept = bytes_.data() + kept_at_;
    Packet& packet = *next_;
    if (packet.payload.data() != nullptr)
      packet.payload = {kept + (packet.payload.data() - frame.data), packet.payload.size()};
    if (packet.ethernet != nullptr) packet.ethernet = kept + (packet.ethernet - frame.data);
  }

  [[nodiscard]] bool empty() const { return next_ == packets_.data() && !catch_up; }
  [[nodiscard]] std::span<const Packet> packets() const { return {packets_.data(), next_}; }
  [[nodiscard]] std::span<FlowLookup> lookups() { return {lookups_.data(), next_lookup_}; }

  std::optional<CatchUp> catch_up;  // before the packets

  void clear() {
    next_ = packets_.data();
    next_lookup_ = lookups_.data();
    used_ = 0;
    kept_of_ = nullptr;
    catch_up.reset();
  }

 private:
  void copy(const FrameView& frame) {
    if (used_ + frame.captured > bytes_.size()) bytes_.resize(used_ + frame.captured);  // a giant, alone
    std::memcpy(bytes_.data() + used_, frame.data, frame.captured);
    kept_of_ = frame.data;
    kept_number_ = frame.number;
    kept_at_ = used_;
    used_ += frame.captured;
  }

  // Frames of usual size; files have longer ones, but none over 64 KiB is usual.
  static constexpr std::size_t kBytes = std::size_t{1} << 20U;

  std::vector<Packet> packets_;
  std::vector<FlowLookup> lookups_;
  // Not indexes: for every packet they would be multiplied by the size of one.
  Packet* next_;
  Packet* end_;
  FlowLookup* next_lookup_;
  std::vector<std::uint8_t> bytes_;
  std::size_t used_{0};
  const std::uint8_t* kept_of_{nullptr};  // the frame that was copied last, and its place in `bytes_`
  std::uint64_t kept_number_{0};
  std::size_t kept_at_{0};
};

}  // namespace portproof
