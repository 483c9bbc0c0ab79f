// What an observation was asked that changes what its facts mean. Evidence carries it, reports show it, and
// evidence of unlike settings does not merge. Filters are not here: each input has its own.
#pragma once

#include <string>

#include "capture/base/decode_options.hpp"
#include "capture/base/flow_facts.hpp"

namespace portproof {

struct ObservationSettings {
  FlowTimeouts timeouts;
  DecodeOptions decode;
  friend bool operator==(const ObservationSettings&, const ObservationSettings&) = default;
};

// What differs between them, by the names of the options: "the flow timeouts, --key-vlan"; empty where they
// are alike.
std::string difference(const ObservationSettings& left, const ObservationSettings& right);

}  // namespace portproof
