#include "app/command/pieces.hpp"

namespace portproof {

Expected<EvidencePieces::Piece> EvidencePieces::put_together(Piece left, Piece right) const {
  if (!left) return right;
  if (!right) return left;
  return merge(std::move(*left), std::move(*right), most_attempts_).map([](Evidence&& both) {
    return Piece{std::move(both)};
  });
}

Expected<void> EvidencePieces::add(std::size_t number, std::optional<Evidence> piece) {
  Span span{0, number};
  for (;;) {
    Piece neighbour;
    {
      const std::lock_guard hold(mutex_);
      const auto found = waiting_.find({span.level, span.index ^ 1U});
      if (found == waiting_.end()) {
        waiting_.emplace(span, std::move(piece));
        return {};
      }
      neighbour = std::move(found->second);
      waiting_.erase(found);
    }
    // The merging itself happens outside the lock, so that threads can merge at the same time.
    const bool is_second = (span.index & 1U) != 0;
    auto both = is_second ? put_together(std::move(neighbour), std::move(piece))
                          : put_together(std::move(piece), std::move(neighbour));
    if (!both) return tl::unexpected(std::move(both.error()));
    piece = std::move(*both);
    span = {span.level + 1, span.index / 2};
  }
}

// In the order of their numbers.
Expected<Evidence> EvidencePieces::take_all() {
  Piece all = std::exchange(shown_, std::nullopt);
  for (auto& [span, piece] : waiting_) {
    auto both = put_together(std::move(all), std::move(piece));
    if (!both) return tl::unexpected(std::move(both.error()));
    all = std::move(*both);
  }
  waiting_.clear();
  if (all) return std::move(*all);
  Evidence nothing;
  nothing.settings = settings_;
  return nothing;
}

Expected<void> EvidencePieces::show(const std::function<Expected<void>(const Evidence&)>& look) {
  const std::lock_guard hold(mutex_);
  auto all = take_all();
  if (!all) return tl::unexpected(std::move(all.error()));
  auto seen = look(*all);
  shown_ = std::move(*all);
  return seen;
}

Expected<Evidence> EvidencePieces::take() {
  const std::lock_guard hold(mutex_);
  return take_all();
}

}  // namespace portproof
