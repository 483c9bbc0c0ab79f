#include "catalog/nearest.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace portproof {
namespace {

// Longer words are not compared: ids and keys are short, and the cost grows with the square of the length.
constexpr std::size_t kLongest = 64;

// Typos between two words; two swapped neighbours count as one (optimal string alignment).
std::size_t slips(std::string_view a, std::string_view b) {
  std::array<std::vector<std::size_t>, 3> rows;
  for (auto& row : rows) row.resize(b.size() + 1);
  for (std::size_t column = 0; column <= b.size(); ++column) rows[0][column] = column;
  for (std::size_t line = 1; line <= a.size(); ++line) {
    auto& current = rows[line % 3];
    const auto& previous = rows[(line + 2) % 3];
    const auto& before = rows[(line + 1) % 3];
    current[0] = line;
    for (std::size_t column = 1; column <= b.size(); ++column) {
      const std::size_t differs = a[line - 1] == b[column - 1] ? 0 : 1;
      current[column] =
          std::min({previous[column] + 1, current[column - 1] + 1, previous[column - 1] + differs});
      const bool swapped =
          line > 1 && column > 1 && a[line - 1] == b[column - 2] && a[line - 2] == b[column - 1];
      if (swapped) current[column] = std::min(current[column], before[column - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

std::string_view nearest_word(std::string_view text, std::span<const std::string_view> candidates) {
  if (text.empty() || text.size() > kLongest) return {};
  std::string_view best;
  std::size_t fewest = std::max<std::size_t>(1, text.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongest) continue;
    const std::size_t count = slips(text, candidate);
    if (count >= fewest) continue;
    fewest = count;
    best = candidate;
  }
  return best;
}

std::string did_you_mean(std::string_view text, std::span<const std::string_view> candidates) {
  const std::string_view near = nearest_word(text, candidates);
  return near.empty() ? std::string{} : "; did you mean " + in_quotes(near) + "?";
}

std::string in_quotes(std::string_view text) {
  std::string quoted;
  quoted.reserve(text.size() + 2);
  quoted += '"';
  quoted += text;
  quoted += '"';
  return quoted;
}

}  // namespace portproof
