#include "capture/identify/pieces.hpp"

#include <algorithm>

namespace portproof {

bool Pieces::add(std::span<std::uint8_t> message, std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  if (offset >= message.size() || bytes.empty()) return true;
  bytes = bytes.first(std::min(bytes.size(), message.size() - static_cast<std::size_t>(offset)));
  Span added{static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(offset + bytes.size())};

  // Spans [first, last) touch the new one and merge with it.
  std::size_t first = 0;
  while (first < count_ && spans_[first].end < added.begin) ++first;
  std::size_t last = first;
  while (last < count_ && spans_[last].begin <= added.end) ++last;
  if (first == last && count_ == kMost) return false;

  const auto copy = [&](std::uint32_t from, std::uint32_t to) {
    if (from >= to) return;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from - offset), to - from,
                message.begin() + static_cast<std::ptrdiff_t>(from));
  };
  std::uint32_t at = added.begin;
  for (std::size_t known = first; known < last; ++known) {
    copy(at, std::min(spans_[known].begin, added.end));
    at = std::max(at, spans_[known].end);
  }
  copy(at, added.end);

  if (first < last) {
    added.begin = std::min(added.begin, spans_[first].begin);
    added.end = std::max(added.end, spans_[last - 1].end);
  }
  const auto piece_at = [this](std::size_t index) {
    return spans_.begin() + static_cast<std::ptrdiff_t>(index);
  };
  if (first == last) {
    std::move_backward(piece_at(first), piece_at(count_), piece_at(count_ + 1));
  } else {
    std::move(piece_at(last), piece_at(count_), piece_at(first + 1));
  }
  spans_[first] = added;
  count_ = count_ + 1 - (last - first);
  return true;
}

}  // namespace portproof
