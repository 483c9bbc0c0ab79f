#include "classify/judgements.hpp"

#include <bit>

#include "capture/base/embedded_ipv4.hpp"

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
    for (const bool trait :
         {next.listed, next.outside, next.default_only, next.named, next.name_claimed, next.shared_domain,
          next.by_station, next.unasked_name, is_loopback(unmapped(next.address))}) {
      traits = traits * 2 + (trait ? 1 : 0);
    }
    const Standing standing{std::bit_cast<RoleBits>(next.roles), next.named_ends,
                            static_cast<std::uint16_t>(traits)};
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
                                            (std::uint64_t{facts.answered} << 56U) |
                                            (std::uint64_t{facts.broadcasts == Broadcasts::some} << 57U)};
  const auto [entry, is_new] = cases_.try_emplace(wanted, 0);
  if (is_new) entry->second = make(key, facts, initiator, responder);
  return entry->second;
}

std::uint32_t Judgements::make(const ConversationKey& key, const ConversationFacts& facts,
                               std::uint32_t initiator, std::uint32_t responder) {
  const auto transport = transport_of(key.protocol);
  if (!transport) return judged_.add_case({});
  Question question;
  question.initiator = judged_.party(initiator);
  question.responder = judged_.party(responder);
  question.transport = *transport;
  question.port = key.port;
  question.application = key.application;
  question.name_state = key.name_state;
  question.basis = facts.basis;
  question.state = facts.state;
  question.answered = facts.answered;
  question.some_broadcast = facts.broadcasts == Broadcasts::some;
  question.has_inventory = has_inventory_;
  any_related_ = any_related_ || is_related(question, book_, roles_);
  for (const Party* end : {&question.initiator, &question.responder}) {
    any_of_estate_ = any_of_estate_ || (end->listed && end->roles.overlaps(citrix_));
  }
  return judged_.add_case(portproof::judge(question, book_, roles_));
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
