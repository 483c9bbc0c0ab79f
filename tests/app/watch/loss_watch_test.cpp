#include "app/watch/loss_watch.hpp"

#include <doctest/doctest.h>

#include "tests/app/watch/events_file.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

using Lines = std::vector<std::string>;

constexpr Timestamp kNow = Timestamp::from_parts(1'795'161'600, 0);

InterfaceFigures interface(const char* name, std::uint64_t dropped, bool link_up = true, bool gone = false) {
  InterfaceFigures figures;
  figures.name = name;
  figures.kernel_dropped = dropped;
  figures.link_up = link_up;
  figures.gone = gone;
  return figures;
}

// Successive looks at a single interface; the events of all of them.
Lines events_of(const std::vector<InterfaceFigures>& looks) {
  const EventsFile file;
  Events events = file.open();
  LossWatch watch;
  for (const InterfaceFigures& figures : looks) watch.look({figures}, kNow, events);
  return file.events();
}

}  // namespace

TEST_CASE("loss watch: packets lost before the first look are a loss") {
  CHECK(events_of({interface("eth1", 7)}) == Lines{R"(loss-began "packets":7)"});
  CHECK(events_of({interface("eth1", 0)}).empty());
}

TEST_CASE("loss watch: a loss is over after two looks without any, and counts all of its packets") {
  const Lines began{R"(loss-began "packets":7)"};
  CHECK(events_of({interface("eth1", 7), interface("eth1", 7)}) == began);
  // One quiet look between two losses does not end the loss.
  CHECK(events_of({interface("eth1", 7), interface("eth1", 7), interface("eth1", 9), interface("eth1", 9)}) ==
        began);
  CHECK(events_of({interface("eth1", 7), interface("eth1", 9), interface("eth1", 9), interface("eth1", 9)}) ==
        Lines{R"(loss-began "packets":7)", R"(loss-ended "packets":9)"});
}

TEST_CASE("loss watch: the next loss counts from its own beginning") {
  const auto at = [](std::uint64_t dropped) { return interface("eth1", dropped); };
  CHECK(events_of({at(7), at(7), at(7), at(10), at(10), at(10)}) ==
        Lines{R"(loss-began "packets":7)", R"(loss-ended "packets":7)", R"(loss-began "packets":3)",
              R"(loss-ended "packets":3)"});
}

TEST_CASE(
    "loss watch: a link that goes and comes back is an event each time, and so is one that starts down") {
  CHECK(events_of({interface("eth1", 0, false), interface("eth1", 0, false), interface("eth1", 0, true)}) ==
        Lines{R"(link-down "interface":"eth1")", R"(link-up "interface":"eth1")"});
}

TEST_CASE("loss watch: an interface that is gone has no link") {
  CHECK(events_of({interface("eth1", 0), interface("eth1", 0, false, true),
                   interface("eth1", 0, false, true)}) == Lines{R"(interface-gone "interface":"eth1")"});
}

TEST_CASE("loss watch: the drops of all interfaces are one loss, and links are named") {
  const EventsFile file;
  Events events = file.open();
  LossWatch watch;
  watch.look({interface("eth1", 2), interface("eth2", 3, false)}, kNow, events);
  CHECK(file.events() == Lines{R"(link-down "interface":"eth2")", R"(loss-began "packets":5)"});
}
