#include "classify/judgements.hpp"

#include <bit>

namespace portproof {

std::size_t Judgements::CaseHash::operator()(const Case& judged) const {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
  std::uint64_t hash = (judged.ends ^ (judged.ends >> 29U)) * kOdd;
  hash = (hash ^ judged.rest ^ (hash >> 31U)) * kOdd;
  return hash ^ (hash >> 29U);
}

std::uint32_t Judgements::standing_of(std::uint32_t party) {
  while (standing_by_party_.size() < judged_.parties()) {
    const Party& next = judged_.party(static_cast<std::uint32_t>(standing_by_party_.size()));
    static_assert(sizeof(RoleBits) == sizeof(RoleSet));
    unsigned traits = 0;
    for (const bool trait : {next.listed, next.outside, next.default_only, next.named, next.name_claimed,
                             next.shared_domain, is_loopback(next.address)}) {
      traits = traits * 2 + (trait ? 1 : 0);
    }
    const Standing standing{std::bit_cast<RoleBits>(next.roles), static_cast<std::uint8_t>(traits)};
    const auto number = static_cast<std::uint32_t>(standings_.size());
    standing_by_party_.push_back(standings_.try_emplace(standing, number).first->second);
  }
  return standing_by_party_[party];
}

std::uint32_t Judgements::judge(const ConversationKey& key, const ConversationFacts& facts,
                                std::uint32_t initiator, std::uint32_t responder) {
  const std::uint64_t from = standing_of(initiator);
  const std::uint64_t to = standing_of(responder);
  // Equal keys mean equal Questions. ICMP and ICMPv6 have separate cases although they are judged alike.
  const Case wanted{(from << 32U) | to, std::uint64_t{book_.range_of(key.port)} |
                                            (std::uint64_t{key.protocol} << 16U) |
                                            (static_cast<std::uint64_t>(key.application) << 24U) |
                                            (static_cast<std::uint64_t>(key.name_state) << 32U) |
                                            (static_cast<std::uint64_t>(facts.basis) << 40U) |
                                            (static_cast<std::uint64_t>(facts.state) << 48U) |
                                            (std::uint64_t{facts.answered} << 56U)};
  const auto [entry, is_new] = cases_.try_emplace(wanted, 0);
  if (is_new) entry->second = make(key, facts, initiator, responder);
  return entry->second;
}

std::uint32_t Judgements::make(const ConversationKey& key, const ConversationFacts& facts,
                               std::uint32_t initiator, std::uint32_t responder) {
  const auto question =
      question_about(key, facts, judged_.party(initiator), judged_.party(responder), has_inventory_);
  if (!question) return judged_.add_case({});
  any_related_ = any_related_ || is_related(*question, book_, roles_);
  return judged_.add_case(portproof::judge(*question, book_, roles_));
}

std::optional<Question> question_about(const ConversationKey& key, const ConversationFacts& facts,
                                       const Party& initiator, const Party& responder, bool has_inventory) {
  const auto transport = transport_of(key.protocol);
  if (!transport) return std::nullopt;
  Question question;
  question.initiator = initiator;
  question.responder = responder;
  question.transport = *transport;
  question.port = key.port;
  question.application = key.application;
  question.name_state = key.name_state;
  question.basis = facts.basis;
  question.state = facts.state;
  question.answered = facts.answered;
  question.has_inventory = has_inventory;
  return question;
}

std::optional<Transport> transport_of(std::uint8_t protocol) {
  switch (protocol) {
    case kProtocolTcp:
      return Transport::tcp;
    case kProtocolUdp:
      return Transport::udp;
    case kProtocolSctp:
      return Transport::sctp;
    case kProtocolIcmp:
    case kProtocolIcmpV6:
      return Transport::icmp;
    default:
      return std::nullopt;
  }
}

}  // namespace portproof
