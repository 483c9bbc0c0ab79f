#include "capture/evidence/fold.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace portproof {
namespace {

auto service_of(const ConversationKey& key) {
  return std::tie(key.initiator, key.responder, key.protocol, key.port);
}

using Place = Conversations::iterator;

// Conversations of one service stand together in the map.
Place end_of_service(Conversations& conversations, Place begin) {
  Place end = begin;
  while (end != conversations.end() && service_of(end->first) == service_of(begin->first)) ++end;
  return end;
}

// The names of a service, sorted, each once.
std::vector<std::string_view> names_between(Place begin, Place end) {
  std::vector<std::string_view> names;
  for (Place place = begin; place != end; ++place) {
    if (place->first.name_state == NameState::given) names.push_back(place->first.name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void keep_names_between(Conversations& conversations, Place begin, Place end) {
  const std::vector<std::string_view> names = names_between(begin, end);
  if (names.size() <= kNamesPerService) return;
  const std::string last_kept{names[kNamesPerService - 1]};
  std::vector<std::pair<ConversationKey, ConversationFacts>> folded;
  for (Place place = begin; place != end;) {
    const bool kept = place->first.name_state != NameState::given || place->first.name <= last_kept;
    if (kept) {
      ++place;
      continue;
    }
    folded.emplace_back(place->first, place->second);
    place = conversations.erase(place);
  }
  for (auto& [key, facts] : folded) {
    key.name_state = NameState::other;
    key.name.clear();
    conversations[key].add(facts);
  }
}

}  // namespace

bool is_judged(std::uint8_t protocol, FlowKind kind) {
  const bool icmp = protocol == kProtocolIcmp || protocol == kProtocolIcmpV6;
  return has_ports(protocol) || (icmp && kind == FlowKind::plain);
}

bool fold_flow(Conversations& conversations, const FlowKey& key, const FlowFacts& facts,
               std::string_view name, const Orientation& orientation) {
  const Side initiator = orientation.initiator;
  const Endpoint& service = key.end(other(initiator));
  ConversationKey conversation{key.end(initiator).address,
                               service.address,
                               key.protocol,
                               facts.asked_port != 0 ? facts.asked_port : service.port,
                               facts.application,
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
  adds.answered = facts.side(other(initiator)).spoke();
  adds.broadcast = facts.broadcast;
  adds.missed_bytes = facts.missed_bytes();
  adds.kinds = facts.kinds;

  const auto [place, is_new] = conversations.try_emplace(std::move(conversation));
  place->second.add(adds);
  return is_new;
}

void keep_names(Conversations& conversations, const ConversationKey& of_service) {
  ConversationKey lowest = of_service;
  lowest.application = Application::unknown;
  lowest.name_state = NameState::unseen;
  lowest.name.clear();
  const Place begin = conversations.lower_bound(lowest);
  if (begin == conversations.end()) return;
  keep_names_between(conversations, begin, end_of_service(conversations, begin));
}

void keep_names(Conversations& conversations) {
  for (Place begin = conversations.begin(); begin != conversations.end();) {
    const Place end = end_of_service(conversations, begin);
    keep_names_between(conversations, begin, end);
    begin = end;
  }
}

void note_kept_limits(Evidence& evidence) {
  const auto folded =
      std::count_if(evidence.conversations.begin(), evidence.conversations.end(),
                    [](const auto& entry) { return entry.first.name_state == NameState::other; });
  const auto note = [&evidence](const char* limit, std::uint64_t hits) {
    if (hits == 0) {
      evidence.limits_hit.erase(limit);
    } else {
      evidence.limits_hit[limit] = hits;
    }
  };
  note("names", static_cast<std::uint64_t>(folded));
  note("stations", stations_left_out(evidence.stations));
}

}  // namespace portproof
