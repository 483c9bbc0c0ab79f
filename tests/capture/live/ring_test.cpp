#include "capture/live/ring.hpp"

#include <doctest/doctest.h>

#include "capture/live/interfaces.hpp"
#include "capture/live/link_monitor.hpp"

using namespace portproof;

TEST_CASE("an interface that is not there is named, with those that are") {
  const auto ring = Ring::open("nosuch0", {});
  REQUIRE(!ring);
  CHECK(ring.error().where == "nosuch0");
  // Without rights the system may refuse before it looks for the interface.
  const bool known =
      ring.error().kind == ErrorKind::unavailable || ring.error().kind == ErrorKind::no_permission;
  CHECK(known);
  const auto monitor = LinkMonitor::open({"nosuch0"}, Duration{});
  REQUIRE(!monitor);
  CHECK(monitor.error().kind == ErrorKind::unavailable);
  CHECK(monitor.error().what.find("there is no such interface; there are ") == 0);
}

TEST_CASE("the loopback is listed as one") {
  const auto interfaces = list_interfaces();
  REQUIRE(interfaces);
  for (const Interface& interface : *interfaces) {
    if (interface.name == "lo") CHECK(interface.loopback);
  }
}
