#include "capture/base/unread.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace portproof {

std::optional<UnreadKind> parse_unread_kind(std::string_view name) {
  for (const UnreadRow& row : kUnreadRows) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

std::string to_string(const UnreadCount& line) {
  const UnreadRow& row = row_of(line.kind);
  std::string text = fmt::format("{} {}", line.count, line.count == 1 ? row.one : row.several);
  if (!row.number.empty() && line.number) {
    text += row.hexadecimal ? fmt::format(" {} 0x{:04x}", row.number, *line.number)
                            : fmt::format(" {} {}", row.number, *line.number);
  } else if (!row.number.empty()) {
    text += fmt::format(" {} (various)", row.number);
  }
  return text.append(row.rest);
}

UnreadCount& UnreadInventory::line_of(UnreadKind kind, std::optional<std::uint32_t> number) {
  const auto* const end = lines_.begin() + size_;
  auto* const found = std::find_if(lines_.begin(), lines_.begin() + size_, [&](const UnreadCount& line) {
    return line.kind == kind && line.number == number;
  });
  if (found != end) return *found;
  if (number && numbered_ == kNumbered) return line_of(kind, std::nullopt);
  if (number) ++numbered_;
  UnreadCount& line = lines_[size_++];
  line.kind = kind;
  line.number = number;
  return line;
}

void UnreadInventory::note(Unread unread, std::uint64_t frame, std::uint64_t times) {
  const bool has_number = !row_of(unread.kind).number.empty();
  UnreadCount& line = line_of(unread.kind, has_number ? std::optional(unread.number) : std::nullopt);
  line.first_frame = line.count == 0 ? frame : std::min(line.first_frame, frame);
  line.count += times;
}

void UnreadInventory::add(const UnreadInventory& other) {
  for (std::size_t index = 0; index < other.size_; ++index) {
    const UnreadCount& more = other.lines_[index];
    UnreadCount& line = line_of(more.kind, more.number);
    line.first_frame = line.count == 0 ? more.first_frame : std::min(line.first_frame, more.first_frame);
    line.count += more.count;
  }
}

std::uint64_t UnreadInventory::total(UnreadGap gap) const {
  std::uint64_t sum = 0;
  for (std::size_t index = 0; index < size_; ++index) {
    if (row_of(lines_[index].kind).gap == gap) sum += lines_[index].count;
  }
  return sum;
}

std::vector<UnreadCount> UnreadInventory::lines() const {
  std::vector<UnreadCount> sorted(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(size_));
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace portproof
