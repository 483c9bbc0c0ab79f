#include "app/command/judging.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <ostream>

#include "app/command/exit_status.hpp"
#include "app/command/output.hpp"
#include "app/command/version.hpp"
#include "classify/audit.hpp"
#include "report/report.hpp"

namespace portproof {
namespace po = boost::program_options;
namespace {

std::string now_as_text() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return to_string(Timestamp{std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()});
}

std::string user_name() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

Run run_of(const JudgingOptions& options) {
  Run run;
  run.command_line = options.command_line;
  run.user = options.user;
  run.host = host_name();
  run.started = options.started;
  run.finished = now_as_text();
  run.hash_seed = options.hash_seed;
  run.restrictions = options.restrictions;
  return run;
}

void write_report(const Report& report, const JudgingOptions& options, std::ostream& out) {
  const bool to_terminal = options.output.empty();
  TextOptions text;
  text.width = to_terminal ? terminal_width(stdout) : 80;
  text.color = to_terminal && wants_color(stdout);
  options.format->write(report, kVersion, text, out);
}

}  // namespace

void add_judging_options(po::options_description& options) {
  options.add_options()  //
      ("format,T",
       po::value<std::string>()
           ->default_value(std::string(report_formats().front().name))
           ->value_name("FORMAT"),
       choice(format_names(report_formats())).c_str())  //
      ("output,o", po::value<std::string>()->value_name("FILE"),
       "write the report here, not to standard output")  //
      ("as-of", po::value<std::string>()->value_name("DATE"),
       "judge waivers at this date (default: the last time in the captures)")  //
      ("max-conversations", po::value<std::int64_t>()->default_value(10'000)->value_name("N"),
       "conversations that the report lists, flagged ones first; all are judged and counted")  //
      ("reproducible", po::bool_switch(), "leave out who ran it, when, where and how");
}

Expected<JudgingOptions> judging_options_of(const Arguments& arguments, std::string_view command) {
  JudgingOptions options;
  const std::string format = arguments.text("format");
  options.format = find_format(report_formats(), format);
  if (options.format == nullptr) {
    return tl::unexpected(unknown_format("report", format, format_names(report_formats())));
  }
  options.output = arguments.text("output") == "-" ? "" : arguments.text("output");
  if (arguments.has("as-of")) {
    const std::string text = arguments.text("as-of");
    options.as_of = parse_date(text);
    if (!options.as_of) options.as_of = parse_timestamp(text);
    if (!options.as_of) {
      return fail(
          ErrorKind::usage,
          fmt::format("--as-of takes a date (2027-01-31) or a UTC time (2027-01-31T12:00:00Z), not '{}'",
                      text));
    }
  }
  const auto most = arguments.get<std::int64_t>("max-conversations");
  if (most < 0)
    return fail(ErrorKind::usage, fmt::format("--max-conversations takes a number from 0, not {}", most));
  options.max_conversations = static_cast<std::size_t>(most);
  options.reproducible = arguments.get<bool>("reproducible");
  options.command_line = fmt::format("portproof {}", command);
  for (const std::string& word : arguments.given()) options.command_line += " " + word;
  options.user = user_name();
  options.started = now_as_text();
  return options;
}

Expected<Reported> judge_and_write(Evidence evidence, const Estate& estate, const JudgingOptions& options,
                                   const Amendments& amendments) {
  Audit judged = audit(std::move(evidence), estate.catalog, estate.inventory_or_null(),
                       {.as_of = options.as_of, .most_attempts = options.most_attempts});
  for (const std::string& reason : amendments.inconclusive) judged.result_reasons.push_back(reason);
  if (!amendments.inconclusive.empty() && judged.result == AuditResult::pass) {
    judged.result = AuditResult::inconclusive;
  }
  ReportOptions reporting;
  reporting.max_conversations = options.max_conversations;
  if (!options.reproducible) reporting.run = run_of(options);
  Report report = make_report(judged, reporting);
  report.notes.insert(report.notes.end(), amendments.notes.begin(), amendments.notes.end());
  Reported reported;
  reported.result = judged.result;
  reported.by_verdict = report.totals.by_verdict;
  for (const JudgedConversation& conversation : judged.conversations) {
    if (rank(conversation) == Rank::flagged) ++reported.flagged;
  }
  return write_output(options.output, [&](std::ostream& out) { write_report(report, options, out); })
      .map([&] { return reported; });
}

Expected<int> judge_and_report(Evidence evidence, const Estate& estate, const JudgingOptions& options) {
  return judge_and_write(std::move(evidence), estate, options, {}).map([](const Reported& reported) {
    return exit_status(reported.result);
  });
}

}  // namespace portproof
