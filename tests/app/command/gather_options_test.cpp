#include <doctest/doctest.h>

#include "app/command/gather.hpp"
#include "capture/evidence/limits.hpp"

using namespace portproof;

TEST_CASE("an option that is said to raise a limit is an option") {
  boost::program_options::options_description options;
  add_flow_options(options);
  for (const LimitRow& row : kLimits) {
    if (row.option.empty()) continue;
    CAPTURE(row.option);
    REQUIRE(row.option.starts_with("--"));
    CHECK(options.find_nothrow(std::string(row.option.substr(2)), false) != nullptr);
  }
}
