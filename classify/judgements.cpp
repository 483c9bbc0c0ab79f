#include "classify/judgements.hpp"

#include <bit>
#include <utility>

#include "capture/base/embedded_ipv4.hpp"

namespace portproof {

std::size_t Judgements::CaseHash::operator()(const Case& judged) const {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
  std::uint64_t hash = (judged.ends ^ (judged.ends >> 29U)) * kOdd;
  hash = (hash ^ judged.rest ^ (hash >> 31U)) * kOdd;
  hash = (hash ^ judged.later_applications) * kOdd;
  return hash ^ (hash >> 29U);
}

std::uint32_t Judgements::standing_of(std::uint32_t party) {
  while (standing_by_party_.size() < judged_.parties()) {
    const Party& next = judged_.party(static_cast<std::uint32_t>(standing_by_party_.size()));
    const std::uint32_t itself = next.as_itself ? standing_number(*next.as_itself, 0) + 1 : 0;
    standing_by_party_.push_back(standing_number(next, itself));
  }
  return standing_by_party_[party];
}

// `itself`: that of Party::as_itself, plus one; 0 if there is none.
std::uint32_t Judgements::standing_number(const Party& next, std::uint32_t itself) {
  static_assert(sizeof(RoleBits) == sizeof(RoleSet));
  unsigned traits = 0;
  for (const bool trait : {next.listed, next.outside, next.default_only, next.named, next.name_claimed,
                           next.shared_domain, next.by_station, next.unasked_name, next.by_form,
                           next.may_be_listed, is_loopback(unmapped(next.address)) && !next.on_link}) {
    traits = traits * 2 + (trait ? 1 : 0);
  }
  const Standing standing{std::bit_cast<RoleBits>(next.roles), next.named_ends,
                          static_cast<std::uint16_t>(traits), itself};
  const auto number = static_cast<std::uint32_t>(standings_.size());
  return standings_.try_emplace(standing, number).first->second;
}

std::uint32_t Judgements::judge(const ConversationKey& key, const ConversationFacts& facts,
                                std::uint32_t initiator, std::uint32_t responder) {
  const std::uint64_t from = standing_of(initiator);
  const std::uint64_t to = standing_of(responder);
  // Equal keys mean equal Questions. ICMP and ICMPv6 have separate cases although they are judged alike.
  const Case wanted{(from << 32U) | to,
                    std::uint64_t{book_.range_of(key.port)} | (std::uint64_t{key.protocol} << 16U) |
                        (static_cast<std::uint64_t>(key.application) << 24U) |
                        (static_cast<std::uint64_t>(key.name_state) << 32U) |
                        (static_cast<std::uint64_t>(facts.basis) << 40U) |
                        (static_cast<std::uint64_t>(facts.state) << 48U) |
                        (std::uint64_t{facts.answered} << 56U) | (std::uint64_t{facts.carries} << 57U) |
                        (std::uint64_t{key.kind == FlowKind::icmp_other} << 58U) |
                        (std::uint64_t{routers_.are_both_ends_of(key)} << 59U) |
                        (std::uint64_t{facts.broadcasts == Broadcasts::some} << 60U),
                    facts.later_applications.to_ullong()};
  const auto [entry, is_new] = cases_.try_emplace(wanted, 0);
  if (is_new) entry->second = make(key, facts, initiator, responder);
  return entry->second;
}

std::uint32_t Judgements::make(const ConversationKey& key, const ConversationFacts& facts,
                               std::uint32_t initiator, std::uint32_t responder) {
  Question question = question_about(key, facts, judged_.party(initiator), judged_.party(responder),
                                     has_inventory_, routers_.are_both_ends_of(key));
  return judged_.add_case(worst_of(question, facts.later_applications));
}

Question question_about(const ConversationKey& key, const ConversationFacts& facts, const Party& initiator,
                        const Party& responder, bool has_inventory, bool between_routers) {
  Question question;
  question.initiator = initiator;
  question.responder = responder;
  question.transport = transport_of(key);
  question.port = key.port;
  question.application = key.application;
  question.name_state = key.name_state;
  question.basis = facts.basis;
  question.state = facts.state;
  question.answered = facts.answered;
  question.some_broadcast = facts.broadcasts == Broadcasts::some;
  question.carries = facts.carries;
  question.between_routers = between_routers;
  question.has_inventory = has_inventory;
  return question;
}

// A conversation that turned to other applications is judged as each of them, and the worst judgement stands:
// a documented beginning must not shelter what follows it.
Judgement Judgements::worst_of(Question& question, const ApplicationSet& later) {
  any_related_ = any_related_ || is_related(question, book_, roles_);
  for (const Party* end : {&question.initiator, &question.responder}) {
    const bool sure = end->listed && !end->by_form;
    any_of_estate_ = any_of_estate_ || (sure && end->roles.overlaps(citrix_));
  }
  Judgement worst = portproof::judge(question, book_, roles_);
  if (later.none()) return worst;
  for (std::size_t application = 0; application < kMostApplications; ++application) {
    if (!later.test(application)) continue;
    question.application = static_cast<Application>(application);
    any_related_ = any_related_ || is_related(question, book_, roles_);
    Judgement judgement = portproof::judge(question, book_, roles_);
    if (severity_of(judgement.verdict) > severity_of(worst.verdict)) worst = std::move(judgement);
  }
  return worst;
}

}  // namespace portproof
