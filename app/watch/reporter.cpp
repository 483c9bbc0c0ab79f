#include "app/watch/reporter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/command/evidence_input.hpp"
#include "app/command/say.hpp"
#include "app/watch/report_files.hpp"
#include "capture/base/json_writer.hpp"
#include "report/escape.hpp"
#include "report/json.hpp"
#include "report/report.hpp"

namespace portproof {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFlagged = 200'000;  // conversations that are known to have been told
constexpr std::size_t kLossyNamed = 24;
constexpr int kLooksUntilOver = 2;
// News of one initiator and responder at a time: a scan is told by its first ports, and leaves room for
// others.
constexpr std::uint32_t kNewsPerPair = 16;

void complain(const Error& error) {
  say(fmt::format("portproof: {}\n", escape_terminal(message(error))));
}

// What the evidence says of a run that goes on: it may be the last that is known of it.
std::string error_of(const Cut& cut) {
  return cut.why == Cut::Why::last ? "" : still_running_at(cut.at);
}

}  // namespace

Reporter::Reporter(ReporterOptions options, LoadEstate load, Events events, SharedFigures& figures)
    : options_(std::move(options)), load_(std::move(load)), events_(std::move(events)), shared_(figures) {}

Expected<void> Reporter::start(const ObserveOptions& observe, Timestamp now) {
  auto estate = load_();
  if (!estate) return tl::unexpected(std::move(estate.error()));
  estate_ = std::move(*estate);
  AccumulatedLimits limits;
  limits.attempts = observe.collect.most_attempts * 2;  // which is a quarter of what there may be
  accumulated_.emplace(observe.table.timeouts, limits);
  waivers_looked_at_ = now;
  figures_.started = now;
  const fs::path evidence(options_.evidence);
  remove_leavings(options_.directory, [](std::string_view name) { return report_name_of(name).has_value(); });
  remove_leavings(evidence.has_parent_path() ? evidence.parent_path().string() : ".",
                  [&](std::string_view name) { return name == evidence.filename().string(); });
  std::error_code ignored;
  if (!fs::exists(options_.evidence, ignored)) return {};
  auto saved = read_all_evidence({options_.evidence});
  if (!saved) return tl::unexpected(std::move(saved.error()));
  const Filters filters{observe.filter ? observe.filter->expression() : "", options_.kernel_filter};
  auto taken = accumulated_->take_up(std::move(*saved), filters, now);
  if (!taken) {
    taken.error().where = options_.evidence;
    return taken;
  }
  // What is flagged in it was told by the run before.
  const Audit judged =
      audit(accumulated_->so_far(), estate_->catalog, estate_->inventory_or_null(), {.sorted = true});
  for (const JudgedConversation& conversation : judged.conversations) {
    if (rank(conversation) != Rank::flagged || flagged_.size() >= kMostFlagged) continue;
    const ConversationKey& key = conversation.key;
    flagged_[{key.initiator, key.responder, key.protocol, key.port}] = conversation.facts.last;
  }
  return {};
}

Expected<void> Reporter::take(Cut cut) {
  if (!interval_) {
    interval_ = Mark{figures_.started, {}, {}, cut.elapsed};
    interfaces_ = cut.interfaces;
    for (InterfaceFigures& interface : interfaces_) {
      interface = InterfaceFigures{interface.name, 0, 0, 0, true, false, {}, interface.ring_bytes};
    }
  }
  tell_of_loss(cut);
  tell_of_waivers(cut.at);
  look(cut.harvest.closed, cut);
  looked_at_ = cut.at;
  if (auto added = accumulated_->add(std::move(cut.harvest.closed), cut.harvest.input); !added) return added;
  Expected<void> done;
  if (cut.why != Cut::Why::look) {
    done = cut.why == Cut::Why::begin ? save_beginning(cut) : report(cut);
    if (!done) {
      ++figures_.reports_failed;
      events_.tell("report-failed", cut.at, fmt::format(",\"error\":{}", json_string(message(done.error()))));
      complain(done.error());
    }
  }
  events_.settle(cut.at, cut.why == Cut::Why::last);
  publish(cut);
  if (cut.why == Cut::Why::last) return done;
  return {};
}

Expected<void> Reporter::report(Cut& cut) {
  if (auto whole = accumulated_->put_together(); !whole) return whole;
  const Mark now = mark_of(cut);
  const Stretch stretch = between(*interval_, now);
  const Inventory* inventory = estate_->inventory_or_null();
  Amendments amendments;
  amendments.inconclusive = loss_reasons(stretch, inventory == nullptr ? Limits{} : inventory->limits);
  amendments.notes = loss_notes(stretch);
  if (lossy_count_ > 0) {
    amendments.notes.push_back(
        fmt::format("{} of this run lost more than the limits allow; the last of them:",
                    lossy_count_ == 1 ? "1 interval" : fmt::format("{} intervals", lossy_count_)));
    amendments.notes.insert(amendments.notes.end(), lossy_.begin(), lossy_.end());
  }
  amendments.notes.insert(amendments.notes.end(), options_.statements.begin(), options_.statements.end());
  if (cut.why != Cut::Why::on_demand) {
    for (const std::string& reason : amendments.inconclusive) {
      ++lossy_count_;
      lossy_.push_back(fmt::format("until {}: {}", to_string(cut.at), reason));
      if (lossy_.size() > kLossyNamed) lossy_.erase(lossy_.begin());
    }
    interval_ = now;
    told_of_pair_.clear();
  }
  JudgingOptions judging = options_.judging;
  const ReportName file = new_report_name(options_.directory, cut.at, std::string(judging.format->ending));
  judging.output = fmt::format("{}/{}", options_.directory, to_string(file));
  Accumulated::WithOpen all(*accumulated_, std::move(cut.harvest.open), error_of(cut));
  auto saved = save_evidence(all.evidence(), options_.evidence);
  const auto reported = judge_and_write(all.take(), *estate_, judging, amendments);
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

// Judges what came since the last cut, with the names that are known from before.
void Reporter::look(const Evidence& closed, const Cut& cut) {
  if (closed.conversations.empty() && closed.loose.empty() && cut.harvest.open.empty()) return;
  Evidence news;
  news.timeouts = closed.timeouts;
  news.inputs = {cut.harvest.input};
  news.conversations = closed.conversations;
  news.attempts = closed.attempts;
  news.loose = closed.loose;
  for (const LooseFlow& flow : cut.harvest.open) {
    if (flow.facts.last >= cut.news_since) news.loose.push_back(flow);
  }
  news.loose.sort();
  accumulated_->learn(closed.names);
  news.names = accumulated_->so_far().names;
  const Audit judged = audit(std::move(news), estate_->catalog, estate_->inventory_or_null(),
                             {.as_of = cut.at, .sorted = true});
  // What came about first: a flood of attempts must not use up the rate before it.
  for (const bool in_vain : {false, true}) {
    for (const JudgedConversation& conversation : judged.conversations) {
      const bool is_attempt = !conversation.facts.answered;
      if (is_attempt == in_vain && rank(conversation) == Rank::flagged) {
        tell_conversation(judged, conversation, cut.at);
      }
    }
  }
}

// One that is under way is not in the news for having begun long ago, but for being seen again: its last
// packet is new, and at the last look it had been silent for long.
Reporter::News Reporter::news_of(const JudgedConversation& conversation) {
  const ConversationKey& key = conversation.key;
  const ConversationFacts& facts = conversation.facts;
  const auto [known, is_new] =
      flagged_.try_emplace({key.initiator, key.responder, key.protocol, key.port}, facts.last);
  if (is_new) {
    if (flagged_.size() > kMostFlagged) forget_flagged();
    return News::first;
  }
  const Timestamp before = known->second;
  if (facts.last <= before) return News::none;
  known->second = facts.last;
  const Timestamp silent_until = std::max(facts.first, std::min(looked_at_, facts.last));
  return silent_until - before > options_.quiet ? News::returned : News::none;
}

// Those that were seen last longest ago.
void Reporter::forget_flagged() {
  std::vector<Timestamp> lasts;
  lasts.reserve(flagged_.size());
  for (const auto& [flagged, last] : flagged_) lasts.push_back(last);
  const auto quarter = lasts.begin() + static_cast<std::ptrdiff_t>(lasts.size() / 4);
  std::nth_element(lasts.begin(), quarter, lasts.end());
  std::erase_if(flagged_, [oldest = *quarter](const auto& entry) { return entry.second <= oldest; });
}

void Reporter::tell_conversation(const Audit& judged, const JudgedConversation& conversation, Timestamp now) {
  const News news = news_of(conversation);
  if (news == News::none) return;
  const ConversationKey& key = conversation.key;
  const std::pair pair{key.initiator, key.responder};
  const bool is_known_pair = told_of_pair_.count(pair) > 0;
  // Where there are too many pairs to count, a flood is on: the rate has long been reached.
  if ((!is_known_pair && told_of_pair_.size() >= kMostFlagged) || ++told_of_pair_[pair] > kNewsPerPair ||
      !events_.has_token(now)) {
    events_.hold_back();
    return;
  }
  events_.tell(news == News::first ? "first-flagged" : "returned", now,
               ",\"conversation\":" + conversation_line(judged, conversation));
}

void Reporter::tell_of_loss(const Cut& cut) {
  for (std::size_t at = 0; at < cut.interfaces.size() && at < interfaces_.size(); ++at) {
    const InterfaceFigures& now = cut.interfaces[at];
    const InterfaceFigures& before = interfaces_[at];
    const std::string which = fmt::format(",\"interface\":{}", json_string(now.name));
    if (now.gone && !before.gone) events_.tell("interface-gone", cut.at, which);
    if (now.gone) continue;
    if (before.link_up && !now.link_up) events_.tell("link-down", cut.at, which);
    if (!before.link_up && now.link_up) events_.tell("link-up", cut.at, which);
  }
  const std::uint64_t before = dropped(interfaces_);
  const std::uint64_t now = dropped(cut.interfaces);
  interfaces_ = cut.interfaces;
  if (now > before) {
    looks_without_loss_ = 0;
    if (losing_) return;
    losing_ = true;
    losing_since_ = before;
    events_.tell("loss-began", cut.at, fmt::format(",\"packets\":{}", now - before));
  } else if (losing_ && ++looks_without_loss_ >= kLooksUntilOver) {
    losing_ = false;
    events_.tell("loss-ended", cut.at, fmt::format(",\"packets\":{}", now - losing_since_));
  }
}

void Reporter::tell_of_waivers(Timestamp now) {
  const Inventory* inventory = estate_->inventory_or_null();
  const Timestamp before = std::exchange(waivers_looked_at_, now);
  if (inventory == nullptr) return;
  for (const Waiver& waiver : inventory->waivers) {
    if (waiver.end <= before || waiver.end > now) continue;
    events_.tell("waiver-expired", now,
                 fmt::format(",\"waiver\":{},\"owner\":{},\"expires\":{}", json_string(waiver.id),
                             json_string(waiver.owner), json_string(waiver.expires)));
  }
}

void Reporter::reload(Timestamp now) {
  auto estate = load_();
  if (estate) {
    estate_ = std::move(*estate);
    events_.tell("reloaded", now, "");
    return;
  }
  complain(estate.error());
  say("portproof: catalog and inventory stay as they were\n");
  events_.tell("reload-refused", now, fmt::format(",\"error\":{}", json_string(message(estate.error()))));
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
  figures_.events = events_.told();
  figures_.events_held_back = events_.held_back();
  figures_.interfaces = cut.interfaces;
  shared_.set(figures_);
  if (options_.published) options_.published(figures_);
}

}  // namespace portproof
