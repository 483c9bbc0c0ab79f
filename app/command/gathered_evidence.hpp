// The evidence of a run, as its inputs come in. The evidence of faultless inputs is kept apart from that of
// the others, so that it can be saved: a damaged input is read again when the run is resumed.
//
// The evidence does not show which thread brought an input, and when. All functions may be called from
// several threads at once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/command/input_reader.hpp"
#include "app/command/pieces.hpp"
#include "capture/base/error.hpp"
#include "capture/evidence/evidence.hpp"

namespace portproof {

class GatheredEvidence {
 public:
  // `saved` is the evidence that an earlier run left.
  GatheredEvidence(const ObservationSettings& settings, std::size_t most_attempts,
                   std::optional<Evidence> saved);

  // Inputs are numbered from 0. Each comes once, with its evidence or left out. Errors: those of merge().
  Expected<void> add(std::size_t number, InputEvidence input);
  // It is part of the saved evidence.
  Expected<void> leave_out_saved(std::size_t number);
  // It is not a capture and joins those skipped.
  Expected<void> leave_out_skipped(std::size_t number, const std::string& path);

  // Shows the evidence of the faultless inputs if it has grown since it was last shown.
  Expected<void> show_whole(const std::function<Expected<void>(const Evidence&)>& look);

  // The number of inputs that have come, including those left out.
  [[nodiscard]] std::size_t inputs() const { return inputs_; }

  // What was skipped since the last call.
  std::vector<std::string> take_skipped();
  // How many more were skipped, of archives with many members.
  [[nodiscard]] std::uint64_t skipped_more() const { return skipped_more_; }

  // Everything, once all inputs have come. Errors if none could be used: that of the first one that had one,
  // otherwise input_missing.
  Expected<Evidence> take();

 private:
  Expected<void> put(std::size_t number, std::optional<Evidence> whole, std::optional<Evidence> damaged);

  std::size_t most_attempts_;
  EvidencePieces whole_;
  EvidencePieces damaged_;
  std::atomic<std::size_t> inputs_{0};
  std::atomic<std::uint64_t> skipped_more_{0};
  std::atomic<bool> has_grown_{false};  // `whole_`, since it was shown
  std::mutex mutex_;                    // of what follows
  bool any_used_{false};
  std::optional<std::pair<std::size_t, Error>> first_fault_;  // by number
  std::vector<std::string> skipped_;
};

}  // namespace portproof
