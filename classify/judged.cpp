#include "classify/judged.hpp"

#include <utility>

namespace portproof {

std::uint32_t JudgedConversations::add_party(Party party, std::uint32_t address) {
  parties_.push_back(std::move(party));
  addresses_.push_back(address);
  return static_cast<std::uint32_t>(parties_.size() - 1);
}

std::uint32_t JudgedConversations::add_case(Judgement judgement) {
  cases_.push_back(std::move(judgement));
  return static_cast<std::uint32_t>(cases_.size() - 1);
}

void JudgedConversations::add(std::uint32_t initiator, std::uint32_t responder, std::uint32_t judged_case,
                              std::optional<std::size_t> waiver) {
  records_.push_back(
      {initiator, responder, judged_case, waiver ? static_cast<std::uint32_t>(*waiver + 1) : 0});
}

void JudgedConversations::add_attempts(const ConversationKey& key, const FoldedAttempts::value_type& attempts,
                                       std::uint32_t initiator, std::uint32_t responder,
                                       std::uint32_t judged_case, std::optional<std::size_t> waiver) {
  folded_.push_back({key, &attempts});
  add(initiator, responder, judged_case, waiver);
}

JudgedConversation JudgedConversations::operator[](std::size_t index) const {
  const Record& record = records_[index];
  std::optional<std::size_t> waiver;
  if (record.waiver != 0) waiver = record.waiver - 1;
  return {key(index),
          facts(index),
          parties_[record.initiator],
          parties_[record.responder],
          cases_[record.judged_case],
          waiver,
          addresses_[record.initiator],
          addresses_[record.responder],
          record.judged_case,
          is_folded(index) ? folded_[index - conversations_->size()].attempts : nullptr};
}

}  // namespace portproof
