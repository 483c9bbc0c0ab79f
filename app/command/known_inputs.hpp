// The inputs that evidence holds, to know them again in other evidence: merging both would count them twice.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "capture/evidence/accounting.hpp"

namespace portproof {

class KnownInputs {
 public:
  explicit KnownInputs(const std::vector<Input>& inputs);

  // Is it one of them? An input with a hash is known by it, its frames and its filters; a member of an
  // archive has the archive's hash. One without a hash is known by all it says.
  [[nodiscard]] bool hold(const Input& input) const { return texts_.count(text_of(input)) > 0; }

  enum class Share : std::uint8_t { none, some, all };
  // How many of these are among them; `none` where there are none at all.
  [[nodiscard]] Share share_of(const std::vector<Input>& inputs) const;

 private:
  static std::string text_of(Input input);

  std::set<std::string> texts_;
};

}  // namespace portproof
