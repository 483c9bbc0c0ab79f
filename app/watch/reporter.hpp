// Everything in a watch except capturing: merges evidence, judges it, saves it, writes reports and sends
// events. Takes cuts one after the other; its only clock is that of the cuts. Each kind of observation has a
// class of its own: FlaggedWatch, LossWatch, WaiverWatch, IntervalLoss.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command/estate.hpp"
#include "app/command/judging.hpp"
#include "app/watch/accumulated.hpp"
#include "app/watch/cut.hpp"
#include "app/watch/events.hpp"
#include "app/watch/figures.hpp"
#include "app/watch/flagged_watch.hpp"
#include "app/watch/interval_loss.hpp"
#include "app/watch/loss_watch.hpp"
#include "app/watch/waiver_watch.hpp"

namespace portproof {

struct ReporterOptions {
  std::string directory;                               // of the reports
  std::string evidence;                                // file that is taken up and saved to
  std::size_t keep{0};                                 // reports that are kept, the newest; 0 for all
  Duration quiet{seconds(3600)};                       // after which a flagged conversation is an event again
  std::string kernel_filter;                           // that the source is read through; empty for none
  ReportJob job;                                       // for every report, but for the name of its file
  std::vector<std::string> statements;                 // for every report's notes: what is in force
  std::function<void(const WatchFigures&)> published;  // called whenever figures are new; may be empty
};

class Reporter {
 public:
  using LoadEstate = std::function<Expected<std::unique_ptr<const Estate>>()>;

  // `load` reads catalog and inventory, now and at each reload.
  Reporter(ReporterOptions options, LoadEstate load, Events events, SharedFigures& figures);

  // Reads catalog, inventory and the saved evidence. Errors: those of any of them.
  Expected<void> start(const ObserveOptions& observe, Timestamp now);

  // Sends the events that the cut gives rise to, and makes a report if the cut asks for one. A report that
  // cannot be written is an event, is counted, and is tried again at the next interval; for the last cut it
  // is an error.
  Expected<void> take(Cut cut);

  // Reads catalog and inventory again. If either cannot be read, both stay as they were. There is an event in
  // either case.
  void reload(Timestamp now);

  // The result of the last report.
  [[nodiscard]] AuditResult result() const { return result_; }

 private:
  Expected<void> take_up_saved(const ObserveOptions& observe, Timestamp now);
  Expected<void> report_or_save(Cut& cut);
  Expected<void> report(Cut& cut);
  Expected<void> save_beginning(Cut& cut);
  void look(const Evidence& closed, const Cut& cut);
  void publish(const Cut& cut);

  ReporterOptions options_;
  LoadEstate load_;
  Events events_;
  SharedFigures& shared_;
  std::unique_ptr<const Estate> estate_;
  std::optional<Accumulated> accumulated_;  // from `start` on
  FlaggedWatch flagged_;
  LossWatch loss_;
  std::optional<WaiverWatch> waivers_;         // from `start` on
  std::optional<IntervalLoss> interval_loss_;  // from the first cut on
  Timestamp last_look_{};                      // the last cut
  WatchFigures figures_;
  AuditResult result_{AuditResult::inconclusive};
};

}  // namespace portproof
