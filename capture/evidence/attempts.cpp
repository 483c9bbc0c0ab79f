#include "capture/evidence/attempts.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace portproof {

bool is_attempt(const ConversationKey& key, const ConversationFacts& facts) {
  const bool in_vain = facts.state == FlowState::attempted || facts.state == FlowState::refused;
  return in_vain && !facts.answered && !is_identified(key.application) && key.name_state == NameState::unseen;
}

void Attempts::add(AttemptsKind kind, const ConversationKey& key, const ConversationFacts& of_conversation,
                   bool with_room) {
  ++conversations;
  facts.add(of_conversation);
  first_port = std::min(first_port, key.port);
  last_port = std::max(last_port, key.port);
  const IpAddress& end = kind == AttemptsKind::scan ? key.responder : key.initiator;
  add_example(end, {key.initiator, key.responder, key.port, key.port}, with_room || examples.empty());
}

// Of an end that sorts behind all that are kept nothing is remembered, in whatever order they come.
void Attempts::add_example(const IpAddress& end, const AttemptExample& example, bool with_room) {
  const bool full = !with_room || examples.size() >= kAttemptExamples;
  if (full && examples.rbegin()->first < end) {
    more_ends = true;
    return;
  }
  const auto [entry, is_new] = examples.try_emplace(end, example);
  if (!is_new) {
    AttemptExample& known = entry->second;
    // Where an end has tried several, as one of `rest` may have: the first of them stands for all.
    const auto order =
        std::tie(example.initiator, example.responder) <=> std::tie(known.initiator, known.responder);
    if (order < 0) {
      known = example;
    } else if (order == 0) {
      known.first_port = std::min(known.first_port, example.first_port);
      known.last_port = std::max(known.last_port, example.last_port);
    }
  } else if (full) {
    examples.erase(std::prev(examples.end()));
    more_ends = true;
  }
}

void Attempts::add_counts(const Attempts& other) {
  conversations += other.conversations;
  facts.add(other.facts);
  first_port = std::min(first_port, other.first_port);
  last_port = std::max(last_port, other.last_port);
  more_ends = more_ends || other.more_ends;
}

void Attempts::add(const Attempts& other) {
  add_counts(other);
  for (const auto& [end, example] : other.examples) add_example(end, example);
}

// The examples of `rest` are one an initiator.
void Attempts::add_to_rest(const Attempts& other) {
  add_counts(other);
  for (const auto& [end, example] : other.examples) add_example(example.initiator, example);
}

}  // namespace portproof
