// portproof judge: saved evidence in, a judged report out, with whatever inventory and edition are given now.
#include "app/command/command.hpp"
#include "app/command/estate.hpp"
#include "app/command/evidence_input.hpp"
#include "app/command/judging.hpp"
#include "app/command/overwriting.hpp"

namespace portproof {
namespace po = boost::program_options;
namespace {

po::options_description options() {
  po::options_description all("options");
  add_estate_options(all);
  add_judging_options(all);
  add_attempts_option(all);
  return all;
}

Expected<int> run(const Arguments& arguments) {
  auto job = report_job_of(arguments, "judge");
  if (!job) return tl::unexpected(job.error());
  const auto attempts = most_attempts_of(arguments);
  if (!attempts) return tl::unexpected(attempts.error());
  job->limits.attempts = *attempts;
  const auto estate = estate_of(arguments);
  if (!estate) return tl::unexpected(estate.error());
  std::vector<std::string> read = arguments.words();
  if (arguments.has("inventory")) read.push_back(arguments.text("inventory"));
  if (auto checked = check_outputs({{"-o", job->request.output}}, read); !checked) {
    return tl::unexpected(checked.error());
  }
  auto evidence = read_all_evidence(arguments.words(), *attempts);
  if (!evidence) return tl::unexpected(evidence.error());
  return judge_and_report(std::move(*evidence), **estate, *job);
}

}  // namespace

Command judge_command() {
  return {"judge",
          "judge EVIDENCE... [-I INVENTORY] [-T FORMAT] [-o OUT]",
          "make the report from saved evidence",
          "Judges evidence that 'audit --save-evidence' or 'merge' has written. The captures are not needed "
          "any more:\n"
          "a better inventory costs seconds.\n\n"
          "  portproof judge estate.evidence -I estate.toml",
          options,
          run};
}

}  // namespace portproof
