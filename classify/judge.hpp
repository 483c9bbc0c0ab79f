// The verdict table: one conversation in, one judgement out. No state, no I/O. docs/use/verdicts.md describes
// the table; every row has a test.
#pragma once

#include <cstdint>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "classify/party.hpp"
#include "classify/rule_book.hpp"
#include "classify/verdict.hpp"

namespace portproof {

// Everything that a judgement depends on.
struct Question {
  Party initiator;
  Party responder;
  Transport transport{Transport::tcp};
  std::uint16_t port{0};
  Application application{kUnknownApplication};
  NameState name_state{NameState::unseen};
  DirectionBasis basis{DirectionBasis::syn};
  FlowState state{FlowState::established};
  bool answered{true};
  bool some_broadcast{false};   // some of its frames went to the broadcast MAC address, and not all
  bool carries{false};          // ConversationFacts::carries
  bool between_routers{false};  // both ends send this protocol as control traffic of the link
  bool has_inventory{true};
};

struct Judgement {
  Verdict verdict{Verdict::unrelated};
  Reason reason{Reason::none};
  int test{5};                     // the row of the verdict table that decided, 1 to 14
  std::vector<const Rule*> rules;  // the rules that document it, or that the deciding test found; by id
  const Rule* nearest{nullptr};    // if flagged or unverified: the first of `rules`, if any
  QualifierSet qualifiers;         // only if `documented`
  Application application{
      kUnknownApplication};  // for which it was judged: the first, or a later one that is worse
};

Judgement judge(const Question& question, const RuleBook& book, const RoleTable& roles);

// Is the conversation related to Citrix, by the roles of an end, its payload or a distinctive port? So is
// every tunnel, and every transport that no product documentation uses, with a listed end. Loopback traffic
// never is.
bool is_related(const Question& question, const RuleBook& book, const RoleTable& roles);

}  // namespace portproof
