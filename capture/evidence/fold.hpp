// Folds flows into conversations, and keeps the names of a service within their limit.
#pragma once

#include <cstdint>
#include <string_view>

#include "capture/evidence/evidence.hpp"
#include "capture/evidence/settle.hpp"

namespace portproof {

// The conversation that a flow is by itself.
Conversations::value_type conversation_of(const FlowKey& key, const FlowFacts& facts, std::string_view name,
                                          const Orientation& orientation);

// Of the names that the conversations of one initiator, responder, protocol and port have, whatever the
// application, keeps the kNamesPerService that sort first; conversations of the others fold into one (an
// application) with NameState::other. Which names stay does not depend on the order in which they came: a
// name that is not among the first of a part is not among the first of the whole. The order is lost.
void keep_names(Conversations& conversations);

// Sets the limits of kind LimitKind::derived from what the evidence holds.
void note_derived_limits(Evidence& evidence);

}  // namespace portproof
