#include "app/watch/flagged_watch.hpp"

#include <doctest/doctest.h>

#include "tests/app/watch/events_file.hpp"
#include "tests/classify/estate_builder.hpp"

namespace portproof::test {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kController = "10.20.1.10";

// Judges conversations with a desktop, and looks at them.
class Watched {
 public:
  explicit Watched(const FlaggedLimits& limits = {}, const EventOptions& options = {})
      : events(file.open(options)), watch(seconds(600), limits), catalog_(estate_catalog()) {
    auto inventory = parse_inventory(kEstate, "site.toml", catalog_);
    REQUIRE(inventory);
    inventory_ = std::move(*inventory);
  }

  // A conversation on an undocumented port, from and until these seconds.
  Watched& see(std::uint16_t port, std::int64_t from, std::int64_t until, bool answered = true,
               const char* initiator = kController) {
    ConversationFacts seen = facts();
    seen.first = kStart + seconds(from);
    seen.last = kStart + seconds(until);
    seen.answered = answered;
    if (!answered) seen.state = FlowState::attempted;
    evidence_.conversations[talk(initiator, "10.20.2.1", port)] = seen;
    return *this;
  }

  void look(std::int64_t last_look, std::int64_t now) {
    watch.look(judge(), kStart + seconds(last_look), kStart + seconds(now), events);
  }
  void remember() { watch.remember(judge()); }

  // "first-flagged 5985", without the counts of events held back.
  [[nodiscard]] Lines sent() const {
    Lines all;
    for (const std::string& event : file.events()) {
      if (event.starts_with("held-back")) continue;
      const std::size_t port = event.find("\"port\":") + 7;
      all.push_back(event.substr(0, event.find(' ') + 1) + event.substr(port, event.find(',', port) - port));
    }
    return all;
  }

  EventsFile file;
  Events events;
  FlaggedWatch watch;

 private:
  Audit judge() { return audit(std::exchange(evidence_, {}), catalog_, &inventory_, {.sorted = true}); }

  Catalog catalog_;
  Inventory inventory_;
  Evidence evidence_;
};

}  // namespace

TEST_CASE("flagged watch: a conversation is one event as long as it is never silent for long") {
  Watched watched;
  watched.see(5985, 0, 5).look(0, 5);
  watched.see(5985, 0, 300).look(5, 300);
  watched.see(5985, 0, 900).look(300, 900);
  CHECK(watched.sent() == Lines{"first-flagged 5985"});
}

TEST_CASE("flagged watch: an unflagged conversation is not an event") {
  Watched watched;
  watched.see(80, 0, 5).look(0, 5);  // documented
  CHECK(watched.sent().empty());
}

TEST_CASE("flagged watch: a new connection after a silence has returned") {
  Watched watched;
  watched.see(5985, 0, 100).look(0, 100);
  watched.see(5985, 700, 710).look(700, 710);  // 600 seconds later, which is not more than allowed
  watched.see(5985, 1311, 1320).look(1311, 1320);
  CHECK(watched.sent() == Lines{"first-flagged 5985", "returned 5985"});
}

TEST_CASE("flagged watch: an open connection has returned if it was silent up to the last look") {
  Watched watched;
  watched.see(5985, 0, 100).look(0, 100);
  // The same packets again, then new ones: it may have sent some just after the last look.
  watched.see(5985, 0, 100).look(800, 805);
  watched.see(5985, 0, 2000).look(690, 2000);
  CHECK(watched.sent() == Lines{"first-flagged 5985"});
  watched.see(5985, 0, 4000).look(3995, 4000);
  CHECK(watched.sent() == Lines{"first-flagged 5985", "returned 5985"});
}

TEST_CASE("flagged watch: conversations seen by an earlier run are known") {
  Watched watched;
  watched.see(5985, 0, 100).remember();
  watched.see(5985, 0, 200).see(5986, 0, 200).look(100, 200);
  CHECK(watched.sent() == Lines{"first-flagged 5986"});
}

TEST_CASE("flagged watch: answered conversations come before attempts") {
  EventOptions slow;
  slow.per_second = 0.001;
  slow.burst = 2;
  Watched watched({}, slow);
  watched.see(5985, 0, 5, false).see(5986, 0, 5, false).see(5987, 0, 5).look(0, 5);
  CHECK(watched.sent() == Lines{"first-flagged 5987", "first-flagged 5985"});
  CHECK(watched.events.held_back() == 1);
}

TEST_CASE(
    "flagged watch: a pair of hosts has a limited number of events per interval, and others keep theirs") {
  Watched watched({.remembered = 100, .of_pair = 2});
  for (std::uint16_t port = 5985; port < 5989; ++port) watched.see(port, 0, 5);
  watched.see(5999, 0, 5, true, "10.20.1.20").look(0, 5);
  CHECK(watched.sent() == Lines{"first-flagged 5985", "first-flagged 5986", "first-flagged 5999"});
  CHECK(watched.events.held_back() == 2);
  watched.see(6001, 5, 6).look(5, 6);
  CHECK(watched.events.held_back() == 3);
  watched.watch.begin_interval();
  watched.see(6002, 7, 8).look(7, 8);
  CHECK(watched.sent().back() == "first-flagged 6002");
}

TEST_CASE("flagged watch: beyond the limit, the conversation seen least recently is forgotten") {
  Watched watched({.remembered = 4, .of_pair = 100});
  for (std::uint16_t port = 5981; port <= 5985; ++port) watched.see(port, port - 5980, port - 5980);
  watched.look(0, 5);  // forgets 5981 and 5982
  watched.see(5981, 6, 6).see(5985, 6, 6).look(5, 6);
  CHECK(watched.sent().size() == 6);
  CHECK(watched.sent().back() == "first-flagged 5981");
}

}  // namespace portproof::test
