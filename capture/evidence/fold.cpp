#include "capture/evidence/fold.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "capture/flow/flow.hpp"

namespace portproof {
namespace {

auto service_of(const ConversationKey& key) {
  return std::tie(key.initiator, key.responder, key.protocol, key.kind, key.port);
}

// Indexes of the conversations that have names: by service, then by name.
std::vector<std::uint32_t> named_indexes(const Conversations& conversations) {
  std::vector<std::uint32_t> indexes;
  for (std::size_t index = 0; index < conversations.size(); ++index) {
    const ConversationKey& key = conversations.at(index).first;
    if (key.name_state == NameState::given) indexes.push_back(static_cast<std::uint32_t>(index));
  }
  std::sort(indexes.begin(), indexes.end(), [&conversations](std::uint32_t left, std::uint32_t right) {
    const ConversationKey& a = conversations.at(left).first;
    const ConversationKey& b = conversations.at(right).first;
    const auto order = service_of(a) <=> service_of(b);
    return order != 0 ? order < 0 : a.name < b.name;
  });
  return indexes;
}

}  // namespace

Conversations::value_type conversation_of(const FlowKey& key, const FlowFacts& facts, std::string_view name,
                                          const Orientation& orientation) {
  const Side initiator = orientation.initiator;
  const Endpoint& service = key.end(other(initiator));
  ConversationKey conversation{key.end(initiator).address,
                               service.address,
                               key.protocol,
                               key.kind == FlowKind::icmp_other ? key.kind : FlowKind::plain,
                               facts.asked_port != 0 ? facts.asked_port : service.port,
                               first_application(facts),
                               facts.name_state,
                               {}};
  if (facts.name_state == NameState::given) conversation.name = name;

  ConversationFacts adds;
  adds.sessions = std::max<std::uint64_t>(facts.openings, 1);
  adds.flows = 1;
  adds.packets = facts.packets();
  adds.bytes = facts.bytes();
  adds.first = facts.first;
  adds.last = facts.last;
  adds.first_frame = {facts.first_input, facts.first_frame};
  adds.state = state_of(key.protocol, facts, initiator);
  adds.basis = orientation.basis;
  adds.answered = adds.state != FlowState::refused && facts.side(other(initiator)).spoke();
  adds.broadcasts = facts.broadcasts;
  adds.missed_bytes = facts.missed_bytes();
  adds.carries = key.kind == FlowKind::carrier;
  adds.kinds = facts.kinds;
  adds.later_applications = later_applications(facts);

  return {std::move(conversation), adds};
}

void keep_names(Conversations& conversations) {
  if (conversations.count(NameState::given) <= kNamesPerService) return;
  const std::vector<std::uint32_t> named = named_indexes(conversations);
  std::vector<std::uint32_t> gone;
  const ConversationKey* before = nullptr;
  std::size_t names = 0;
  for (const std::uint32_t index : named) {
    const ConversationKey& key = conversations.at(index).first;
    const bool same_service = before != nullptr && service_of(*before) == service_of(key);
    if (!same_service) names = 0;
    if (!same_service || before->name != key.name) ++names;
    before = &key;
    if (names > kNamesPerService) gone.push_back(index);
  }
  if (gone.empty()) return;
  std::vector<Conversations::value_type> folded;
  folded.reserve(gone.size());
  for (const std::uint32_t index : gone) folded.push_back(conversations.at(index));
  std::sort(gone.begin(), gone.end());
  conversations.erase(gone);
  for (auto& [key, facts] : folded) {
    key.name_state = NameState::other;
    key.name.clear();
    conversations[key].add(facts);
  }
}

void note_derived_limits(Evidence& evidence) {
  LimitsHit& hit = evidence.limits_hit;
  hit.set(Limit::names, evidence.conversations.count(NameState::other));
  std::uint64_t attempts = 0;
  for (const auto& [key, folded] : evidence.attempts) attempts += folded.conversations;
  hit.set(Limit::attempts, attempts);
  hit.set(Limit::stations, stations_left_out(evidence.stations));
}

}  // namespace portproof
