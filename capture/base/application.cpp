#include "capture/base/application.hpp"

#include <algorithm>

namespace portproof {

std::optional<Application> parse_application(std::string_view name) {
  const auto* const found = std::find(kApplicationNames.begin(), kApplicationNames.end(), name);
  if (found == kApplicationNames.end()) return std::nullopt;
  return static_cast<Application>(found - kApplicationNames.begin());
}

}  // namespace portproof
