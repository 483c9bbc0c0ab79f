// A week of a span port in minutes: the watch on a source that generates its frames, with a clock that runs
// as fast as it is read. Connections of an estate, a scan, a SYN flood from random addresses, and a few
// findings that must be reported whatever else happens. Nothing leaves the process. Prints memory use as it
// runs.
//
//   portproof_soak --packets 50000000 --flows 5000000 --hours 168
//
// --max-flows and --max-attempts work as for a watch: with low values it soon reaches all of its limits. Exit
// status 1 if a finding is missing, a packet was lost on the way, or memory ever exceeded --budget MiB (0 for
// no limit).
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "app/watch/engine.hpp"
#include "capture/evidence/evidence.hpp"
#include "catalog/load.hpp"

namespace portproof {
namespace {

struct Plan {
  std::uint64_t packets{1'000'000};
  std::uint64_t flows{100'000};
  std::uint64_t hours{168};
  std::uint64_t budget{0};  // MiB
  ObserveOptions observe;   // its limits
};

// A repeatable sequence of numbers (xorshift64*).
class Numbers {
 public:
  std::uint64_t next() {
    state_ ^= state_ >> 12U;
    state_ ^= state_ << 25U;
    state_ ^= state_ >> 27U;
    return state_ * 0x2545'f491'4f6c'dd1dULL;
  }

 private:
  std::uint64_t state_{0x9e37'79b9'7f4a'7c15ULL};
};

constexpr std::uint8_t kFin = 1;
constexpr std::uint8_t kSyn = 2;
constexpr std::uint8_t kAck = 16;

constexpr std::uint32_t address(unsigned a, unsigned b, unsigned c, unsigned d) {
  return (a << 24U) | (b << 16U) | (c << 8U) | d;
}
constexpr std::uint32_t kDesktop = address(10, 20, 4, 11);

// Workspace app to a desktop on undocumented ports, spread over the week.
constexpr std::array<std::uint16_t, 5> kPlanted{4441, 4442, 4443, 4444, 4445};

class MadeSource final : public WatchedSource {
 public:
  explicit MadeSource(const Plan& plan) : plan_(plan) {
    facts_.path = "made0";
    facts_.format = "made";
    facts_.link_types = {kLinkEthernet};
    figures_.resize(1);
    figures_[0].name = "made0";
    step_ = static_cast<std::int64_t>(plan.hours * 3'600'000'000'000ULL / plan.packets);
    packets_per_flow_ = std::max<std::uint64_t>(4, (plan.packets - plan.packets / 10) / plan.flows);
  }

  ReadOutcome next(FrameBatch& batch) override {
    batch.clear();
    while (!batch.full() && made_ < plan_.packets) make(batch);
    figures_[0].received = made_;
    return batch.size > 0 ? ReadOutcome::frames : ReadOutcome::end;
  }
  [[nodiscard]] const SourceFacts& facts() const override { return facts_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }
  [[nodiscard]] Timestamp now() const override { return time_; }
  [[nodiscard]] Duration elapsed() const override { return time_ - Timestamp{}; }
  const std::vector<InterfaceFigures>& figures() override { return figures_; }
  [[nodiscard]] std::uint64_t made() const { return made_; }
  [[nodiscard]] std::uint64_t flooding() const { return flooding_; }

 private:
  struct Connection {
    std::uint32_t client{0};
    std::uint32_t server{0};
    std::uint16_t client_port{0};
    std::uint16_t port{0};
    std::uint64_t sent{0};
  };

  void make(FrameBatch& batch) {
    const std::uint64_t number = made_++;
    time_.nanoseconds += step_;
    const std::uint64_t planted_every = plan_.packets / (kPlanted.size() * 4 + 1) + 1;
    if (number % planted_every < 4 && number / planted_every % 4 == 1) {
      const std::size_t which = number / planted_every / 4 % kPlanted.size();
      plant(batch, kPlanted[which], number % planted_every);
    } else if (in_flood(number) && number % 2 == 0) {
      ++flooding_;
      const auto from = static_cast<std::uint32_t>(numbers_.next());
      put(batch, from | 0x0100'0000U, static_cast<std::uint16_t>(numbers_.next() | 1024U), kDesktop, 1494,
          kSyn, 0);
    } else {
      go_on(batch);
    }
  }

  // A fifth of the time.
  [[nodiscard]] bool in_flood(std::uint64_t number) const {
    return number > plan_.packets / 2 && number < plan_.packets / 2 + plan_.packets / 5;
  }

  void plant(FrameBatch& batch, std::uint16_t port, std::uint64_t part) {
    constexpr std::uint32_t kClient = address(10, 20, 5, 200);
    const auto from = static_cast<std::uint16_t>(40'000 + port);
    if (part == 1) {
      put(batch, kDesktop, port, kClient, from, kSyn | kAck, 0);
    } else {
      put(batch, kClient, from, kDesktop, port, part == 0 ? kSyn : kAck, part == 3 ? 20 : 0);
    }
  }

  // One of a few hundred connections that are open at a time.
  void go_on(FrameBatch& batch) {
    Connection& open = connections_[numbers_.next() % connections_.size()];
    if (open.sent == 0) begin(open);
    const std::uint64_t part = open.sent++;
    if (part == 1) {
      put(batch, open.server, open.port, open.client, open.client_port, kSyn | kAck, 0);
    } else if (part + 1 >= packets_per_flow_) {
      put(batch, open.client, open.client_port, open.server, open.port, kFin | kAck, 0);
      open.sent = 0;
    } else if (part % 2 == 0) {
      put(batch, open.client, open.client_port, open.server, open.port, part == 0 ? kSyn : kAck,
          part == 0 ? 0 : 30);
    } else {
      put(batch, open.server, open.port, open.client, open.client_port, kAck, 30);
    }
  }

  // 4,096 user devices, each flow with its own 5-tuple.
  void begin(Connection& open) {
    const std::uint64_t flow = flows_++;
    open.client = address(10, 20, 64, 0) + static_cast<std::uint32_t>(flow % 4096);
    open.client_port = static_cast<std::uint16_t>(1024 + flow / 4096 % 64'000);
    open.server = address(10, 20, 4, 11 + static_cast<unsigned>(flow / 4096 / 64'000));
    open.port = flow % 2 == 0 ? 1494 : 2598;
  }

  void put(FrameBatch& batch, std::uint32_t from, std::uint16_t from_port, std::uint32_t to,
           std::uint16_t to_port, std::uint8_t flags, unsigned payload) {
    std::uint8_t* const frame = frames_[batch.size].data();
    const unsigned ip_length = 40 + payload;
    std::memset(frame, 0, 54);
    frame[0] = frame[6] = 2;
    frame[12] = 8;
    frame[14] = 0x45;
    frame[16] = static_cast<std::uint8_t>(ip_length >> 8U);
    frame[17] = static_cast<std::uint8_t>(ip_length);
    frame[22] = 64;
    frame[23] = 6;
    set32(frame + 26, from);
    set32(frame + 30, to);
    set16(frame + 34, from_port);
    set16(frame + 36, to_port);
    frame[46] = 0x50;
    frame[47] = flags;
    FrameView view;
    view.data = frame;
    view.captured = view.wire_length = 14 + ip_length;
    view.time = time_;
    view.number = made_;
    batch.push(view);
    facts_.bytes += view.captured;
  }
  static void set16(std::uint8_t* at, std::uint16_t value) {
    at[0] = static_cast<std::uint8_t>(value >> 8U);
    at[1] = static_cast<std::uint8_t>(value);
  }
  static void set32(std::uint8_t* at, std::uint32_t value) {
    set16(at, static_cast<std::uint16_t>(value >> 16U));
    set16(at + 2, static_cast<std::uint16_t>(value));
  }

  Plan plan_;
  SourceFacts facts_;
  std::optional<Error> error_;
  std::vector<InterfaceFigures> figures_;
  std::array<std::array<std::uint8_t, 128>, FrameBatch::kCapacity> frames_{};
  std::array<Connection, 500> connections_{};
  Numbers numbers_;
  Timestamp time_{Timestamp::from_parts(1'795'000'000, 0)};
  std::int64_t step_{0};
  std::uint64_t packets_per_flow_{0};
  std::uint64_t made_{0};
  std::uint64_t flows_{0};
  std::uint64_t flooding_{0};
};

std::uint64_t resident_mib() {
  std::ifstream table("/proc/self/statm");
  std::uint64_t pages = 0;
  table >> pages >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) >> 20U;
}

// The process's peak (proc(5), VmHWM): no line of the series catches memory used while a report is made.
std::uint64_t peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib >> 10U;
  }
  return 0;
}

int fault(const std::string& what) {
  fmt::print("FAULT: {}\n", what);
  return 1;
}

int check(const std::string& folder, const MadeSource& source, const Plan& plan) {
  std::filesystem::path newest;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json" && entry.path() > newest) newest = entry.path();
  }
  std::ifstream file(newest);
  const auto report = nlohmann::json::parse(file);
  int faults = 0;
  if (report["totals"]["packets"] != source.made()) faults += fault("packets are missing in the report");
  // By groups, because a flood may be flagged itself and then fill the list of conversations.
  std::map<int, bool> found;
  for (const auto& group : report["groups"]) {
    const bool flagged = group["verdict"] == "undocumented" || group["verdict"] == "unexpected";
    const std::string initiator = group["example"]["initiator"];
    const bool planted = flagged && initiator.find("10.20.5.200") != std::string::npos;
    if (planted && group["port"].is_number()) found[group["port"]] = true;
  }
  for (const std::uint16_t port : kPlanted) {
    if (!found[port]) faults += fault(fmt::format("the finding on port {} is not reported", port));
  }
  const std::uint64_t peak = peak_mib();
  if (plan.budget > 0 && peak > plan.budget) {
    faults += fault(fmt::format("memory reached {} MiB; the budget is {}", peak, plan.budget));
  }
  fmt::print("{} packets, {} of a flood; {} conversations; peak {} MiB: {}\n", source.made(),
             source.flooding(), static_cast<int>(report["totals"]["conversations"]), peak,
             faults == 0 ? "no fault" : "faults");
  return faults == 0 ? 0 : 1;
}

int soak(const Plan& plan, const std::string& inventory) {
  std::string folder = "/tmp/portproof-soak-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return fault("no folder for the reports");
  MadeSource source(plan);
  ReporterOptions reporting;
  reporting.directory = folder;
  reporting.evidence = folder + "/watch.evidence";
  reporting.job.request.format = find_format(report_formats(), "json");
  reporting.keep = 4;
  const auto load = [&inventory]() -> Expected<std::unique_ptr<const Estate>> {
    auto catalog = load_built_in_catalog();
    if (!catalog) return tl::unexpected(catalog.error());
    auto estate = std::make_unique<Estate>();
    estate->catalog = std::move(*catalog);
    auto read = load_inventory(inventory, estate->catalog);
    if (!read) return tl::unexpected(read.error());
    estate->inventory = std::move(*read);
    return std::unique_ptr<const Estate>(std::move(estate));
  };
  SharedFigures figures;
  auto events = Events::open({});
  Reporter reporter(reporting, load, std::move(*events), figures);
  EngineOptions engine;
  engine.observe = plan.observe;
  engine.interval = seconds(6 * 3600);
  engine.look = seconds(1800);
  engine.in_step = true;
  std::uint64_t next_line = 0;
  const auto began = std::chrono::steady_clock::now();
  engine.heartbeat = [&](Timestamp) {
    if (source.made() < next_line) return;
    next_line += plan.packets / 28;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const WatchFigures shown = figures.get();
    fmt::print("{:>12} packets {:>9} flows {:>9} conversations {:>6} MiB, {:>6} at most {:>7.1f} s\n",
               source.made(), shown.flows, shown.conversations, resident_mib(), peak_mib(), took.count());
    std::fflush(stdout);
  };
  Wishes wishes;
  if (auto started = reporter.start(engine.observe, source.now()); !started) {
    return fault(message(started.error()));
  }
  const auto result = run_watch(source, engine, reporter, wishes);
  const int status = result ? check(folder, source, plan) : fault(message(result.error()));
  std::filesystem::remove_all(folder);
  return status;
}

}  // namespace
}  // namespace portproof

int main(int argc, char** argv) {
  using namespace portproof;
  Plan plan;
  std::string inventory = "samples/estate.toml";
  for (int at = 1; at + 1 < argc; at += 2) {
    const std::string option = argv[at];
    const std::uint64_t value = std::strtoull(argv[at + 1], nullptr, 10);
    if (option == "--packets") plan.packets = value;
    if (option == "--flows") plan.flows = value;
    if (option == "--hours") plan.hours = value;
    if (option == "--budget") plan.budget = value;
    if (option == "--max-flows") plan.observe.table.max_flows = value;
    if (option == "--max-attempts") plan.observe.collect.most_attempts = value / 4;
    if (option == "--inventory") inventory = argv[at + 1];
  }
  return soak(plan, inventory);
}
