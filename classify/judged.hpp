// Judged conversations, possibly millions: 16 bytes each on top of the conversation itself. Parties and
// judgements, which many conversations share, are stored once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "capture/base/index_iterator.hpp"
#include "capture/evidence/attempts.hpp"
#include "capture/evidence/conversations.hpp"
#include "classify/judge.hpp"
#include "classify/party.hpp"

namespace portproof {

// One judged conversation, borrowed from JudgedConversations. Numbers are dense, from 0.
struct JudgedConversation {
  const ConversationKey& key;
  const ConversationFacts& facts;
  const Party& initiator;
  const Party& responder;
  const Judgement& judgement;
  std::optional<std::size_t> waiver;  // index into Inventory::waivers: the first in force that covers it
  std::uint32_t initiator_address;    // number of the initiator's address
  std::uint32_t responder_address;
  // Conversations of one case have the same judgement, and the same roles at each end.
  std::uint32_t judged_case;
  // Not null if this stands for folded attempts: `key` is then one of them, `facts` cover them all.
  const FoldedAttempts::value_type* folded;
};

class JudgedConversations {
 public:
  JudgedConversations() = default;
  // For these conversations, to be judged in their order. Borrows them: they must outlive this and must
  // neither move nor change.
  explicit JudgedConversations(const Conversations& conversations) : conversations_(&conversations) {
    records_.reserve(conversations.size());
  }

  // Add a party or a case for conversations to use, and return its number. `address` is the caller's number
  // for the party's address: the same for all parties of one address, and dense.
  std::uint32_t add_party(Party party, std::uint32_t address);
  std::uint32_t add_case(Judgement judgement);

  // Judges the next conversation.
  void add(std::uint32_t initiator, std::uint32_t responder, std::uint32_t judged_case,
           std::optional<std::size_t> waiver = {});

  // Adds judged folded attempts, after all conversations; `key` is the attempt that decided. Borrows the
  // attempts like the conversations.
  void add_attempts(const ConversationKey& key, const FoldedAttempts::value_type& attempts,
                    std::uint32_t initiator, std::uint32_t responder, std::uint32_t judged_case,
                    std::optional<std::size_t> waiver);

  [[nodiscard]] const Party& party(std::uint32_t number) const { return parties_[number]; }
  [[nodiscard]] const Judgement& judgement(std::uint32_t number) const { return cases_[number]; }
  [[nodiscard]] std::size_t parties() const { return parties_.size(); }
  [[nodiscard]] std::size_t cases() const { return cases_.size(); }

  // The conversations judged so far.
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] bool empty() const { return records_.empty(); }
  [[nodiscard]] JudgedConversation operator[](std::size_t index) const;

  // Parts of an element, for going through millions: operator[] reads the parties, which are spread over
  // memory.
  [[nodiscard]] const ConversationKey& key(std::size_t index) const {
    return is_folded(index) ? folded_[index - conversations_->size()].key : conversations_->at(index).first;
  }
  [[nodiscard]] const ConversationFacts& facts(std::size_t index) const {
    return is_folded(index) ? folded_[index - conversations_->size()].attempts->second.facts
                            : conversations_->at(index).second;
  }
  [[nodiscard]] std::uint32_t judged_case(std::size_t index) const { return records_[index].judged_case; }
  [[nodiscard]] bool is_waived(std::size_t index) const { return records_[index].waiver != 0; }
  [[nodiscard]] bool is_folded(std::size_t index) const { return index >= conversations_->size(); }

  [[nodiscard]] IndexIterator<JudgedConversations> begin() const { return {*this, 0}; }
  [[nodiscard]] IndexIterator<JudgedConversations> end() const { return {*this, size()}; }

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

  const Conversations* conversations_{nullptr};  // null before there is anything to judge
  std::vector<Record> records_;                  // of the conversations, then of the folded attempts
  std::vector<Folded> folded_;
  std::deque<Party> parties_;
  std::vector<std::uint32_t> addresses_;  // address numbers, by party
  std::deque<Judgement> cases_;
};

}  // namespace portproof
