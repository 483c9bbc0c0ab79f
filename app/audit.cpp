// portproof audit: captures in, a judged report out.
#include "app/command/command.hpp"
#include "app/command/estate.hpp"
#include "app/command/evidence_input.hpp"
#include "app/command/gather.hpp"
#include "app/command/inputs.hpp"
#include "app/command/judging.hpp"
#include "app/command/overwriting.hpp"
#include "app/sandbox/file_work.hpp"
#include "capture/base/sha256.hpp"

namespace portproof {
namespace {

Expected<void> check_no_overwriting(const Arguments& arguments, const InputList& inputs) {
  std::vector<std::string> read = inputs.paths;
  if (arguments.has("inventory")) read.push_back(arguments.text("inventory"));
  return check_outputs({{"-o", arguments.text("output")},
                        {"--save-evidence", arguments.text("save-evidence")},
                        {"--resume", arguments.text("resume")}},
                       read);
}

}  // namespace

Expected<int> audit_command(const Arguments& arguments) {
  // Everything that may be wrong with the command line, the catalog or the inventory comes before the
  // captures.
  auto job = report_job_of(arguments, "audit");
  if (!job) return tl::unexpected(job.error());
  auto gathering = gather_options_of(arguments);
  if (!gathering) return tl::unexpected(gathering.error());
  gathering->resume = arguments.text("resume");
  gathering->keep_edges = arguments.has("save-evidence") || !gathering->resume.empty();
  job->limits.attempts = gathering->observe.collect.most_attempts;
  job->run.hash_seed = gathering->observe.table.seed;
  const auto estate = estate_of(arguments);
  if (!estate) return tl::unexpected(estate.error());

  // What a capture may make of the program reaches the captures and the folders of the outputs, and no
  // further.
  if (gathering->observe.filter) gathering->observe.filter->look_names_up();
  static_cast<void>(Sha256().hex());  // whose library reads its settings now or never
  auto restrictions =
      confine({arguments.words(), {job->request.output, arguments.text("save-evidence"), gathering->resume}});
  if (!restrictions) return tl::unexpected(restrictions.error());
  job->run.restrictions = std::move(*restrictions);
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
  return judge_and_report(std::move(*evidence), **estate, *job);
}

}  // namespace portproof
