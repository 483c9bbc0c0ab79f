#include "app/watch/flagged_watch.hpp"

#include <algorithm>
#include <vector>

#include "report/json.hpp"
#include "report/report.hpp"

namespace portproof {

void FlaggedWatch::remember(const Audit& before) {
  for (const JudgedConversation& conversation : before.conversations) {
    if (rank(conversation) != Rank::flagged || last_seen_.size() >= limits_.remembered) continue;
    const ConversationKey& key = conversation.key;
    last_seen_[{key.initiator, key.responder, transport_of(key), key.port}] = conversation.facts.last;
  }
}

void FlaggedWatch::look(const Audit& found, Timestamp last_look, Timestamp now, Events& events) {
  for (const bool answered : {true, false}) {
    for (const JudgedConversation& conversation : found.conversations) {
      const ConversationKey& key = conversation.key;
      if (conversation.facts.answered != answered || rank(conversation) != Rank::flagged) continue;
      const Sighting sighting = note(key, conversation.facts, last_look);
      if (sighting == Sighting::known) continue;
      if (!has_room(key) || !events.has_token(now)) {
        events.hold_back();
        continue;
      }
      events.send(sighting == Sighting::first ? "first-flagged" : "returned", now,
                  ",\"conversation\":" + conversation_line(found, conversation));
    }
  }
}

// A conversation that has long been under way has not returned. It has if its last packet is new and it had
// been silent for long: until it began or, if that is not known, until the last look.
FlaggedWatch::Sighting FlaggedWatch::note(const ConversationKey& key, const ConversationFacts& facts,
                                          Timestamp last_look) {
  const auto [known, is_new] =
      last_seen_.try_emplace({key.initiator, key.responder, transport_of(key), key.port}, facts.last);
  if (is_new) {
    if (last_seen_.size() > limits_.remembered) forget_oldest();
    return Sighting::first;
  }
  const Timestamp before = known->second;
  if (facts.last <= before) return Sighting::known;
  known->second = facts.last;
  const Timestamp silent_until = std::max(facts.first, std::min(last_look, facts.last));
  return silent_until - before > quiet_ ? Sighting::returned : Sighting::known;
}

void FlaggedWatch::forget_oldest() {
  std::vector<Timestamp> lasts;
  lasts.reserve(last_seen_.size());
  for (const auto& [flagged, last] : last_seen_) lasts.push_back(last);
  const auto quarter = lasts.begin() + static_cast<std::ptrdiff_t>(lasts.size() / 4);
  std::nth_element(lasts.begin(), quarter, lasts.end());
  std::erase_if(last_seen_, [oldest = *quarter](const auto& entry) { return entry.second <= oldest; });
}

// May its two hosts have another event in this interval? If there are too many pairs to count, a flood is
// under way, and the rate was reached long ago.
bool FlaggedWatch::has_room(const ConversationKey& key) {
  const std::pair pair{key.initiator, key.responder};
  const bool is_counted = events_of_pair_.count(pair) > 0;
  if (!is_counted && events_of_pair_.size() >= limits_.remembered) return false;
  return ++events_of_pair_[pair] <= limits_.of_pair;
}

}  // namespace portproof
