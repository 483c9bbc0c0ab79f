#include "report/json_parts.hpp"

namespace portproof {

Json qualifiers_of(const QualifierSet& set) {
  Json out = Json::array();
  for (std::size_t index = 0; index < kQualifierNames.size(); ++index) {
    if (set.test(index)) out.push_back(kQualifierNames[index]);
  }
  return out;
}

Json reason_of(Reason reason) {
  return reason == Reason::none ? Json(nullptr) : Json(name(reason));
}

Json frame_of(const FrameRef& frame) {
  return {{"input", frame.input}, {"number", frame.number}};
}

}  // namespace portproof
