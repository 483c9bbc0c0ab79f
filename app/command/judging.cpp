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

Run begin_run(const Arguments& arguments, std::string_view command) {
  Run run;
  run.command_line = fmt::format("portproof {}", command);
  for (const std::string& word : arguments.given()) run.command_line += " " + word;
  run.user = user_name();
  run.host = host_name();
  run.started = now_as_text();
  return run;
}

Expected<std::optional<Timestamp>> as_of(const Arguments& arguments) {
  if (!arguments.has("as-of")) return std::optional<Timestamp>{};
  const std::string text = arguments.text("as-of");
  std::optional<Timestamp> time = parse_date(text);
  if (!time) time = parse_timestamp(text);
  if (time) return time;
  return fail(
      ErrorKind::usage,
      fmt::format("--as-of takes a date (2027-01-31) or a UTC time (2027-01-31T12:00:00Z), not '{}'", text));
}

void write_report(const Report& report, const ReportRequest& request, std::ostream& out) {
  const bool to_terminal = request.output.empty();
  TextOptions text;
  text.width = to_terminal ? terminal_width(stdout) : 80;
  text.color = to_terminal && wants_color(stdout);
  request.format->write(report, kVersion, text, out);
}

}  // namespace

Expected<ReportJob> report_job_of(const Arguments& arguments, std::string_view command) {
  ReportJob job;
  ReportRequest& request = job.request;
  const std::string format = arguments.text("format");
  request.format = find_format(report_formats(), format);
  if (request.format == nullptr) {
    return tl::unexpected(unknown_format("report", format, format_names(report_formats())));
  }
  request.output = arguments.text("output") == "-" ? "" : arguments.text("output");
  const auto time = as_of(arguments);
  if (!time) return tl::unexpected(time.error());
  request.as_of = *time;
  request.reproducible = arguments.get<bool>("reproducible");
  job.limits.listed = arguments.size("max-conversations");
  job.run = begin_run(arguments, command);
  return job;
}

Expected<Reported> judge_and_write(Evidence evidence, const Estate& estate, const ReportJob& job,
                                   const Amendments& amendments) {
  Audit judged = audit(std::move(evidence), estate.catalog, estate.inventory_or_null(),
                       {.as_of = job.request.as_of, .most_attempts = job.limits.attempts});
  for (const std::string& reason : amendments.inconclusive) judged.result_reasons.push_back(reason);
  if (!amendments.inconclusive.empty() && judged.result == AuditResult::pass) {
    judged.result = AuditResult::inconclusive;
  }
  ReportOptions reporting;
  reporting.max_conversations = job.limits.listed;
  if (!job.request.reproducible) {
    reporting.run = job.run;
    reporting.run->finished = now_as_text();
  }
  Report report = make_report(judged, reporting);
  report.notes.insert(report.notes.end(), amendments.notes.begin(), amendments.notes.end());
  Reported reported;
  reported.result = judged.result;
  reported.by_verdict = report.totals.by_verdict;
  for (const JudgedConversation& conversation : judged.conversations) {
    if (rank(conversation) == Rank::flagged) ++reported.flagged;
  }
  return write_output(job.request.output, [&](std::ostream& out) { write_report(report, job.request, out); })
      .map([&] { return reported; });
}

Expected<int> judge_and_report(Evidence evidence, const Estate& estate, const ReportJob& job,
                               const Amendments& amendments) {
  return judge_and_write(std::move(evidence), estate, job, amendments).map([](const Reported& reported) {
    return exit_status(reported.result);
  });
}

}  // namespace portproof
