// The events of a watch, from frames to events: the engine on a source whose clock the test sets.
#include "app/watch/reporter.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/watch/engine.hpp"
#include "catalog/load.hpp"
#include "tests/support/captured_frame.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// What happens on the wire, one thing per call of `next`: a frame, a loss, or just time passing.
class Line final : public WatchedSource {
 public:
  Line() {
    facts_.path = "eth1";
    facts_.format = "made";
    facts_.link_types = {kLinkEthernet};
    figures_.resize(1);
    figures_[0].name = "eth1";
  }
  void frame(std::int64_t second, std::vector<std::uint8_t> bytes) {
    steps_.push_back({at(second), std::move(bytes), 0});
  }
  void lose(std::int64_t second, std::uint64_t packets) { steps_.push_back({at(second), {}, packets}); }
  void quiet(std::int64_t from, std::int64_t until, std::int64_t step) {
    for (std::int64_t second = from; second <= until; second += step) lose(second, 0);
  }
  // The clock is set: no time passes.
  void set_clock(std::int64_t second) {
    steps_.push_back({at(second), {}, 0});
    steps_.back().is_set = true;
  }
  static Timestamp at(std::int64_t second) { return kStart + seconds(second); }

  ReadOutcome next(FrameBatch& batch) override {
    batch.clear();
    if (step_ == steps_.size()) return ReadOutcome::end;
    const Step& step = steps_[step_++];
    if (!step.is_set) elapsed_.nanoseconds += (step.at - now_).nanoseconds;
    now_ = step.at;
    figures_[0].kernel_dropped += step.lost;
    facts_.kernel_dropped += step.lost;
    if (step.bytes.empty()) return ReadOutcome::idle;
    FrameView view;
    view.data = step.bytes.data();
    view.captured = view.wire_length = static_cast<std::uint32_t>(step.bytes.size());
    view.time = step.at;
    view.number = ++figures_[0].received;
    batch.push(view);
    return ReadOutcome::frames;
  }
  [[nodiscard]] const SourceFacts& facts() const override { return facts_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }
  [[nodiscard]] Timestamp now() const override { return now_; }
  [[nodiscard]] Duration elapsed() const override { return elapsed_; }
  const std::vector<InterfaceFigures>& figures() override { return figures_; }

 private:
  struct Step {
    Timestamp at;
    std::vector<std::uint8_t> bytes;
    std::uint64_t lost;
    bool is_set{false};
  };
  std::vector<Step> steps_;
  std::size_t step_{0};
  Timestamp now_{kStart};
  Duration elapsed_{};
  SourceFacts facts_;
  std::optional<Error> error_;
  std::vector<InterfaceFigures> figures_;
};

constexpr const char* kEstate = R"([site]
name = "test"
internal = ["10.20.0.0/16"]
[[host]]
name = "desktop"
addresses = ["10.20.4.11"]
roles = ["vda"]
[[waiver]]
id = "W-1"
from = "10.20.5.9"
to = "role:vda"
transport = "tcp"
ports = ["4441"]
owner = "Ops"
reason = "until tonight"
expires = 2026-11-20
)";

std::vector<std::uint8_t> ask(const char* client, std::uint16_t from, std::uint16_t port,
                              std::uint8_t flags) {
  return Eth().ipv4(client, "10.20.4.11").tcp(from, port, flags);
}
std::vector<std::uint8_t> answer(const char* client, std::uint16_t from, std::uint16_t port,
                                 std::uint8_t flags) {
  return Eth().ipv4("10.20.4.11", client).tcp(port, from, flags);
}

// A watch of a wire, in a folder of its own.
struct Watched {
  Watched() {
    std::ofstream(folder + "/estate.toml") << kEstate;
    events.path = folder + "/events.ndjson";
    engine.in_step = true;
    engine.look = seconds(5);
    engine.interval = seconds(3600);
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  AuditResult run() {
    const auto result = try_to_run();
    REQUIRE(result);
    return *result;
  }
  Expected<AuditResult> try_to_run() {
    ReporterOptions options;
    options.published = published;
    options.directory = folder;
    options.evidence = folder + "/watch.evidence";
    options.quiet = quiet;
    options.keep = keep;
    options.job.request.format = find_format(report_formats(), "json");
    const auto load = [this]() -> Expected<std::unique_ptr<const Estate>> {
      auto estate = std::make_unique<Estate>();
      estate->catalog = *load_built_in_catalog();
      auto inventory = load_inventory(folder + "/estate.toml", estate->catalog);
      REQUIRE_MESSAGE(inventory.has_value(), (inventory ? "" : message(inventory.error())));
      estate->inventory = std::move(*inventory);
      return std::unique_ptr<const Estate>(std::move(estate));
    };
    auto opened = Events::open(events);
    REQUIRE(opened);
    Reporter reporter(options, load, std::move(*opened), figures);
    REQUIRE(reporter.start(engine.observe, line.now()));
    Wishes wishes;
    return run_watch(line, engine, reporter, wishes);
  }
  // "first-flagged 4441" for each event, with its port if it has one.
  [[nodiscard]] std::vector<std::string> announced() const {
    std::vector<std::string> all;
    std::ifstream file(events.path);
    for (std::string text; std::getline(file, text);) {
      const auto word = [&text](const std::string& key) -> std::string {
        const auto index = text.find("\"" + key + "\":");
        if (index == std::string::npos) return {};
        const auto begin = index + key.size() + 3;
        return text.substr(begin, text.find_first_of(",}", begin) - begin);
      };
      const std::string event = word("event");
      const std::string detail = word("port") + word("packets").substr(0, word("port").empty() ? 9 : 0) +
                                 word("waiver").substr(0, word("port").empty() ? 9 : 0) + word("count");
      all.push_back(event.substr(1, event.size() - 2) + (detail.empty() ? "" : " " + detail));
    }
    return all;
  }
  // From all reports, including the ones from before the clock was set back.
  [[nodiscard]] std::string notes() const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().filename().string().rfind("report-", 0) != 0) continue;
      std::ifstream file(entry.path());
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      const auto notes = text.find("\"notes\"");
      if (notes != std::string::npos) all += text.substr(notes, text.find(']', notes) - notes);
    }
    return all;
  }
  [[nodiscard]] std::size_t reports() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      count += entry.path().filename().string().rfind("report-", 0) == 0 ? 1U : 0U;
    }
    return count;
  }

  const TemporaryFolder place;
  const std::string folder{place.path};
  Line line;
  EventOptions events;
  EngineOptions engine;
  Duration quiet{seconds(600)};
  std::size_t keep{0};
  std::function<void(const WatchFigures&)> published;
  SharedFigures figures;
};

using Told = std::vector<std::string>;

std::string in_one(const Told& announced) {
  std::string all;
  for (const std::string& one : announced) all += one + "; ";
  return all;
}

}  // namespace

TEST_CASE("a flagged conversation is an event once, and again after a long silence") {
  Watched watched;
  Line& line = watched.line;
  line.frame(1, ask("10.20.5.200", 50000, 4442, kTcpSyn));
  line.frame(2, answer("10.20.5.200", 50000, 4442, kTcpSyn | kTcpAck));
  for (std::int64_t second = 10; second < 1500; second += 10) {
    line.frame(second, ask("10.20.5.200", 50000, 4442, kTcpAck));  // never silent
  }
  line.quiet(1500, 2300, 5);
  line.frame(2301, ask("10.20.5.200", 50000, 4442, kTcpAck));  // the same connection
  line.quiet(2310, 2330, 5);
  line.frame(2700, ask("10.20.5.200", 50001, 4442, kTcpSyn));  // too soon
  line.quiet(2710, 5000, 10);
  line.frame(5001, ask("10.20.5.200", 50002, 4442, kTcpSyn));  // a different one
  CHECK(watched.run() == AuditResult::fail);
  CHECK(in_one(watched.announced()) == in_one({"first-flagged 4442", "returned 4442", "returned 4442"}));
}

TEST_CASE("an expiring waiver is an event, and so is what it covered") {
  Watched watched;
  Line& line = watched.line;
  line.frame(1, ask("10.20.5.9", 50000, 4441, kTcpSyn));
  line.frame(2, answer("10.20.5.9", 50000, 4441, kTcpSyn | kTcpAck));
  constexpr std::int64_t kDay = 86'400;
  line.quiet(60, kDay, 600);
  line.frame(kDay + 1, ask("10.20.5.9", 50001, 4441, kTcpSyn));
  line.frame(kDay + 2, answer("10.20.5.9", 50001, 4441, kTcpSyn | kTcpAck));
  watched.run();
  CHECK(in_one(watched.announced()) == in_one({"waiver-expired \"W-1\"", "first-flagged 4441"}));
}

TEST_CASE("loss begins and ends, each once") {
  Watched watched;
  Line& line = watched.line;
  line.frame(1, Eth().ipv4("10.20.4.12", "10.20.4.13").tcp(50000, 80, kTcpSyn));
  line.quiet(10, 40, 10);  // one look each
  line.lose(50, 7);
  line.lose(60, 5);
  line.quiet(70, 100, 10);
  line.lose(110, 2);
  line.quiet(120, 150, 10);
  CHECK(watched.run() != AuditResult::pass);
  CHECK(in_one(watched.announced()) ==
        in_one({"loss-began 7", "loss-ended 12", "loss-began 2", "loss-ended 2"}));
}

TEST_CASE("time passes on a quiet wire: intervals end, and so do flows") {
  Watched watched;
  watched.keep = 5;
  Line& line = watched.line;
  line.frame(1, Eth().ipv4("10.20.4.12", "10.20.4.13").udp(50000, 53));
  line.quiet(2, 9 * 3600 + 5, 1);
  watched.run();
  CHECK(watched.reports() == 5);
  const WatchFigures figures = watched.figures.get();
  CHECK(figures.reports == 10);  // nine hours, and the last
  CHECK(figures.packets == 1);
  CHECK(figures.flows == 0);
}

TEST_CASE("events are reported before a flood of attempts uses up the rate") {
  Watched watched;
  watched.events.per_second = 0.001;
  watched.events.burst = 3;
  Line& line = watched.line;
  for (std::uint16_t client = 0; client < 200; ++client) {
    const std::string from = "10.20.1." + std::to_string(client + 1);
    line.frame(1, ask(from.c_str(), 50000, 4443, kTcpSyn));
  }
  line.frame(1, ask("10.20.200.1", 50000, 4444, kTcpSyn));
  line.frame(1, answer("10.20.200.1", 50000, 4444, kTcpSyn | kTcpAck));
  line.quiet(2, 30, 1);
  watched.run();
  const Told announced = watched.announced();
  REQUIRE(announced.size() == 4);
  CHECK(announced[0] == "first-flagged 4444");
  CHECK(announced[1] == "first-flagged 4443");
  CHECK(announced[2] == "first-flagged 4443");
  CHECK(announced[3] == "held-back 198");
}

TEST_CASE("an exception while reporting ends the watch with an error, in a separate thread or in step") {
  for (const bool in_step : {true, false}) {
    Watched watched;
    watched.engine.in_step = in_step;
    watched.line.quiet(1, 20, 1);
    watched.published = [](const WatchFigures&) { throw std::runtime_error("no more of that"); };
    const auto result = watched.try_to_run();
    REQUIRE(!result);
    CHECK(result.error().kind == ErrorKind::internal);
    CHECK(result.error().what == "internal error: no more of that");
  }
}

TEST_CASE("a start touches no file that is not the watch's own") {
  Watched watched;
  const std::string aside = watched.folder + "/watch.evidence.before";
  const std::string sum = watched.folder + "/report-20250101T000000Z.json.sha256";
  const std::string left = watched.folder + "/.watch.evidence.portproof-a1B2c3";
  for (const std::string& path : {aside, sum, left}) std::ofstream(path) << "precious";
  watched.run();
  CHECK(std::filesystem::exists(aside));
  CHECK(std::filesystem::exists(sum));
  CHECK(!std::filesystem::exists(left));
}

TEST_CASE("a clock that is set back delays neither reports nor events") {
  Watched watched;
  watched.events.per_second = 1;
  watched.events.burst = 2;
  Line& line = watched.line;
  constexpr std::int64_t kHour = 3600;
  line.frame(1, Eth().ipv4("10.20.4.12", "10.20.4.13").tcp(50000, 80, kTcpSyn));
  line.quiet(5, kHour + 1700, 5);  // one report
  line.set_clock(kHour + 1700 - 24 * kHour);
  const std::int64_t back = kHour + 1700 - 24 * kHour;
  for (std::uint16_t port = 4441; port < 4444; ++port) {
    const std::int64_t second = back + 10 * (port - 4440);
    line.frame(second, ask("10.20.5.200", 50000, port, kTcpSyn));
    line.frame(second + 1, answer("10.20.5.200", 50000, port, kTcpSyn | kTcpAck));
    line.quiet(second + 2, second + 8, 2);
  }
  line.quiet(back + 50, back + 3 * kHour + 10, 5);  // three more
  watched.run();
  CHECK(watched.figures.get().reports == 1 + 3 + 1);
  CHECK(in_one(watched.announced()) ==
        in_one({"first-flagged 4441", "first-flagged 4442", "first-flagged 4443"}));
  CHECK(watched.notes().find("the system clock was set back by 86400.000 seconds in that interval") !=
        std::string::npos);
}

TEST_CASE("a clock that is set forward ends the interval at once, and the next ones on time") {
  Watched watched;
  Line& line = watched.line;
  constexpr std::int64_t kHour = 3600;
  line.quiet(1, 1000, 5);
  line.set_clock(48 * kHour + 60);
  line.quiet(48 * kHour + 65, 50 * kHour + 10, 5);
  watched.run();
  CHECK(watched.figures.get().reports == 1 + 2 + 1);
  CHECK(watched.notes().find("the system clock was set forward by ") != std::string::npos);
}

TEST_CASE("a clock that is corrected by a moment makes no extra report") {
  Watched watched;
  Line& line = watched.line;
  constexpr std::int64_t kHour = 3600;
  line.quiet(1, kHour, 1);
  line.set_clock(kHour - 1);
  line.quiet(kHour, 2 * kHour - 10, 5);
  watched.run();
  CHECK(watched.figures.get().reports == 1 + 1);
}
