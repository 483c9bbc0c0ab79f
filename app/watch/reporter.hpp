// Everything of a watch that is not capturing: puts evidence together, judges, writes reports, saves, tells
// news. Takes cuts one after the other; asks no clock but that of the cuts.
#pragma once

#include <functional>
#include <map>
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
#include "app/watch/loss.hpp"
#include "classify/audit.hpp"

namespace portproof {

struct ReporterOptions {
  std::string directory;          // of the reports
  std::string evidence;           // file that is taken up and saved to
  std::size_t keep{0};            // reports that are kept, the newest; 0 for all
  Duration quiet{seconds(3600)};  // after which a flagged conversation is news again
  std::string kernel_filter;      // that the source is read through; empty for none
  JudgingOptions judging;
  std::vector<std::string> statements;                 // for every report's notes: what is in force
  std::function<void(const WatchFigures&)> published;  // called whenever figures are new; may be empty
};

class Reporter {
 public:
  using LoadEstate = std::function<Expected<std::unique_ptr<const Estate>>()>;

  // `load` reads catalog and inventory, at once and whenever they are to be read anew.
  Reporter(ReporterOptions options, LoadEstate load, Events events, SharedFigures& figures);

  // Reads catalog, inventory and the evidence saved before. Errors: of any of these.
  Expected<void> start(const ObserveOptions& observe, Timestamp now);

  // Reports where the cut says so. What cannot be written is told, counted and tried again at the next
  // interval; only for the last cut it is an error.
  Expected<void> take(Cut cut);

  // Reads catalog and inventory anew; what cannot be read leaves the old ones in place, and is told.
  void reload(Timestamp now);

  // Of the last report.
  [[nodiscard]] AuditResult result() const { return result_; }

 private:
  Expected<void> report(Cut& cut);
  Expected<void> save_beginning(Cut& cut);
  void look(const Evidence& closed, const Cut& cut);
  enum class News : std::uint8_t { none, first, returned };
  News news_of(const JudgedConversation& conversation);
  void forget_flagged();
  void tell_conversation(const Audit& judged, const JudgedConversation& conversation, Timestamp now);
  void tell_of_loss(const Cut& cut);
  void tell_of_waivers(Timestamp now);
  void publish(const Cut& cut);

  struct Flagged {
    IpAddress initiator;
    IpAddress responder;
    std::uint8_t protocol;
    std::uint16_t port;
    friend auto operator<=>(const Flagged&, const Flagged&) = default;
  };

  ReporterOptions options_;
  LoadEstate load_;
  Events events_;
  SharedFigures& shared_;
  std::unique_ptr<const Estate> estate_;
  std::optional<Accumulated> accumulated_;
  std::optional<Mark> interval_;          // where it began
  std::map<Flagged, Timestamp> flagged_;  // that were told, and when they were seen last
  std::map<std::pair<IpAddress, IpAddress>, std::uint32_t> told_of_pair_;  // in this interval
  std::vector<std::string> lossy_;  // intervals that could not pass, the last few
  std::uint64_t lossy_count_{0};
  std::vector<InterfaceFigures> interfaces_;  // at the last cut
  std::uint64_t losing_since_{0};             // drops when the loss began
  int looks_without_loss_{0};
  bool losing_{false};
  Timestamp looked_at_{};  // the last cut
  Timestamp waivers_looked_at_{};
  WatchFigures figures_;
  AuditResult result_{AuditResult::inconclusive};
};

}  // namespace portproof
