// One input on its way through: frames in, packets with what they are looked up by out, and everything else
// about the input counted. Knows no flow; private to what observes.
#pragma once

#include <cstdint>
#include <optional>

#include "capture/decode/decode.hpp"
#include "capture/evidence/evidence.hpp"
#include "capture/filter/packet_filter.hpp"
#include "capture/flow/capture_clock.hpp"
#include "capture/flow/flow_lookup.hpp"
#include "capture/flow/flow_shards.hpp"
#include "capture/flow/fragment_table.hpp"
#include "capture/flow/waiting_fragments.hpp"
#include "capture/observe/internal/flow_feed.hpp"
#include "capture/observe/observe.hpp"

namespace portproof {

// Takes packets of which there are only addresses (Decoded::addressed).
class AddressSink {
 public:
  virtual ~AddressSink() = default;
  virtual void addressed(const Packet& packet, Timestamp now) = 0;
};

// What was counted so far, and the input's clock.
struct Reading {
  explicit Reading(const ObserveOptions& options, AddressSink* addresses = nullptr);

  DecodeOptions decode;
  Input input;
  std::optional<FrameFilter> filter;
  std::optional<Error> filter_fault;  // what ended the reading
  CaptureClock clock;
  std::uint64_t doubted_frame{0};   // the first of those that the clock may come to believe, while it doubts
  std::uint64_t refuted_frames{0};  // at the beginning: later ones showed that their times were wrong
  OuterPackets carriers;            // of the frame at hand
  FragmentTable fragments;
  EdgeFragments later_fragments;  // at the beginning of the input, without their first one
  EdgePackets first_packets;      // of its first 10 ms, as they came
  std::uint64_t first_packets_left_out{0};
  WaitingFragments waiting;
  UnreadInventory unread;  // but for what the source could not read, and fragments that still wait
  FlowHash hash;
  AddressSink* addresses;  // may be null
};

// A frame, counted in exactly one place.
void take_frame(const FrameView& frame, Reading& reading, FlowFeed& feed);

// The first fragments whose later ones may lie in the input that follows; none before the first frame.
EdgeFragments open_fragments(const Reading& reading);

// The packets of the first 10 ms, once those are over or no more frames will come; none after that, and none
// without usable times. Those that are too many are added to `left_out`.
EdgePackets take_first_packets(Reading& reading, bool is_over, std::uint64_t& left_out);

// Likewise the packets of the last 10 ms.
EdgePackets last_packets(const Reading& reading, const FlowShards& shards, std::uint64_t& left_out);

// What the source knows of the input, once it has come to an end.
void take_facts(const PacketSource& source, ReadOutcome outcome, Reading& reading);

// What the tables have counted, as far as an input tells it.
void take_counts(const FlowShards& shards, Input& input);

// The names that the capture file itself brings along; none before the first frame.
Evidence names_of_records(const PacketSource& source, const Reading& reading);

}  // namespace portproof
