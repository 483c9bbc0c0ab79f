#include "app/command/gathered_evidence.hpp"

namespace portproof {

GatheredEvidence::GatheredEvidence(const ObservationSettings& settings, std::size_t most_attempts,
                                   std::optional<Evidence> saved)
    : most_attempts_(most_attempts), whole_(settings, most_attempts), damaged_(settings, most_attempts) {
  any_used_ = saved && !saved->inputs.empty();
  // Piece 0; the pieces of the inputs follow it. The first piece meets no other, so nothing can fail.
  static_cast<void>(whole_.add(0, std::move(saved)));
  static_cast<void>(damaged_.add(0, {}));
}

Expected<void> GatheredEvidence::add(std::size_t number, InputEvidence input) {
  ++inputs_;
  skipped_more_ += input.skipped_more;
  {
    const std::lock_guard hold(mutex_);
    skipped_.insert(skipped_.end(), input.skipped.begin(), input.skipped.end());
    any_used_ = any_used_ || input.used;
    if (input.fault && (!first_fault_ || number < first_fault_->first)) first_fault_ = {number, *input.fault};
  }
  if (input.fault) return put(number, {}, std::move(input.evidence));
  auto added = put(number, std::move(input.evidence), {});
  has_grown_ = true;
  return added;
}

Expected<void> GatheredEvidence::leave_out_saved(std::size_t number) {
  ++inputs_;
  return put(number, {}, {});
}

Expected<void> GatheredEvidence::leave_out_skipped(std::size_t number, const std::string& path) {
  ++inputs_;
  {
    const std::lock_guard hold(mutex_);
    skipped_.push_back(path);
  }
  return put(number, {}, {});
}

Expected<void> GatheredEvidence::put(std::size_t number, std::optional<Evidence> whole,
                                     std::optional<Evidence> damaged) {
  if (auto added = whole_.add(number + 1, std::move(whole)); !added) return added;
  return damaged_.add(number + 1, std::move(damaged));
}

Expected<void> GatheredEvidence::show_whole(const std::function<Expected<void>(const Evidence&)>& look) {
  if (!has_grown_.exchange(false)) return {};
  return whole_.show(look);
}

std::vector<std::string> GatheredEvidence::take_skipped() {
  const std::lock_guard hold(mutex_);
  return std::exchange(skipped_, {});
}

Expected<Evidence> GatheredEvidence::take() {
  {
    const std::lock_guard hold(mutex_);
    if (!any_used_ && first_fault_) return tl::unexpected(first_fault_->second);
    if (!any_used_) return fail(ErrorKind::input_missing, "no capture was found in what was named");
  }
  auto whole = whole_.take();
  auto damaged = damaged_.take();
  if (!whole) return whole;
  if (!damaged) return damaged;
  return merge(std::move(*whole), std::move(*damaged), most_attempts_);
}

}  // namespace portproof
