#include "capture/live/internal/ring.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "capture/live/interfaces.hpp"
#include "capture/live/internal/link_monitor.hpp"

using namespace portproof;

TEST_CASE("an interface that does not exist is reported, with those that do") {
  const auto ring = Ring::open("nosuch0", {});
  REQUIRE(!ring);
  CHECK(ring.error().where == "nosuch0");
  // Without the rights, the system may refuse before it looks for the interface.
  const bool known =
      ring.error().kind == ErrorKind::unavailable || ring.error().kind == ErrorKind::no_permission;
  CHECK(known);
  const auto monitor = LinkMonitor::open({"nosuch0"}, Duration{});
  REQUIRE(!monitor);
  CHECK(monitor.error().kind == ErrorKind::unavailable);
  CHECK(monitor.error().what.find("there is no such interface; available: ") == 0);
}

TEST_CASE("loopback is listed, with its address if it is up") {
  const auto interfaces = list_interfaces();
  REQUIRE(interfaces);
  for (const Interface& interface : *interfaces) {
    if (interface.name != "lo" || !interface.up) continue;
    const auto& all = interface.addresses;
    CHECK(std::any_of(all.begin(), all.end(),
                      [](const std::string& one) { return one == "127.0.0.1" || one == "::1"; }));
  }
}
