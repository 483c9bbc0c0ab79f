// The evidence of many inputs, merged as it comes. Merging costs as much as both sides are large, so pieces
// wait for neighbours of about their size: each is merged a logarithmic number of times, and a logarithmic
// number of pieces is held, however many come. Which pieces meet does not depend on the order in which they
// come, so neither does the outcome, not even if merging folds attempts (see capture/evidence).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "capture/base/error.hpp"
#include "capture/evidence/evidence.hpp"

namespace portproof {

class EvidencePieces {
 public:
  explicit EvidencePieces(const ObservationSettings& settings, std::size_t most_attempts = kMostAttempts)
      : settings_(settings), most_attempts_(most_attempts) {}

  // Pieces are numbered from 0; each number must come once, possibly with nothing. May be called from several
  // threads at once. Error: bad_data, as for `merge`.
  Expected<void> add(std::size_t number, std::optional<Evidence> piece);

  // Shows everything so far, merged, except what other threads are adding at that moment. It stays merged.
  Expected<void> show(const std::function<Expected<void>(const Evidence&)>& look);

  // Everything, once all have been added.
  Expected<Evidence> take();

 private:
  using Piece = std::optional<Evidence>;
  // 2^level pieces, beginning with number index * 2^level.
  struct Span {
    unsigned level;
    std::size_t index;
    [[nodiscard]] std::size_t first() const { return index << level; }
    friend bool operator<(const Span& left, const Span& right) {
      return std::pair{left.first(), left.level} < std::pair{right.first(), right.level};
    }
  };

  Expected<Piece> put_together(Piece left, Piece right) const;
  Expected<Evidence> take_all();

  ObservationSettings settings_;
  std::size_t most_attempts_;
  std::mutex mutex_;
  Piece shown_;
  std::map<Span, Piece> waiting_;
};

}  // namespace portproof
