// Evidence of many inputs, put together as it comes. Merging costs as much as both sides are large, so pieces
// wait for others of about their size: each is merged a logarithmic number of times, and a logarithmic number
// of pieces is held, however many come. What comes out does not depend on the order (see capture/evidence).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "capture/error.hpp"
#include "capture/evidence/evidence.hpp"

namespace portproof {

class EvidencePieces {
 public:
  explicit EvidencePieces(const FlowTimeouts& timeouts) : timeouts_(timeouts) {}

  // May be called from several threads at once. Error: bad_data, as `merge`.
  Expected<void> add(Evidence piece);

  // Shows everything so far as one piece, but for what other threads are adding at that moment.
  Expected<void> show(const std::function<Expected<void>(const Evidence&)>& look);

  // Everything, once all have been added.
  Expected<Evidence> take();

 private:
  struct Part {
    Evidence evidence;
    std::uint64_t weight{1};  // how many pieces it was made of
  };
  static std::size_t size_class(const Part& part);
  static Expected<void> put_into(Part& part, Part other);
  Expected<Part> take_all();
  std::optional<Part> take_equal(Part& part);

  FlowTimeouts timeouts_;
  std::mutex mutex_;
  std::array<std::optional<Part>, 64> parts_;  // by size class
};

}  // namespace portproof
