// portproof judge: saved evidence in, a judged report out, with the inventory and edition that are given now.
#include "app/command/command.hpp"
#include "app/command/estate.hpp"
#include "app/command/evidence_input.hpp"
#include "app/command/judging.hpp"
#include "app/command/overwriting.hpp"
#include "app/sandbox/file_work.hpp"

namespace portproof {

Expected<int> judge_command(const Arguments& arguments) {
  auto job = report_job_of(arguments, "judge");
  if (!job) return tl::unexpected(job.error());
  const std::size_t attempts = arguments.size("max-attempts");
  job->limits.attempts = attempts;
  auto restrictions = confine({paths_read(arguments), {job->request.output}});
  if (!restrictions) return tl::unexpected(restrictions.error());
  job->run.restrictions = std::move(*restrictions);
  const auto estate = estate_of(arguments);
  if (!estate) return tl::unexpected(estate.error());
  if (auto checked =
          check_outputs({{"-o", job->request.output}}, arguments.words(), files_of_estate(arguments));
      !checked) {
    return tl::unexpected(checked.error());
  }
  auto evidence = read_all_evidence(arguments.words(), attempts);
  if (!evidence) return tl::unexpected(evidence.error());
  return judge_and_report(std::move(*evidence), **estate, *job);
}

}  // namespace portproof
