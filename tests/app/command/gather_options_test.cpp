#include <doctest/doctest.h>

#include <algorithm>

#include "app/command/option.hpp"
#include "capture/evidence/limits.hpp"

using namespace portproof;

TEST_CASE("an option that is said to raise a limit is an option") {
  for (const LimitRow& row : kLimits) {
    if (row.option.empty()) continue;
    CAPTURE(row.option);
    REQUIRE(row.option.starts_with("--"));
    const auto is_named = [&row](const Option& option) { return option.name == row.option.substr(2); };
    CHECK(std::any_of(all_options().begin(), all_options().end(), is_named));
  }
}
