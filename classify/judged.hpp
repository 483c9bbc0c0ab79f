// Judged conversations, millions of them: 16 bytes each besides the conversation itself. What many have in
// common, the parties and the judgements, stands there once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "capture/base/place_iterator.hpp"
#include "capture/evidence/attempts.hpp"
#include "capture/evidence/conversations.hpp"
#include "classify/judge.hpp"
#include "classify/party.hpp"

namespace portproof {

// One of them, borrowed from JudgedConversations. Numbers are dense, from 0.
struct JudgedConversation {
  const ConversationKey& key;
  const ConversationFacts& facts;
  const Party& initiator;
  const Party& responder;
  const Judgement& judgement;
  std::optional<std::size_t> waiver;  // index into Inventory::waivers: the first in force that covers it
  std::uint32_t initiator_address;    // number of its address
  std::uint32_t responder_address;
  // Those of one case have the same judgement, and the same roles at either end.
  std::uint32_t judged_case;
  // Not null: stands for attempts that were folded. `key` is one of them, `facts` are those of all.
  const FoldedAttempts::value_type* folded;
};

class JudgedConversations {
 public:
  JudgedConversations() = default;
  // These are to be judged, in their order. Borrows them: they must outlive this, stay where they are, and
  // not change.
  explicit JudgedConversations(const Conversations& conversations) : conversations_(&conversations) {
    records_.reserve(conversations.size());
  }

  // Parties and cases that conversations can be given; their numbers. Parties of one address have the same
  // number of it, which the caller gives: those numbers are dense.
  std::uint32_t add_party(Party party, std::uint32_t address);
  std::uint32_t add_case(Judgement judgement);

  // Judges the next one.
  void add(std::uint32_t initiator, std::uint32_t responder, std::uint32_t judged_case,
           std::optional<std::size_t> waiver = {});

  // Adds folded attempts, judged, behind all conversations; `key` is the one of them that decided. Borrows
  // the attempts as it does the conversations.
  void add_attempts(const ConversationKey& key, const FoldedAttempts::value_type& attempts,
                    std::uint32_t initiator, std::uint32_t responder, std::uint32_t judged_case,
                    std::optional<std::size_t> waiver);

  [[nodiscard]] const Party& party(std::uint32_t number) const { return parties_[number]; }
  [[nodiscard]] const Judgement& judgement(std::uint32_t number) const { return cases_[number]; }
  [[nodiscard]] std::size_t parties() const { return parties_.size(); }
  [[nodiscard]] std::size_t cases() const { return cases_.size(); }

  // Those that were judged.
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] bool empty() const { return records_.empty(); }
  [[nodiscard]] JudgedConversation operator[](std::size_t place) const;

  // Parts of the same, for those who go through millions of them: the parties of each lie far apart in
  // memory.
  [[nodiscard]] const ConversationKey& key(std::size_t place) const {
    return is_folded(place) ? folded_[place - conversations_->size()].key
                            : conversations_->at_place(place).first;
  }
  [[nodiscard]] const ConversationFacts& facts(std::size_t place) const {
    return is_folded(place) ? folded_[place - conversations_->size()].attempts->second.facts
                            : conversations_->at_place(place).second;
  }
  [[nodiscard]] std::uint32_t judged_case(std::size_t place) const { return records_[place].judged_case; }
  [[nodiscard]] bool is_waived(std::size_t place) const { return records_[place].waiver != 0; }
  [[nodiscard]] bool is_folded(std::size_t place) const { return place >= conversations_->size(); }

  [[nodiscard]] PlaceIterator<JudgedConversations> begin() const { return {*this, 0}; }
  [[nodiscard]] PlaceIterator<JudgedConversations> end() const { return {*this, size()}; }

 private:
  struct Record {
    std::uint32_t initiator;
    std::uint32_t responder;
    std::uint32_t judged_case;
    std::uint32_t waiver;  // plus one; 0 for none
  };
  static_assert(sizeof(Record) == 16);
  struct Folded {
    ConversationKey key;
    const FoldedAttempts::value_type* attempts;
  };

  const Conversations* conversations_{nullptr};  // none before there is something to judge
  std::vector<Record> records_;                  // of the conversations, then of what is folded
  std::vector<Folded> folded_;
  std::deque<Party> parties_;
  std::vector<std::uint32_t> addresses_;  // numbers of theirs, by party
  std::deque<Judgement> cases_;
};

}  // namespace portproof
