// A flow that is not folded into a conversation yet: the head of evidence.hpp says which are.
#pragma once

#include "capture/base/flow_facts.hpp"
#include "capture/evidence/shared_text.hpp"

namespace portproof {

struct LooseFlow {
  FlowKey key;
  FlowFacts facts;
  SharedText name;
  friend bool operator==(const LooseFlow&, const LooseFlow&) = default;
};

// What became of it, with `initiator` taken as who began.
FlowState state_of(const LooseFlow& flow, Side initiator);

// As flow/flow.hpp has them.
Application first_application(const LooseFlow& flow);
ApplicationSet later_applications(const LooseFlow& flow);

// The order of loose flows: key, first time, first frame.
bool loose_before(const LooseFlow& left, const LooseFlow& right);

}  // namespace portproof
