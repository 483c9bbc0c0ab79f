// From evidence to a report in the format that was asked for: what `audit` and `judge` share.
#pragma once

#include <array>
#include <boost/program_options.hpp>
#include <string>
#include <vector>

#include "app/command/command.hpp"
#include "app/command/estate.hpp"
#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/evidence.hpp"
#include "classify/verdict.hpp"
#include "report/format.hpp"

namespace portproof {

// --format, --output, --as-of, --max-conversations, --reproducible.
void add_judging_options(boost::program_options::options_description& options);

// What the judging options say, checked before anything is read.
struct JudgingOptions {
  const ReportFormat* format{&report_formats().front()};  // never null
  std::string output;
  std::optional<Timestamp> as_of;
  std::size_t max_conversations{10'000};
  bool reproducible{false};
  std::string command_line;  // for the report's `run`
  std::string user;          // who runs it: asked for before rights are given up
  std::string started;
  std::string restrictions;  // as Run has it
  std::uint64_t hash_seed{0};
  std::size_t most_attempts{kMostAttempts};  // as AuditOptions has it
};
Expected<JudgingOptions> judging_options_of(const Arguments& arguments, std::string_view command);

// What the caller alone knows, and adds to a judgement before it is reported.
struct Amendments {
  std::vector<std::string> inconclusive;  // sentences: why it cannot pass
  std::vector<std::string> notes;         // sentences on what the figures mean
};
// Judges, writes the report, and returns the result with the figures of the report.
struct Reported {
  AuditResult result{AuditResult::inconclusive};
  std::array<std::uint64_t, kVerdictNames.size()> by_verdict{};
  std::uint64_t flagged{0};  // conversations that are flagged and not waived
};
Expected<Reported> judge_and_write(Evidence evidence, const Estate& estate, const JudgingOptions& options,
                                   const Amendments& amendments);

// Judges, writes the report, and returns the exit status of the result.
Expected<int> judge_and_report(Evidence evidence, const Estate& estate, const JudgingOptions& options);

}  // namespace portproof
