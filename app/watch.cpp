// portproof watch: audits live traffic until it is stopped.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "app/command/command.hpp"
#include "app/command/destination.hpp"
#include "app/command/estate.hpp"
#include "app/command/exit_status.hpp"
#include "app/command/gather.hpp"
#include "app/command/judging.hpp"
#include "app/command/output.hpp"
#include "app/command/overwriting.hpp"
#include "app/command/say.hpp"
#include "app/sandbox/lockdown.hpp"
#include "app/watch/engine.hpp"
#include "app/watch/estate_files.hpp"
#include "app/watch/metrics.hpp"
#include "app/watch/metrics_server.hpp"
#include "app/watch/notify.hpp"
#include "app/watch/sole_use.hpp"
#include "capture/live/interfaces.hpp"
#include "capture/live/live_source.hpp"
#include "report/escape.hpp"

namespace portproof {
namespace {

// Everything that the command line asks for.
struct WatchOptions {
  LiveOptions live;
  EngineOptions engine;
  ReporterOptions reporter;
  EventOptions events;
  LockdownOptions lockdown;
  std::string metrics;
  std::string metrics_file;
  bool status{false};
  std::optional<Duration> duration;
};

Expected<void> read_counts(const Arguments& arguments, WatchOptions& watch) {
  watch.engine.interval = seconds(arguments.get<std::int64_t>("interval"));
  watch.engine.look = seconds(arguments.get<std::int64_t>("look"));
  watch.reporter.keep = arguments.size("keep");
  watch.reporter.quiet = seconds(arguments.get<std::int64_t>("quiet-time"));
  watch.live.ring.snap_length = static_cast<std::uint32_t>(arguments.size("snap-length"));
  watch.live.ring.buffer_mib = static_cast<std::uint32_t>(arguments.size("buffer-size"));
  if (arguments.has("duration")) watch.duration = seconds(arguments.get<std::int64_t>("duration"));
  watch.events.per_second = arguments.get<double>("event-rate");
  if (!(watch.events.per_second > 0)) return fail(ErrorKind::usage, "--event-rate takes a number above 0");
  constexpr double kBurst = 10;
  watch.events.burst = watch.events.per_second * kBurst;
  return {};
}

Expected<void> read_interfaces(const Arguments& arguments, std::vector<std::string>& interfaces) {
  if (!arguments.has("interface")) {
    return fail(ErrorKind::usage, fmt::format("no interface given; name one with -i: {}", interface_names()));
  }
  interfaces = arguments.get<std::vector<std::string>>("interface");
  for (auto name = interfaces.begin(); name != interfaces.end(); ++name) {
    if (std::find(interfaces.begin(), name, *name) == name) continue;
    return fail(ErrorKind::usage, fmt::format("-i {} is given twice; its frames would count twice", *name));
  }
  return {};
}

Expected<WatchOptions> watch_options_of(const Arguments& arguments) {
  WatchOptions watch;
  if (!arguments.words().empty()) {
    return fail(ErrorKind::usage, fmt::format("'{}' is not an option; use 'portproof audit' to read captures",
                                              arguments.words().front()));
  }
  if (auto read = read_interfaces(arguments, watch.live.interfaces); !read) {
    return tl::unexpected(read.error());
  }
  if (!arguments.has("output")) {
    return fail(ErrorKind::usage, "no folder given for the reports; name one with -o");
  }
  watch.live.ring.promiscuous = !arguments.get<bool>("no-promiscuous");
  watch.live.ring.kernel_filter = arguments.text("kernel-filter");
  watch.reporter.kernel_filter = watch.live.ring.kernel_filter;
  if (auto read = read_counts(arguments, watch); !read) return tl::unexpected(read.error());
  auto job = report_job_of(arguments, "watch");
  if (!job) return tl::unexpected(job.error());
  auto observing = observe_options_of(arguments);
  if (!observing) return tl::unexpected(observing.error());
  job->run.hash_seed = observing->table.seed;
  job->limits.attempts = observing->collect.most_attempts;
  // The rest of the limit is for merged evidence: half for what was reported, a quarter for what is new
  // since.
  observing->collect.most_attempts = std::max<std::size_t>(observing->collect.most_attempts / 4, 1);
  watch.engine.observe = std::move(*observing);
  watch.reporter.job = std::move(*job);
  watch.reporter.directory = arguments.text("output");
  watch.reporter.evidence =
      arguments.has("evidence") ? arguments.text("evidence") : watch.reporter.directory + "/watch.evidence";
  watch.events.path = arguments.text("events");
  watch.events.syslog = arguments.get<bool>("syslog");
  watch.lockdown.user = arguments.text("user");
  watch.metrics = arguments.text("metrics");
  watch.metrics_file = arguments.text("metrics-file");
  watch.status = arguments.get<bool>("status");
  return watch;
}

// A -Z without effect would be trusted.
Expected<void> check_user(const std::string& user) {
  if (user.empty() || ::geteuid() == 0) return {};
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry != nullptr && entry->pw_uid == ::geteuid()) return {};
  return fail(ErrorKind::usage,
              fmt::format("-Z {}: only root can become another user; leave it out, or start as root", user));
}

Expected<void> check_no_overwriting(const Arguments& arguments, const WatchOptions& watch) {
  std::vector<NamedOutput> outputs{{"--evidence", watch.reporter.evidence}};
  if (!watch.metrics_file.empty()) outputs.push_back({"--metrics-file", watch.metrics_file});
  if (!watch.events.path.empty()) outputs.push_back({"--events", watch.events.path});
  return check_outputs(outputs, {}, files_of_estate(arguments));
}

Expected<void> list_directories(const Arguments& arguments, WatchOptions& watch) {
  LockdownOptions& lockdown = watch.lockdown;
  lockdown.readable = folders_of_estate(arguments);
  lockdown.writable = {watch.reporter.directory};
  for (const std::string& file : {watch.reporter.evidence, watch.metrics_file}) {
    if (file.empty()) continue;
    const auto destination = destination_of(file);
    if (!destination) return tl::unexpected(destination.error());
    lockdown.writable.push_back(folder_of(destination->path));
  }
  return {};
}

// As the user that the watch runs as, so that a problem shows now and not at the end of the first interval.
Expected<void> prove_writable(const std::string& folder, const std::string& user) {
  std::string probe = folder + "/.portproof-XXXXXX";
  const int descriptor = ::mkstemp(probe.data());
  if (descriptor < 0) {
    return fail(ErrorKind::cannot_create,
                fmt::format("cannot be written to by {}: {}", user, std::strerror(errno)), folder);
  }
  ::unlink(probe.c_str());
  ::close(descriptor);
  return {};
}

// `sole` holds what only this watch may write to from then on.
Expected<Lockdown> lock_down(const WatchOptions& watch, std::optional<SoleUse>& sole) {
  const LockdownOptions& options = watch.lockdown;
  auto lockdown = drop_rights(options);
  if (!lockdown) return lockdown;
  for (const std::string& folder : options.writable) {
    if (auto proved = prove_writable(folder, lockdown->user); !proved) return tl::unexpected(proved.error());
  }
  auto taken = SoleUse::take(watch.reporter.directory, watch.reporter.evidence);
  if (!taken) return tl::unexpected(std::move(taken.error()));
  sole.emplace(std::move(*taken));
  if (auto restricted = restrict_process(options, *lockdown); !restricted) {
    return tl::unexpected(restricted.error());
  }
  return lockdown;
}

Expected<int> print_interfaces() {
  const auto interfaces = list_interfaces();
  if (!interfaces) return tl::unexpected(interfaces.error());
  std::string text;
  for (const Interface& interface : *interfaces) {
    const std::string_view state = !interface.up ? "down" : interface.running ? "up" : "no link";
    text += escape_terminal(
        fmt::format("{:<16} {:<8} {}", interface.name, state, fmt::join(interface.addresses, " ")));
    text += '\n';
  }
  return write_standard_output(text);
}

// Shows the figures whenever they are new.
std::function<void(const WatchFigures&)> showing(const WatchOptions& watch) {
  return [file = watch.metrics_file, status = watch.status](const WatchFigures& figures) {
    if (!file.empty()) {
      const auto written = write_output(file, [&](std::ostream& out) { out << metrics_page(figures); });
      if (!written) say(fmt::format("portproof: {}\n", escape_terminal(message(written.error()))));
    }
    if (status) {
      const bool terminal = is_terminal(stderr);
      say(fmt::format("{}{}\n", terminal ? "\x1b[H\x1b[2J" : "",
                      status_screen(figures, terminal_width(stderr))));
    }
  };
}

}  // namespace

Expected<int> watch_command(const Arguments& arguments) {
  if (arguments.get<bool>("list-interfaces")) return print_interfaces();
  auto watch = watch_options_of(arguments);
  if (!watch) return tl::unexpected(watch.error());
  if (auto checked = check_user(watch->lockdown.user); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_no_overwriting(arguments, *watch); !checked) {
    return tl::unexpected(checked.error());
  }
  if (auto estate = estate_of_files(arguments); !estate) return tl::unexpected(estate.error());
  if (auto listed = list_directories(arguments, *watch); !listed) return tl::unexpected(listed.error());

  // Everything that needs a right is opened here; then the rights are given up.
  auto source = LiveSource::open(watch->live);
  if (!source) return tl::unexpected(source.error());
  // Names in a filter cannot be looked up later.
  for (const LinkType type : (*source)->facts().link_types) {
    if (!watch->engine.observe.filter) break;
    auto program = watch->engine.observe.filter->program(type);
    if (!program) return tl::unexpected(program.error());
  }
  say_without_waiting();
  auto events = Events::open(watch->events);
  if (!events) return tl::unexpected(events.error());
  SharedFigures figures;
  std::unique_ptr<MetricsServer> server;
  if (!watch->metrics.empty()) {
    auto bound = MetricsServer::bind(watch->metrics, figures);
    if (!bound) return tl::unexpected(bound.error());
    server = std::move(*bound);
  }
  ServiceNotes notes;
  watch->lockdown.only_receiving = (*source)->ring_descriptors();
  std::optional<SoleUse> sole;
  const auto lockdown = lock_down(*watch, sole);
  if (!lockdown) return tl::unexpected(lockdown.error());
  watch->reporter.statements.push_back(lockdown->statement());
  watch->reporter.job.run.user = lockdown->user;
  watch->reporter.published = showing(*watch);

  Wishes wishes;
  const WatchSignals signals(wishes);
  Reporter reporter(
      watch->reporter, [&] { return estate_of_files(arguments); }, std::move(*events), figures);
  const Duration began = (*source)->elapsed();
  if (auto started = reporter.start(watch->engine.observe, (*source)->now()); !started) {
    return tl::unexpected(started.error());
  }
  if (server) server->start();
  (*source)->start();
  watch->engine.heartbeat = [&](Timestamp now) {
    notes.alive(now);
    const Duration running{(*source)->elapsed().nanoseconds - began.nanoseconds};
    if (watch->duration && running >= *watch->duration) wishes.stop = true;
  };
  watch->engine.ending = [&notes] { notes.stopping(); };
  notes.ready();
  const auto result = run_watch(**source, watch->engine, reporter, wishes);
  return result.map([](AuditResult audit) { return exit_status(audit); });
}

}  // namespace portproof
