// From evidence to a report in the format that was asked for: what `audit`, `judge` and `watch` share.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "app/command/command.hpp"
#include "app/command/estate.hpp"
#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/evidence.hpp"
#include "classify/verdict.hpp"
#include "report/format.hpp"
#include "report/report.hpp"

namespace portproof {

// What the command line asks of a report.
struct ReportRequest {
  const ReportFormat* format{&report_formats().front()};  // never null
  std::string output;                                     // a path; empty for standard output
  std::optional<Timestamp> as_of;                         // as AuditOptions has it
  bool reproducible{false};                               // the report leaves out its `run`
};

// How many attempts a judgement keeps apart, and how many conversations a report lists.
struct JudgingLimits {
  std::size_t attempts{kMostAttempts};  // as AuditOptions::most_attempts
  std::size_t listed{10'000};           // as ReportOptions::max_conversations
};

// Everything that a report depends on besides evidence and estate.
struct ReportJob {
  ReportRequest request;
  JudgingLimits limits;
  Run run;  // but for its end, which comes when the report is written
};

// What the judging options ask for, checked before anything is read. The run begins now, as the user that the
// process has now. The caller sets hash seed, restrictions and the limit of attempts, which depend on other
// options.
Expected<ReportJob> report_job_of(const Arguments& arguments, std::string_view command);

// What only the caller knows and adds to a judgement before it is reported.
struct Amendments {
  std::vector<std::string> inconclusive;  // sentences: why it cannot pass
  std::vector<std::string> notes;         // sentences on what the figures mean
};
// Judges, writes the report, and returns the result with the report's figures.
struct Reported {
  AuditResult result{AuditResult::inconclusive};
  std::array<std::uint64_t, kVerdictNames.size()> by_verdict{};
  std::uint64_t flagged{0};  // conversations that are flagged and not waived
};
Expected<Reported> judge_and_write(Evidence evidence, const Estate& estate, const ReportJob& job,
                                   const Amendments& amendments);

// Judges, writes the report, and returns the exit status of the result.
Expected<int> judge_and_report(Evidence evidence, const Estate& estate, const ReportJob& job,
                               const Amendments& amendments = {});

}  // namespace portproof
