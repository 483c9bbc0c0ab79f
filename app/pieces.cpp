#include "app/pieces.hpp"

#include <bit>
#include <utility>

namespace portproof {

std::size_t EvidencePieces::size_class(const Part& part) {
  return static_cast<std::size_t>(std::bit_width(part.weight)) - 1;
}

Expected<void> EvidencePieces::put_into(Part& part, Part other) {
  auto both = merge(std::move(part.evidence), std::move(other.evidence));
  if (!both) return tl::unexpected(std::move(both.error()));
  part.evidence = std::move(*both);
  part.weight += other.weight;
  return {};
}

// Another part of the size of this one; where there is none, this one takes its place.
std::optional<EvidencePieces::Part> EvidencePieces::take_equal(Part& part) {
  const std::lock_guard hold(mutex_);
  std::optional<Part>& place = parts_[size_class(part)];
  if (!place) {
    place = std::move(part);
    return std::nullopt;
  }
  return std::exchange(place, std::nullopt);
}

Expected<void> EvidencePieces::add(Evidence piece) {
  Part part{std::move(piece)};
  // Merging itself is done outside the lock, so that threads merge side by side.
  while (auto other = take_equal(part)) {
    if (auto put = put_into(part, std::move(*other)); !put) return put;
  }
  return {};
}

Expected<EvidencePieces::Part> EvidencePieces::take_all() {
  Part all;
  all.evidence.timeouts = timeouts_;
  all.weight = 0;
  for (std::optional<Part>& part : parts_) {
    if (!part) continue;
    if (auto put = put_into(all, std::move(*part)); !put) return tl::unexpected(std::move(put.error()));
    part.reset();
  }
  return all;
}

Expected<void> EvidencePieces::show(const std::function<Expected<void>(const Evidence&)>& look) {
  const std::lock_guard hold(mutex_);
  auto all = take_all();
  if (!all) return tl::unexpected(std::move(all.error()));
  auto seen = look(all->evidence);
  if (all->weight > 0) parts_[size_class(*all)] = std::move(*all);
  return seen;
}

Expected<Evidence> EvidencePieces::take() {
  const std::lock_guard hold(mutex_);
  return take_all().map([](Part&& all) { return std::move(all.evidence); });
}

}  // namespace portproof
