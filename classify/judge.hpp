// The verdict table: one conversation in, one judgement out. No state, no I/O. docs/use/verdicts.md has the
// table in words; every row of it has a test.
#pragma once

#include <cstdint>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "classify/party.hpp"
#include "classify/rule_book.hpp"
#include "classify/verdict.hpp"

namespace portproof {

// All that a judgement depends on.
struct Question {
  Party initiator;
  Party responder;
  Transport transport{Transport::tcp};
  std::uint16_t port{0};
  Application application{Application::unknown};
  NameState name_state{NameState::unseen};
  DirectionBasis basis{DirectionBasis::syn};
  FlowState state{FlowState::established};
  bool answered{true};
  bool has_inventory{true};
};

struct Judgement {
  Verdict verdict{Verdict::unrelated};
  Reason reason{Reason::none};
  int test{5};                     // which row of the verdict table decided, 1 to 14
  std::vector<const Rule*> rules;  // those that document it, or those of the deciding test; by id
  const Rule* nearest{nullptr};    // for a flagged or unverified one: the first of `rules`, if any
  QualifierSet qualifiers;         // on `documented` only
};

Judgement judge(const Question& question, const RuleBook& book, const RoleTable& roles);

// Has the conversation to do with Citrix: by the roles of an end, by its payload, or by a distinctive port?
// What happens on loopback has not.
bool is_related(const Question& question, const RuleBook& book, const RoleTable& roles);

}  // namespace portproof
