#include "classify/application_match.hpp"

namespace portproof {

bool agrees(Application listed, Application spoken) {
  return may_belong_to(spoken).test(static_cast<std::size_t>(listed));
}

bool expects(const Rule& rule, Application spoken, Transport transport, std::uint16_t port) {
  return rule.expects(spoken, transport, port) || (rule.applications & may_belong_to(spoken)).any();
}

}  // namespace portproof
