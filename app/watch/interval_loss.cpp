#include "app/watch/interval_loss.hpp"

#include <fmt/format.h>

namespace portproof {
namespace {

constexpr std::size_t kListed = 24;

}  // namespace

std::vector<std::string> IntervalLoss::reasons(const Cut& cut, const Limits& limits) const {
  return loss_reasons(between(start_, mark_of(cut)), limits);
}

std::vector<std::string> IntervalLoss::notes(const Cut& cut) const {
  std::vector<std::string> notes = loss_notes(between(start_, mark_of(cut)));
  if (lossy_intervals_ == 0) return notes;
  notes.push_back(
      fmt::format("{} of this run lost more than the limits allow; the last of them:",
                  lossy_intervals_ == 1 ? "1 interval" : fmt::format("{} intervals", lossy_intervals_)));
  notes.insert(notes.end(), lossy_.begin(), lossy_.end());
  return notes;
}

void IntervalLoss::end(const Cut& cut, const std::vector<std::string>& reasons) {
  start_ = mark_of(cut);
  if (!reasons.empty()) ++lossy_intervals_;
  for (const std::string& reason : reasons) {
    lossy_.push_back(fmt::format("until {}: {}", to_string(cut.at), reason));
    if (lossy_.size() > kListed) lossy_.erase(lossy_.begin());
  }
}

}  // namespace portproof
