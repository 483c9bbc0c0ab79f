#include "classify/audit.hpp"

#include <algorithm>
#include <utility>

#include "capture/evidence/settle.hpp"
#include "classify/completeness.hpp"
#include "classify/waiver.hpp"

namespace portproof {
namespace {

// What the result of a run depends on besides its gaps.
struct Tally {
  std::uint64_t flagged{0};     // without a waiver in force
  std::uint64_t unverified{0};  // likewise
  bool anything_related{false};
};

// One run of the audit over its conversations.
class AuditRun {
 public:
  AuditRun(const Evidence& evidence, const Catalog& catalog, const Inventory* inventory,
           const AuditOptions& options)
      : evidence_(evidence),
        inventory_(inventory),
        parties_(catalog, inventory, evidence),
        book_(catalog, inventory),
        as_of_(options.as_of) {}

  Audit finish();

 private:
  void judge_one(const ConversationKey& key, ConversationFacts facts);
  void apply_waivers(JudgedConversation& judged, Transport transport);
  void count(const JudgedConversation& judged);
  void note_unclaimed(const Party& party);
  void find_result();

  const Evidence& evidence_;
  const Inventory* inventory_;
  Parties parties_;
  RuleBook book_;
  std::optional<Timestamp> as_of_;
  Tally tally_;
  Audit audit_;
};

// The last moment that the evidence knows of.
std::optional<Timestamp> last_time(const std::vector<Input>& inputs,
                                   const std::map<ConversationKey, ConversationFacts>& conversations) {
  std::optional<Timestamp> last;
  const auto take = [&last](Timestamp time) {
    if (!last || *last < time) last = time;
  };
  for (const Input& input : inputs) {
    if (input.last) take(*input.last);
  }
  for (const auto& [key, facts] : conversations) take(facts.last);
  return last;
}

Audit AuditRun::finish() {
  const auto conversations =
      settle(evidence_, [this](const FlowKey& flow) { return documented_service(flow, parties_, book_); });
  if (!as_of_) as_of_ = last_time(evidence_.inputs, conversations);
  audit_.as_of = as_of_;
  if (inventory_ != nullptr) {
    for (const Waiver& waiver : inventory_->waivers) {
      audit_.waivers.push_back({0, as_of_ && *as_of_ < waiver.end});
    }
  }
  audit_.one_way_mirrors = one_way_mirrors(conversations);
  audit_.conversations.reserve(conversations.size());
  for (const auto& [key, facts] : conversations) judge_one(key, facts);
  auto& unclaimed = audit_.unclaimed_private;
  std::sort(unclaimed.begin(), unclaimed.end());
  unclaimed.erase(std::unique(unclaimed.begin(), unclaimed.end()), unclaimed.end());
  find_result();
  return std::move(audit_);
}

void AuditRun::judge_one(const ConversationKey& key, ConversationFacts facts) {
  // No answer was seen where none is mirrored: that does not make an attempt.
  if (facts.state == FlowState::attempted &&
      is_missing(audit_.one_way_mirrors, key.responder, key.initiator)) {
    facts.state = FlowState::one_way;
  }
  Question question;
  question.initiator = parties_.initiator(key, facts);
  question.responder = parties_.responder(key, facts);
  question.port = key.port;
  question.application = key.application;
  question.name_state = key.name_state;
  question.basis = facts.basis;
  question.state = facts.state;
  question.answered = facts.answered;
  question.has_inventory = inventory_ != nullptr;
  Judgement judgement;
  const auto transport = transport_of(key.protocol);
  if (transport) {
    question.transport = *transport;
    const RoleTable& roles = parties_.role_table();
    judgement = judge(question, book_, roles);
    tally_.anything_related = tally_.anything_related || is_related(question, book_, roles);
  }
  note_unclaimed(question.initiator);
  note_unclaimed(question.responder);
  audit_.conversations.push_back({key, facts, std::move(question.initiator), std::move(question.responder),
                                  std::move(judgement), std::nullopt});
  if (transport) apply_waivers(audit_.conversations.back(), *transport);
  count(audit_.conversations.back());
}

// Waivers that have run out are counted where they match, so that it shows what they used to cover.
void AuditRun::apply_waivers(JudgedConversation& judged, Transport transport) {
  const Verdict verdict = judged.judgement.verdict;
  if (!is_flagged(verdict) && verdict != Verdict::unverified) return;
  for (std::size_t index = 0; index < audit_.waivers.size(); ++index) {
    const Waiver& waiver = inventory_->waivers[index];
    if (!covers(waiver, judged.initiator, judged.responder, transport, judged.key.port)) continue;
    ++audit_.waivers[index].matched;
    if (audit_.waivers[index].in_force && !judged.waiver) judged.waiver = index;
  }
}

void AuditRun::count(const JudgedConversation& judged) {
  if (judged.waiver) return;
  if (is_flagged(judged.judgement.verdict)) ++tally_.flagged;
  if (judged.judgement.verdict == Verdict::unverified) ++tally_.unverified;
}

void AuditRun::note_unclaimed(const Party& party) {
  if (inventory_ == nullptr || party.listed) return;
  if (!Parties::is_unclaimed_private(*inventory_, party.address)) return;
  audit_.unclaimed_private.push_back(party.address);
}

void AuditRun::find_result() {
  auto& reasons = audit_.result_reasons;
  if (tally_.flagged > 0) {
    audit_.result = AuditResult::fail;
    reasons.push_back(counted(tally_.flagged, "conversation is", "conversations are") +
                      " flagged without a waiver");
    return;
  }
  reasons = gap_reasons(settled_inputs(evidence_), inventory_ == nullptr ? Limits{} : inventory_->limits);
  if (!tally_.anything_related) {
    const bool read_something = std::any_of(evidence_.inputs.begin(), evidence_.inputs.end(),
                                            [](const Input& input) { return input.accounting.frames > 0; });
    reasons.emplace_back(read_something ? "nothing Citrix-related was seen"
                                        : "no packet was read, so nothing Citrix-related was seen");
  }
  if (inventory_ == nullptr) reasons.emplace_back("there is no inventory");
  if (tally_.unverified > 0) {
    reasons.push_back(counted(tally_.unverified, "conversation is", "conversations are") +
                      " unverified without a waiver");
  }
  audit_.result = reasons.empty() ? AuditResult::pass : AuditResult::inconclusive;
}

}  // namespace

Audit audit(const Evidence& evidence, const Catalog& catalog, const Inventory* inventory,
            const AuditOptions& options) {
  return AuditRun(evidence, catalog, inventory, options).finish();
}

std::optional<Transport> transport_of(std::uint8_t protocol) {
  switch (protocol) {
    case kProtocolTcp:
      return Transport::tcp;
    case kProtocolUdp:
      return Transport::udp;
    case kProtocolSctp:
      return Transport::sctp;
    case kProtocolIcmp:
    case kProtocolIcmpV6:
      return Transport::icmp;
    default:
      return std::nullopt;
  }
}

std::optional<Side> documented_service(const FlowKey& flow, const Parties& parties, const RuleBook& book) {
  const auto transport = transport_of(flow.protocol);
  if (!transport || !has_ports(flow.protocol)) return std::nullopt;
  const auto is_service = [&](Side side) {
    const Endpoint& server = flow.end(side);
    const RoleSet from = parties.roles_of(flow.end(other(side)).address);
    const RoleSet to = parties.roles_of(server.address);
    const auto& rules = book.on(*transport, server.port);
    return std::any_of(rules.begin(), rules.end(), [&](const BookedRule* booked) {
      return booked->documents_on(*transport) && booked->fits(from, to);
    });
  };
  const bool low = is_service(Side::low);
  const bool high = is_service(Side::high);
  if (low == high) return std::nullopt;
  return low ? Side::low : Side::high;
}

}  // namespace portproof
