// portproof audit: captures in, a judged report out.
#include "app/command/command.hpp"
#include "app/command/estate.hpp"
#include "app/command/evidence_input.hpp"
#include "app/command/gather.hpp"
#include "app/command/inputs.hpp"
#include "app/command/judging.hpp"
#include "app/command/overwriting.hpp"
#include "app/sandbox/file_work.hpp"

namespace portproof {
namespace {

Expected<void> check_no_overwriting(const Arguments& arguments, const InputList& inputs) {
  return check_outputs({{"-o", arguments.text("output")},
                        {"--save-evidence", arguments.text("save-evidence")},
                        {"--resume", arguments.text("resume")}},
                       inputs.paths, files_of_estate(arguments));
}

}  // namespace

Expected<int> audit_command(const Arguments& arguments) {
  // What may be wrong with the command line, the catalog or the inventory is found before a capture is read.
  auto job = report_job_of(arguments, "audit");
  if (!job) return tl::unexpected(job.error());
  auto gathering = gather_options_of(arguments);
  if (!gathering) return tl::unexpected(gathering.error());
  gathering->resume = arguments.text("resume");
  gathering->keep_edges = arguments.has("save-evidence") || !gathering->resume.empty();
  job->limits.attempts = gathering->observe.collect.most_attempts;
  job->run.hash_seed = gathering->observe.table.seed;
  // A hostile capture that takes over the program reaches only the inputs and the folders of the outputs.
  auto restrictions = confine(
      {paths_read(arguments), {job->request.output, arguments.text("save-evidence"), gathering->resume}});
  if (!restrictions) return tl::unexpected(restrictions.error());
  job->run.restrictions = std::move(*restrictions);
  const auto estate = estate_of(arguments);
  if (!estate) return tl::unexpected(estate.error());
  auto inputs = list_inputs(arguments.words());
  if (!inputs) return tl::unexpected(inputs.error());
  if (auto checked = check_no_overwriting(arguments, *inputs); !checked) {
    return tl::unexpected(checked.error());
  }

  auto evidence = gather(*inputs, *gathering);
  if (!evidence) return tl::unexpected(evidence.error());
  say_input_faults(*inputs, *evidence);
  if (arguments.has("save-evidence")) {
    const auto saved = save_evidence(*evidence, arguments.text("save-evidence"));
    if (!saved) return tl::unexpected(saved.error());
  }
  Amendments amendments;
  amendments.notes = notes_on(*inputs);
  return judge_and_report(std::move(*evidence), **estate, *job, amendments);
}

}  // namespace portproof
