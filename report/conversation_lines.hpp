// Writes conversations as lines of the JSON report. A report lists thousands, so the parts that many of them
// share, parties and judgements, are turned into text once. The rest of a line is numbers and our own words,
// which need no escaping.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "classify/audit.hpp"

namespace portproof {

class ConversationLines {
 public:
  // For the conversations of this audit, which must outlive the object.
  explicit ConversationLines(const Audit& audit) : audit_(audit) {}

  // A JSON object, in pure ASCII.
  [[nodiscard]] std::string line(const JudgedConversation& conversation);

 private:
  const std::string& text_of(const Party& party);
  const std::string& text_of(const Judgement& judgement, std::uint32_t judged_case);

  const Audit& audit_;
  std::unordered_map<const Party*, std::string> parties_;
  std::unordered_map<std::uint32_t, std::string> judgements_;  // by case
};

}  // namespace portproof
