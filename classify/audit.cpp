#include "classify/audit.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "capture/evidence/settle.hpp"
#include "classify/completeness.hpp"
#include "classify/internal/contested_direction.hpp"
#include "classify/internal/documented_service.hpp"
#include "classify/internal/parties_met.hpp"
#include "classify/internal/stray_hosts.hpp"
#include "classify/internal/waiver.hpp"
#include "classify/judgements.hpp"

namespace portproof {
namespace {

// What the result of a run depends on, apart from gaps.
struct Tally {
  std::uint64_t flagged{0};     // without a waiver in force
  std::uint64_t unverified{0};  // likewise
};

// Is every one of the folded attempts remembered? Which ports between the first and the last were tried is
// not known, and a record of kind `rest` remembers only one responder per initiator.
bool are_all_remembered(const FoldedAttempts::value_type& folded) {
  const auto& [key, attempts] = folded;
  return key.kind != AttemptsKind::rest && !attempts.more_ends &&
         std::all_of(attempts.examples.begin(), attempts.examples.end(), [](const auto& end_and_example) {
           const AttemptExample& example = end_and_example.second;
           return example.last_port - example.first_port <= 1;
         });
}

// One run over the conversations and folded attempts of an audit, whose evidence is settled.
class AuditRun {
 public:
  // All must outlive this. `names` are the names that `parties` uses.
  AuditRun(Audit& audit, const Parties& parties, const Names& names)
      : audit_(audit),
        parties_(parties),
        evidence_(*audit.evidence),
        inventory_(audit.inventory),
        met_(parties, names, audit.one_way_mirrors, audit.conversations),
        judgements_(audit.rules, audit.roles(), audit.inventory != nullptr,
                    LinkRouters(audit.evidence->protocols), audit.conversations) {}

  void run(const AuditOptions& options);

 private:
  // The attempt that decides how a record of folded attempts is judged.
  struct DecidedAttempt {
    ConversationKey key;
    std::uint32_t initiator{0};
    std::uint32_t responder{0};
    std::uint32_t judged_case{0};
    std::optional<std::size_t> waiver;  // in force
  };

  void begin_waivers();
  void judge_conversations();
  void judge_attempts();
  DecidedAttempt decide(const FoldedAttempts::value_type& attempts);
  void count(Verdict verdict, bool waived);
  std::optional<std::size_t> waiver_of(const ConversationKey& key, std::uint32_t initiator,
                                       std::uint32_t responder, bool counts = true);
  void note_unclaimed();
  [[nodiscard]] LimitStakes stakes() const;
  void note_what_was_seen();
  void note_stray_errors();
  void find_result();

  Audit& audit_;
  const Parties& parties_;
  const SettledEvidence& evidence_;
  const Inventory* inventory_;
  PartiesMet met_;
  Judgements judgements_;
  Tally tally_;
};

// The latest time in the evidence; nothing where some of its frames had none.
std::optional<Timestamp> last_time(const std::vector<Input>& inputs, const Conversations& conversations) {
  std::optional<Timestamp> last;
  const auto take = [&last](Timestamp time) {
    if (!last || *last < time) last = time;
  };
  for (const Input& input : inputs) {
    if (input.gaps.untimed > 0) return std::nullopt;
    if (input.last) take(*input.last);
  }
  for (const auto& [key, facts] : conversations) take(facts.last);
  return last;
}

void AuditRun::run(const AuditOptions& options) {
  audit_.as_of = options.as_of ? options.as_of : last_time(evidence_.inputs, evidence_.conversations);
  begin_waivers();
  if (inventory_ != nullptr) audit_.cautions = cautions_of(*inventory_, audit_.as_of);
  judge_conversations();
  judge_attempts();
  note_unclaimed();
  find_result();
}

void AuditRun::judge_conversations() {
  JudgedConversations& judged = audit_.conversations;
  const Conversations& conversations = evidence_.conversations;
  constexpr std::size_t kFetched = 8;  // look-ups by address are prefetched twice as far ahead
  for (std::size_t index = 0; index < conversations.size(); ++index) {
    if (index + 2 * kFetched < conversations.size()) {
      met_.fetch_first(conversations.at(index + 2 * kFetched).first);
      met_.fetch_then(conversations.at(index + kFetched).first);
    }
    const auto& [key, facts] = conversations.at(index);
    const std::uint32_t initiator = met_.initiator(key, facts);
    const std::uint32_t responder = met_.responder(key, facts);
    const std::uint32_t judged_case = judgements_.judge(key, facts, initiator, responder);
    const Verdict verdict = judged.judgement(judged_case).verdict;
    std::optional<std::size_t> waiver;
    if (is_flagged(verdict) || verdict == Verdict::unverified) waiver = waiver_of(key, initiator, responder);
    judged.add(initiator, responder, judged_case, waiver);
    count(verdict, waiver.has_value());
  }
}

void AuditRun::count(Verdict verdict, bool waived) {
  if (waived) return;
  if (is_flagged(verdict)) ++tally_.flagged;
  if (verdict == Verdict::unverified) ++tally_.unverified;
}

// A record of folded attempts is flagged if a remembered attempt is flagged, else unverified. Nothing is
// known about other attempts, so it is waived only if all are remembered and every flagged one is waived.
void AuditRun::judge_attempts() {
  JudgedConversations& judged = audit_.conversations;
  for (const FoldedAttempts::value_type& attempts : evidence_.attempts) {
    DecidedAttempt decided = decide(attempts);
    const bool flagged = is_flagged(judged.judgement(decided.judged_case).verdict);
    if (flagged && (!decided.waiver || are_all_remembered(attempts))) {
      waiver_of(decided.key, decided.initiator, decided.responder, true);
    } else {
      Judgement untold;
      untold.verdict = Verdict::unverified;
      untold.reason = Reason::attempts_folded;
      decided.judged_case = judged.add_case(untold);
      decided.waiver.reset();
    }
    judged.add_attempts(decided.key, attempts, decided.initiator, decided.responder, decided.judged_case,
                        decided.waiver);
    count(judged.judgement(decided.judged_case).verdict, decided.waiver.has_value());
  }
}

// The first attempt that is flagged without a waiver, else the first that is flagged, else the first.
AuditRun::DecidedAttempt AuditRun::decide(const FoldedAttempts::value_type& attempts) {
  std::optional<DecidedAttempt> best;
  bool best_is_flagged = false;
  for (const auto& [end, example] : attempts.second.examples) {
    for (const std::uint16_t port : {example.first_port, example.last_port}) {
      DecidedAttempt one;
      one.key.initiator = example.initiator;
      one.key.responder = example.responder;
      one.key.protocol = attempts.first.protocol;
      one.key.kind = attempts.first.traffic;
      one.key.port = port;
      const ConversationFacts& facts = attempts.second.facts;
      one.initiator = met_.initiator(one.key, facts);
      one.responder = met_.responder(one.key, facts);
      one.judged_case = judgements_.judge(one.key, facts, one.initiator, one.responder);
      const bool flagged = is_flagged(audit_.conversations.judgement(one.judged_case).verdict);
      if (flagged) one.waiver = waiver_of(one.key, one.initiator, one.responder, false);
      if (flagged && !one.waiver) return one;
      if (!best || (flagged && !best_is_flagged)) {
        best = one;
        best_is_flagged = flagged;
      }
    }
  }
  return *best;
}

void AuditRun::begin_waivers() {
  if (inventory_ == nullptr) return;
  for (const Waiver& waiver : inventory_->waivers) {
    audit_.waivers.push_back({0, audit_.as_of && *audit_.as_of < waiver.end});
  }
}

// The first waiver in force that covers the conversation. Expired waivers are still counted when they match,
// to show what they used to cover.
std::optional<std::size_t> AuditRun::waiver_of(const ConversationKey& key, std::uint32_t initiator,
                                               std::uint32_t responder, bool counts) {
  std::optional<std::size_t> covering;
  const Transport transport = transport_of(key);
  const Party& from = audit_.conversations.party(initiator);
  const Party& to = audit_.conversations.party(responder);
  for (std::size_t index = 0; index < audit_.waivers.size(); ++index) {
    if (!covers(inventory_->waivers[index], from, to, transport, key.port)) continue;
    audit_.waivers[index].matched += counts ? 1 : 0;
    if (audit_.waivers[index].in_force && !covering) covering = index;
  }
  return covering;
}

void AuditRun::note_unclaimed() {
  if (inventory_ == nullptr) return;
  auto& unclaimed = audit_.unclaimed;
  for (std::uint32_t number = 0; number < audit_.conversations.parties(); ++number) {
    const Party& party = audit_.conversations.party(number);
    if (party.listed || !Parties::is_unclaimed(*inventory_, party.address)) continue;
    unclaimed.push_back(party.address);
  }
  std::sort(unclaimed.begin(), unclaimed.end());
  unclaimed.erase(std::unique(unclaimed.begin(), unclaimed.end()), unclaimed.end());
}

LimitStakes AuditRun::stakes() const {
  LimitStakes stakes;
  if (inventory_ == nullptr) return stakes;
  stakes.names = std::any_of(inventory_->hosts.begin(), inventory_->hosts.end(),
                             [](const Host& host) { return !host.names.empty(); });
  for (std::uint32_t number = 0; number < audit_.conversations.parties(); ++number) {
    const Party& party = audit_.conversations.party(number);
    stakes.stations = stakes.stations || (!party.listed && parties_.may_lack_hosts(party.address));
  }
  return stakes;
}

void AuditRun::note_what_was_seen() {
  auto& reasons = audit_.result_reasons;
  const bool read_something = std::any_of(evidence_.inputs.begin(), evidence_.inputs.end(),
                                          [](const Input& input) { return input.accounting.frames > 0; });
  if (!judgements_.any_related()) {
    reasons.emplace_back(read_something ? "nothing Citrix-related was seen"
                                        : "no packet was read, so nothing Citrix-related was seen");
  } else if (inventory_ != nullptr && !judgements_.any_of_estate()) {
    reasons.emplace_back("no conversation of a host with a Citrix role was seen");
  }
}

// An ICMP error about a flow that was never seen may carry anything.
void AuditRun::note_stray_errors() {
  if (inventory_ == nullptr) return;
  auto& reasons = audit_.result_reasons;
  const std::uint64_t listed = stray_errors_of_listed_hosts(evidence_.stray_errors, parties_);
  if (listed > 0) {
    reasons.push_back(
        counted(listed, "ICMP error of a listed host quotes", "ICMP errors of listed hosts quote") +
        (listed == 1 ? " a flow that was never seen" : " flows that were never seen"));
  }
}

void AuditRun::find_result() {
  auto& reasons = audit_.result_reasons;
  if (tally_.flagged > 0) {
    audit_.result = AuditResult::fail;
    reasons.push_back(counted(tally_.flagged, "conversation is", "conversations are") +
                      " flagged without a waiver");
    return;
  }
  reasons = gap_reasons(evidence_.inputs, inventory_ == nullptr ? Limits{} : inventory_->limits);
  for (std::string& reason : limit_reasons(evidence_.limits_hit, stakes()))
    reasons.push_back(std::move(reason));
  note_what_was_seen();
  note_stray_errors();
  if (inventory_ == nullptr) reasons.emplace_back("there is no inventory");
  if (tally_.unverified > 0) {
    reasons.push_back(counted(tally_.unverified, "conversation is", "conversations are") +
                      " unverified without a waiver");
  }
  audit_.result = reasons.empty() ? AuditResult::pass : AuditResult::inconclusive;
}

// Settles the evidence, using the rules to find the direction of flows, or the worse one if it is contested.
SettledEvidence settle_by(const RuleBook& rules, const Parties& parties, const Inventory* inventory,
                          Evidence evidence, const AuditOptions& options) {
  DocumentedServices services(parties, rules);
  const ContestedDirections contested(parties, rules, inventory);
  SettledEvidence settled = settle(
      std::move(evidence), [&services](const FlowKey& flow) { return services.of(flow); },
      options.most_attempts,
      [&contested](const FlowKey& flow, const FlowFacts& facts, std::string_view name, Side likely) {
        return contested.worse_initiator(flow, facts, name, likely);
      });
  if (options.sorted) settled.conversations.sort();
  return settled;
}

// Finds the directions that are not mirrored, and corrects what was concluded from their silence.
std::vector<OneWayMirror> find_unmirrored(SettledEvidence& settled) {
  std::vector<OneWayMirror> mirrors = one_way_mirrors(settled.conversations, settled.attempts);
  note_unmirrored(mirrors, settled.conversations);
  for (auto& [key, attempts] : settled.attempts) note_unmirrored(mirrors, attempts);
  return mirrors;
}

}  // namespace

// Names are taken out before settling, because the parties use them until everything is judged.
Audit audit(Evidence evidence, const Catalog& catalog, const Inventory* inventory,
            const AuditOptions& options) {
  NameServers servers(inventory, evidence);
  const Names names = std::exchange(evidence.names, {});
  const Parties parties(catalog, inventory, names, evidence.stations, std::move(servers));
  Audit audit(catalog, inventory);
  SettledEvidence settled = settle_by(audit.rules, parties, inventory, std::move(evidence), options);
  audit.one_way_mirrors = find_unmirrored(settled);
  audit.evidence = std::make_unique<const SettledEvidence>(std::move(settled));
  audit.conversations = JudgedConversations(audit.evidence->conversations);
  AuditRun(audit, parties, names).run(options);
  return audit;
}

}  // namespace portproof
