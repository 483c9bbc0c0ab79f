#include "classify/internal/contested_direction.hpp"

#include <algorithm>

#include "capture/evidence/fold.hpp"
#include "classify/internal/waiver.hpp"
#include "classify/judge.hpp"
#include "classify/judgements.hpp"

namespace portproof {

int ContestedDirections::severity(const FlowKey& key, const FlowFacts& facts, std::string_view name,
                                  Side initiator) const {
  const auto [conversation, counted] =
      conversation_of(key, facts, name, {initiator, DirectionBasis::contested});
  const Party from = parties_.initiator(conversation, counted);
  const Party to = parties_.responder(conversation, counted);
  Question question = question_about(conversation, counted, from, to, inventory_ != nullptr, false);
  Verdict verdict = judge(question, book_, parties_.role_table()).verdict;
  for (std::size_t application = 0; application < kMostApplications; ++application) {
    if (!counted.later_applications.test(application)) continue;
    question.application = static_cast<Application>(application);
    const Verdict later = judge(question, book_, parties_.role_table()).verdict;
    if (is_flagged(later)) verdict = later;
  }
  if (verdict == Verdict::unverified) return 2;
  if (!is_flagged(verdict)) return verdict == Verdict::documented ? 1 : 0;
  const bool waived =
      inventory_ != nullptr && std::any_of(inventory_->waivers.begin(), inventory_->waivers.end(),
                                           [&, port = conversation.port](const Waiver& waiver) {
                                             return covers(waiver, from, to, question.transport, port);
                                           });
  return waived ? 3 : 4;
}

Side ContestedDirections::worse_initiator(const FlowKey& key, const FlowFacts& facts, std::string_view name,
                                          Side likely) const {
  const bool other_is_worse = severity(key, facts, name, other(likely)) > severity(key, facts, name, likely);
  return other_is_worse ? other(likely) : likely;
}

}  // namespace portproof
