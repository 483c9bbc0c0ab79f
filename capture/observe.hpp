// The loop: one packet source in, evidence out. Runs without a process around it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "capture/decode/decode.hpp"
#include "capture/evidence/evidence.hpp"
#include "capture/filter/packet_filter.hpp"
#include "capture/flow/flow_table.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

struct ObserveOptions {
  FlowTableOptions table;
  DecodeOptions decode;
  unsigned threads{1};  // that work on the input; shows in nothing but the time that it takes
  std::shared_ptr<const PacketFilter> filter;  // may be null: every frame is taken
  // Called now and then with the bytes of the input that have been read; may be empty.
  std::function<void(std::uint64_t bytes_read)> progress;
};

// Reads the source to its end, or up to its damage, which the input's `error` and gap `cut_short` then tell.
// The input's path, format and link types come from the source, its hash is the caller's business.
Evidence observe(PacketSource& source, const ObserveOptions& options);

// What a running observation hands out: what came since it was asked last, and what is under way.
struct Harvest {
  // Of the flows that closed since the last harvest. Its inputs are empty; frames refer to input 0.
  Evidence closed;
  std::vector<LooseFlow>
      open;  // of the flows that are alive: those with a packet since a time, as they are now
  Input
      input;  // the whole input so far, with flows that are alive counted as closed by the end of the capture
};

// An input that has no end, or is to be looked at before it ends. Takes frames as they come; `harvest` may be
// asked for at any time, and costs what the flows that are shown cost to copy. All closed evidence together,
// and the open flows of the last harvest, are the evidence of the input: merging any number of harvests gives
// what one would have given.
class RunningObservation {
 public:
  explicit RunningObservation(const ObserveOptions& options);
  RunningObservation(const RunningObservation&) = delete;
  RunningObservation& operator=(const RunningObservation&) = delete;
  ~RunningObservation();

  // The frames must be there during the call only. Error where the filter cannot be run on a frame: then the
  // observation is over.
  Expected<void> take(std::span<const FrameView> frames);

  // The source is the one that the frames came from; what it knows of its input is taken over. `open` has the
  // flows with a packet at `since` or later.
  Harvest harvest(const PacketSource& source, Timestamp since);

  // The last harvest: closes all flows, so that none is open.
  Harvest finish(const PacketSource& source, ReadOutcome outcome);

  // The capture clock; nothing before the first frame.
  [[nodiscard]] std::optional<Timestamp> now() const;
  [[nodiscard]] std::size_t flows() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The same frames as a list of flows: every IP flow of the input, one entry a 5-tuple however often it closed
// and came back. Sorted by key.
struct FlowListing {
  std::vector<LooseFlow> flows;
  // What is known by its addresses and protocol alone (Decoded::addressed), with ports of 0 whatever the
  // protocol: later fragments without their first, packets that end before their ports. No flow has these:
  // the accounting counts them as rejected or without a flow. Sorted by key.
  std::vector<LooseFlow> without_ports;
  Input input;
};
FlowListing list_flows(PacketSource& source, const ObserveOptions& options);

}  // namespace portproof
