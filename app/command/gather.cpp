#include "app/command/gather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>

#include "app/command/gathered_evidence.hpp"
#include "app/command/input_reader.hpp"
#include "app/command/progress.hpp"
#include "app/command/resume.hpp"
#include "app/command/say.hpp"
#include "app/command/side_by_side.hpp"
#include "app/command/stop.hpp"
#include "report/escape.hpp"

namespace portproof {
namespace {

ReadingOptions reading_options_of(const GatherOptions& options, std::size_t inputs) {
  ReadingOptions reading{options.observe, options.hash, false};
  const auto at_a_time = static_cast<unsigned>(std::min<std::size_t>(inputs, options.threads));
  reading.observe.threads = std::max(1U, options.threads_in_input / std::max(1U, at_a_time));
  reading.observe.collect.is_whole = !options.keep_edges && inputs == 1;
  // The size of a member says nothing about its archive. So if the run may be resumed, archives are hashed
  // even if no hashes were asked for.
  reading.hash_archives = !options.resume.empty();
  return reading;
}

// One run over all inputs: reads them, several at a time, and saves the evidence now and then if the run may
// be resumed.
class Gathering {
 public:
  // `resumption` is null if the run is not saved.
  Gathering(const InputList& inputs, const GatherOptions& options, Resumption* resumption)
      : inputs_(inputs),
        threads_(options.threads),
        resumption_(resumption),
        progress_(inputs.bytes, inputs.paths.size()),
        reader_(reading_options_of(options, inputs.paths.size()), progress_, stop_),
        gathered_(settings_of(options.observe), options.observe.collect.most_attempts,
                  resumption == nullptr ? std::nullopt : std::optional{resumption->take_evidence()}) {}

  Expected<Evidence> run();
  std::vector<std::string> take_skipped() { return gathered_.take_skipped(); }
  [[nodiscard]] std::uint64_t skipped_more() const { return gathered_.skipped_more(); }

 private:
  Expected<void> take_input(std::size_t number);
  Expected<bool> is_saved(const std::string& path);
  Expected<void> save_if_due();
  Expected<void> save();
  void end_if_stopped() const;

  const InputList& inputs_;
  unsigned threads_;
  Resumption* resumption_;
  std::mutex saving_;
  Progress progress_;
  Stop stop_;
  InputReader reader_;
  GatheredEvidence gathered_;
};

Expected<Evidence> Gathering::run() {
  const auto done = side_by_side(inputs_.paths.size(), threads_, stop_,
                                 [this](std::size_t number) { return take_input(number); });
  progress_.finish();
  const auto saved = save();
  if (!done) return tl::unexpected(done.error());
  if (!saved) return tl::unexpected(saved.error());
  end_if_stopped();
  return gathered_.take();
}

// An error ends the run. What is wrong with the input itself does not: it is part of the evidence.
Expected<void> Gathering::take_input(std::size_t number) {
  const std::string& path = inputs_.paths[number];
  const auto is_there = is_saved(path);
  if (!is_there) return tl::unexpected(is_there.error());
  if (*is_there) return gathered_.leave_out_saved(number);
  InputEvidence input = reader_.read(path);
  if (stop_.requested()) return {};
  progress_.finish_input();
  // In a folder, an archive without captures is just another file that is not a capture.
  const bool is_skipped = input.holds_no_capture && inputs_.found.count(path) > 0;
  auto added =
      is_skipped ? gathered_.leave_out_skipped(number, path) : gathered_.add(number, std::move(input));
  return added ? save_if_due() : added;
}

Expected<bool> Gathering::is_saved(const std::string& path) {
  if (resumption_ == nullptr) return false;
  auto held = resumption_->holds(path);
  if (!held || !*held) return held;
  std::error_code fault;
  const auto size = std::filesystem::file_size(path, fault);
  progress_.leave_out(fault ? 0 : size);
  return true;
}

Expected<void> Gathering::save_if_due() {
  if (resumption_ == nullptr) return {};
  const std::lock_guard hold(saving_);
  return resumption_->is_due() ? save() : Expected<void>{};
}

Expected<void> Gathering::save() {
  if (resumption_ == nullptr) return {};
  return gathered_.show_whole([this](const Evidence& evidence) { return resumption_->save(evidence); });
}

// Does not return if a signal has stopped the run.
void Gathering::end_if_stopped() const {
  if (resumption_ == nullptr || StopSignals::caught() == 0) return;
  say(fmt::format(
      "portproof: stopped after {} of {} inputs; their evidence is saved in {}: run the same command "
      "again to continue\n",
      gathered_.inputs(), inputs_.paths.size(), resumption_->file()));
  StopSignals::obey();
}

Expected<Evidence> run(InputList& inputs, const GatherOptions& options, Resumption* resumption) {
  Gathering gathering(inputs, options, resumption);
  auto evidence = gathering.run();
  for (std::string& path : gathering.take_skipped()) inputs.skipped.push_back(std::move(path));
  std::sort(inputs.skipped.begin(), inputs.skipped.end());
  inputs.skipped_more = gathering.skipped_more();
  return evidence;
}

}  // namespace

Expected<Evidence> gather(InputList& inputs, const GatherOptions& options) {
  if (options.resume.empty()) return run(inputs, options, nullptr);
  if (auto known = Resumption::check(inputs.paths); !known) return tl::unexpected(known.error());
  const std::string filter = options.observe.filter ? options.observe.filter->expression() : "";
  auto resumption = Resumption::open(options.resume, settings_of(options.observe), filter);
  if (!resumption) return tl::unexpected(resumption.error());
  const StopSignals signals;
  return run(inputs, options, &*resumption);
}

void say_copies(const InputList& inputs) {
  for (const Copy& copy : inputs.copies) say(fmt::format("portproof: {}\n", escape_terminal(sentence(copy))));
}

void say_input_faults(const InputList& inputs, const Evidence& evidence) {
  say_copies(inputs);
  for (const std::string& path : inputs.unfollowed) {
    say(fmt::format("portproof: {}: a link to a folder, not followed; name that folder to read it\n",
                    escape_terminal(path)));
  }
  for (const std::string& path : inputs.skipped) {
    say(fmt::format("portproof: {}: not a capture, skipped\n", escape_terminal(path)));
  }
  for (const Input& input : evidence.inputs) {
    if (input.error.empty()) continue;
    say(fmt::format("portproof: {}: {}\n", escape_terminal(input.path), escape_terminal(input.error)));
  }
}

}  // namespace portproof
