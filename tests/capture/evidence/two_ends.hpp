// A flow between two ends that have both sent, with nothing that shows who began.
#pragma once

#include "capture/base/flow_facts.hpp"
#include "capture/base/flow_key.hpp"
#include "tests/support/captured_frame.hpp"

namespace portproof::test {

inline FlowKey key_between(std::uint8_t protocol, const char* low, std::uint16_t low_port, const char* high,
                           std::uint16_t high_port) {
  FlowKey key;
  key.low = {parse_ip_address(low).value(), low_port};
  key.high = {parse_ip_address(high).value(), high_port};
  key.protocol = protocol;
  return key;
}

// `low` sent first, both at kStart.
inline FlowFacts talking() {
  FlowFacts facts;
  facts.sides[0].packets = facts.sides[1].packets = 1;
  facts.first = facts.last = kStart;
  return facts;
}

}  // namespace portproof::test
