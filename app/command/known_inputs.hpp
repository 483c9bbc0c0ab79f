// The inputs of evidence, to recognise them in other evidence: merging both would count them twice.
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

  // Is it one of them? An input with a hash is recognised by its hash, frames and filters (a member of an
  // archive has the archive's hash); one without a hash, by everything it says.
  [[nodiscard]] bool hold(const Input& input) const { return texts_.count(text_of(input)) > 0; }

  // The first of these that looks like one of them, although nothing proves it: its capture was read from a
  // file and not hashed, so another one may have as many packets at the same times. Null if there is none.
  [[nodiscard]] const Input* first_doubtful(const std::vector<Input>& inputs) const;

  enum class Share : std::uint8_t { none, some, all };
  // How many of these are among them; `none` also for an empty list.
  [[nodiscard]] Share share_of(const std::vector<Input>& inputs) const;

 private:
  static std::string text_of(Input input);

  std::set<std::string> texts_;
};

}  // namespace portproof
