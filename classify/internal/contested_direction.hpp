// Which direction of a flow is the worse one, if packets say that either end may have begun it. Forging some
// of them must gain nothing.
#pragma once

#include <string_view>

#include "capture/base/flow_facts.hpp"
#include "classify/inventory.hpp"
#include "classify/party.hpp"
#include "classify/rule_book.hpp"

namespace portproof {

class ContestedDirections {
 public:
  // All must outlive this; `inventory` may be null.
  ContestedDirections(const Parties& parties, const RuleBook& book, const Inventory* inventory)
      : parties_(parties), book_(book), inventory_(inventory) {}

  // The initiator with which the flow is judged worse: flagged and covered by no waiver, then flagged, then
  // unverified. `likely`, if both directions are judged alike.
  [[nodiscard]] Side worse_initiator(const FlowKey& key, const FlowFacts& facts, std::string_view name,
                                     Side likely) const;

 private:
  [[nodiscard]] int severity(const FlowKey& key, const FlowFacts& facts, std::string_view name,
                             Side initiator) const;

  const Parties& parties_;
  const RuleBook& book_;
  const Inventory* inventory_;
};

}  // namespace portproof
