// Applications by name, so that a test need not include their table.
#pragma once

#include <doctest/doctest.h>

#include <string_view>

#include "capture/base/application.hpp"

namespace portproof::test {

// "unknown" is one of them; an unknown name fails the test.
inline Application application(std::string_view name) {
  const auto found = parse_application(name);
  REQUIRE_MESSAGE(found.has_value(), name);
  return *found;
}

}  // namespace portproof::test
