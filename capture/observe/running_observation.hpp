// The loop for an input that has no end, or that is to be looked at before it ends.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>

#include "capture/observe/observe.hpp"

namespace portproof {

// What a running observation hands out: what came since it was asked last, and what is under way.
struct Harvest {
  // Of the flows that closed since the last harvest. Its inputs are empty; frames refer to input 0.
  Evidence closed;
  // Of the flows that are alive: those with a packet since a time, as they are now, in no order.
  LooseFlows open;
  // The whole input so far, with flows that are alive counted as closed by the end of the capture.
  Input input;
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

  // No frame from before `time` will come any more: flows that have been silent for their timeout by then
  // end, some of them each time that it is called. For a source that has no frame at the moment.
  void pass_time(Timestamp time);

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

}  // namespace portproof
