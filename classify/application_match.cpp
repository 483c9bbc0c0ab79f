#include "classify/application_match.hpp"

namespace portproof {

bool agrees(Application listed, Application spoken) {
  return may_belong_to(spoken).test(static_cast<std::size_t>(listed));
}

bool expects(const Rule& rule, Application spoken) {
  return rule.expects(spoken) || (rule.applications & may_belong_to(spoken)).any();
}

}  // namespace portproof
