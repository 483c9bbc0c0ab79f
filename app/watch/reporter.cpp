#include "app/watch/reporter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/command/destination.hpp"
#include "app/command/evidence_input.hpp"
#include "app/command/say.hpp"
#include "app/watch/report_files.hpp"
#include "capture/base/json_writer.hpp"
#include "classify/audit.hpp"
#include "report/escape.hpp"

namespace portproof {
namespace {

namespace fs = std::filesystem;

void complain(const Error& error) {
  say(fmt::format("portproof: {}\n", escape_terminal(message(error))));
}

// What the evidence says of a run that goes on: it may be the last that is known about it.
std::string error_of(const Cut& cut) {
  return cut.why == Cut::Why::last ? "" : still_running_at(cut.at);
}

}  // namespace

Reporter::Reporter(ReporterOptions options, LoadEstate load, Events events, SharedFigures& figures)
    : options_(std::move(options)),
      load_(std::move(load)),
      events_(std::move(events)),
      shared_(figures),
      flagged_(options_.quiet) {}

Expected<void> Reporter::start(const ObserveOptions& observe, Timestamp now) {
  auto estate = load_();
  if (!estate) return tl::unexpected(std::move(estate.error()));
  estate_ = std::move(*estate);
  AccumulatedLimits limits;
  limits.attempts = observe.collect.most_attempts * 2;  // half of the whole limit: the loop has a quarter
  accumulated_.emplace(settings_of(observe), limits);
  waivers_.emplace(now);
  figures_.started = now;
  const fs::path evidence(options_.evidence);
  remove_leavings(options_.directory, [](std::string_view name) { return report_name_of(name).has_value(); });
  remove_leavings(folder_of(options_.evidence),
                  [&](std::string_view name) { return name == evidence.filename().string(); });
  std::error_code ignored;
  return fs::exists(options_.evidence, ignored) ? take_up_saved(observe, now) : Expected<void>{};
}

Expected<void> Reporter::take_up_saved(const ObserveOptions& observe, Timestamp now) {
  auto saved = read_all_evidence({options_.evidence});
  if (!saved) return tl::unexpected(std::move(saved.error()));
  const Filters filters{observe.filter ? observe.filter->expression() : "", options_.kernel_filter};
  auto taken = accumulated_->take_up(std::move(*saved), filters, now);
  if (!taken) {
    taken.error().where = options_.evidence;
    return taken;
  }
  flagged_.remember(
      audit(accumulated_->so_far(), estate_->catalog, estate_->inventory_or_null(), {.sorted = true}));
  return {};
}

Expected<void> Reporter::take(Cut cut) {
  if (!interval_loss_) interval_loss_.emplace(figures_.started, cut.elapsed);
  loss_.look(cut.interfaces, cut.at, events_);
  waivers_->look(estate_->inventory_or_null(), cut.at, events_);
  look(cut.harvest.closed, cut);
  last_look_ = cut.at;
  if (auto added = accumulated_->add(std::move(cut.harvest.closed), cut.harvest.input); !added) return added;
  auto done = report_or_save(cut);
  events_.settle(cut.at, cut.why == Cut::Why::last);
  publish(cut);
  if (cut.why == Cut::Why::last) return done;
  return {};
}

Expected<void> Reporter::report_or_save(Cut& cut) {
  if (cut.why == Cut::Why::look) return {};
  auto done = cut.why == Cut::Why::begin ? save_beginning(cut) : report(cut);
  if (done) return done;
  ++figures_.reports_failed;
  events_.send("report-failed", cut.at, fmt::format(",\"error\":{}", json_string(message(done.error()))));
  complain(done.error());
  return done;
}

Expected<void> Reporter::report(Cut& cut) {
  if (auto whole = accumulated_->put_together(); !whole) return whole;
  const Inventory* inventory = estate_->inventory_or_null();
  Amendments amendments;
  amendments.inconclusive = interval_loss_->reasons(cut, inventory == nullptr ? Limits{} : inventory->limits);
  amendments.notes = interval_loss_->notes(cut);
  amendments.notes.insert(amendments.notes.end(), options_.statements.begin(), options_.statements.end());
  if (cut.why != Cut::Why::on_demand) {
    interval_loss_->end(cut, amendments.inconclusive);
    flagged_.begin_interval();
  }
  ReportJob job = options_.job;
  const ReportName file =
      new_report_name(options_.directory, cut.at, std::string(job.request.format->ending));
  job.request.output = fmt::format("{}/{}", options_.directory, to_string(file));
  Accumulated::WithOpen all(*accumulated_, std::move(cut.harvest.open), error_of(cut));
  auto saved = save_evidence(all.evidence(), options_.evidence);
  const auto reported = judge_and_write(all.take(), *estate_, job, amendments);
  if (!reported) return tl::unexpected(reported.error());
  result_ = reported->result;
  ++figures_.reports;
  figures_.result = name(result_);
  figures_.by_verdict = reported->by_verdict;
  figures_.flagged = reported->flagged;
  thin_reports(options_.directory, options_.keep, file);
  return saved;
}

Expected<void> Reporter::save_beginning(Cut& cut) {
  const Accumulated::WithOpen all(*accumulated_, std::move(cut.harvest.open), error_of(cut));
  return save_evidence(all.evidence(), options_.evidence);
}

// Judges what came since the last cut, with the names that were known before.
void Reporter::look(const Evidence& closed, const Cut& cut) {
  if (closed.conversations.empty() && closed.loose.empty() && cut.harvest.open.empty()) return;
  Evidence found;
  found.settings = closed.settings;
  found.inputs = {cut.harvest.input};
  found.conversations = closed.conversations;
  found.attempts = closed.attempts;
  found.loose = closed.loose;
  for (const LooseFlow& flow : cut.harvest.open) {
    if (flow.facts.last >= cut.new_since) found.loose.push_back(flow);
  }
  found.loose.sort();
  accumulated_->learn(closed.names);
  found.names = accumulated_->so_far().names;
  const Audit judged = audit(std::move(found), estate_->catalog, estate_->inventory_or_null(),
                             {.as_of = cut.at, .sorted = true});
  flagged_.look(judged, last_look_, cut.at, events_);
}

void Reporter::reload(Timestamp now) {
  auto estate = load_();
  if (estate) {
    estate_ = std::move(*estate);
    events_.send("reloaded", now, "");
    return;
  }
  complain(estate.error());
  say("portproof: keeping the previous catalog and inventory\n");
  events_.send("reload-refused", now, fmt::format(",\"error\":{}", json_string(message(estate.error()))));
}

void Reporter::publish(const Cut& cut) {
  const Input& input = cut.harvest.input;
  figures_.at = cut.at;
  if (input.last) figures_.last_packet = *input.last;
  figures_.packets = input.accounting.frames;
  figures_.bytes = input.wire_bytes;
  figures_.missed_bytes = std::max(figures_.missed_bytes, input.gaps.missed_bytes);
  figures_.undecoded = input.gaps.undecoded + input.gaps.snapped_headers;
  figures_.flows = cut.flows;
  figures_.conversations = accumulated_->conversations();
  figures_.events = events_.sent();
  figures_.events_held_back = events_.held_back();
  figures_.interfaces = cut.interfaces;
  shared_.set(figures_);
  if (options_.published) options_.published(figures_);
}

}  // namespace portproof
