#include "app/command/known_inputs.hpp"

#include <algorithm>
#include <utility>

#include "capture/evidence/evidence_file_lines.hpp"

namespace portproof {

KnownInputs::KnownInputs(const std::vector<Input>& inputs) {
  for (const Input& input : inputs) texts_.insert(text_of(input));
}

const Input* KnownInputs::first_doubtful(const std::vector<Input>& inputs) const {
  const auto found = std::find_if(inputs.begin(), inputs.end(), [this](const Input& input) {
    // A live capture has nothing to hash, and its clock is its own. Without frames, nothing can be lost.
    const bool is_proven = !input.sha256.empty() || input.format == "live" || input.accounting.frames == 0;
    return !is_proven && hold(input);
  });
  return found == inputs.end() ? nullptr : &*found;
}

KnownInputs::Share KnownInputs::share_of(const std::vector<Input>& inputs) const {
  const auto known =
      std::count_if(inputs.begin(), inputs.end(), [this](const Input& input) { return hold(input); });
  if (known == 0) return Share::none;
  return known == std::ssize(inputs) ? Share::all : Share::some;
}

// Gaps are left out: whether a flow at the edge of an input lacks a direction depends on what else was read
// in the same run.
std::string KnownInputs::text_of(Input input) {
  if (!input.sha256.empty()) {
    const std::uint64_t frames = input.accounting.frames;
    input.path.clear();
    input.error.clear();
    input.accounting = {};
    input.accounting.frames = frames;
    input.gaps = {};
  }
  return evidence_file::make_line(input);
}

}  // namespace portproof
