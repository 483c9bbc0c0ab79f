#include "app/watch/waiver_watch.hpp"

#include <doctest/doctest.h>

#include "tests/app/watch/events_file.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

using Lines = std::vector<std::string>;

constexpr Timestamp kNow = Timestamp::from_parts(1'795'161'600, 0);

Inventory with_waiver(const std::string& id, Timestamp end) {
  Inventory inventory;
  Waiver waiver;
  waiver.id = id;
  waiver.owner = "Ops \"night\"";
  waiver.expires = "2026-11-20";
  waiver.end = end;
  inventory.waivers.push_back(waiver);
  return inventory;
}

const Lines kExpired{R"(waiver-expired "waiver":"W-1","owner":"Ops \"night\"","expires":"2026-11-20")"};

}  // namespace

TEST_CASE("waiver watch: a waiver that ends between two looks is one event") {
  const EventsFile file;
  Events events = file.open();
  WaiverWatch watch(kNow);
  const Inventory inventory = with_waiver("W-1", kNow + seconds(10));
  watch.look(&inventory, kNow + seconds(9), events);
  CHECK(file.events().empty());
  watch.look(&inventory, kNow + seconds(10), events);
  CHECK(file.events() == kExpired);
  watch.look(&inventory, kNow + seconds(20), events);
  CHECK(file.events() == kExpired);
}

TEST_CASE("waiver watch: a waiver that ended before the watch began is not an event") {
  const EventsFile file;
  Events events = file.open();
  WaiverWatch watch(kNow);
  const Inventory inventory = with_waiver("W-1", kNow);
  watch.look(&inventory, kNow + seconds(10), events);
  CHECK(file.events().empty());
}

TEST_CASE("waiver watch: time passes without an inventory, too") {
  const EventsFile file;
  Events events = file.open();
  WaiverWatch watch(kNow);
  watch.look(nullptr, kNow + seconds(10), events);
  const Inventory inventory = with_waiver("W-1", kNow + seconds(5));
  watch.look(&inventory, kNow + seconds(20), events);
  CHECK(file.events().empty());
}
