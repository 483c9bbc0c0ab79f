// Conversations as they stand in the JSON report, a line each. A report lists thousands: what many of them
// have in common, their parties and what the judgement says, is turned into text once; the rest of a line is
// numbers and words of our own, which need no library's care.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "classify/audit.hpp"

namespace portproof {

class ConversationLines {
 public:
  // Of the conversations of this audit, which must outlive it.
  explicit ConversationLines(const Audit& audit) : audit_(audit) {}

  // An object of JSON, in pure ASCII.
  [[nodiscard]] std::string line(const JudgedConversation& conversation);

 private:
  const std::string& text_of(const Party& party);
  const std::string& text_of(const Judgement& judgement, std::uint32_t judged_case);

  const Audit& audit_;
  std::unordered_map<const Party*, std::string> parties_;
  std::unordered_map<std::uint32_t, std::string> judgements_;  // by case
};

}  // namespace portproof
