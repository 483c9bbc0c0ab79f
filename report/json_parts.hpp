// What several parts of the JSON report have in common.
#pragma once

#include "capture/evidence/conversation.hpp"
#include "classify/verdict.hpp"
#include "report/json_writer.hpp"

namespace portproof {

Json qualifiers_of(const QualifierSet& set);
Json reason_of(Reason reason);
Json frame_of(const FrameRef& frame);

}  // namespace portproof
