#include "classify/judge.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "capture/base/embedded_ipv4.hpp"
#include "classify/application_match.hpp"

// The verdict table is read from the top, and the first row that applies decides. The rows go from what
// is certain to what merely helps a person:
//
//   1        a rule forbids it
//   2 - 4    a rule fits roles, transport and port: documented, retired, or something else is spoken
//   5        nothing to do with Citrix: unrelated
//   6 - 8    no rule fits, for a reason that can be named: Citrix on a strange port, an
//            unlisted host, a name that was never seen
//   9 - 13   a rule nearly fits: turned round, other source, other destination, other transport, other peers
//   14       none of these
//
// The order is what keeps reasons true: "reversed" may only be said when no rule fits the direction as it
// is, and "unexpected source" only when the reversed direction fits none either. A row may rely on all
// rows above it having said no; docs/use/verdicts.md has the same table for readers.
//
// A broad rule (thousands of ports) is the danger, as it would document a scan. So it counts only for
// conversations that were answered, and only where no narrow rule fits.

namespace portproof {
namespace {

using BookedRules = std::vector<const BookedRule*>;

template <typename Condition>
BookedRules those(const BookedRules& rules, Condition condition) {
  BookedRules chosen;
  std::copy_if(rules.begin(), rules.end(), std::back_inserter(chosen), condition);
  return chosen;
}

bool in_force(const BookedRule* booked) {
  return booked->force != Force::not_in_force;
}

// Can the direction be held against a conversation? A contested one is the worse of two, which is chosen so
// that nobody escapes a rule by contesting it.
bool is_decided(DirectionBasis basis) {
  return is_firm(basis) || basis == DirectionBasis::contested;
}

RoleSet broadcast_roles(const RoleTable& roles) {
  const auto role = roles.find(kBroadcastRole);
  return role ? roles.held_by(*role) : RoleSet{};
}

// Packets with such an address that a station sent to another were on no loopback interface.
bool on_loopback(const Question& question) {
  return is_loopback(unmapped(question.initiator.address)) &&
         is_loopback(unmapped(question.responder.address)) && !question.initiator.on_link &&
         !question.responder.on_link;
}

// A listed host answers for all that it sends, and nobody outside is on a link of the estate.
bool between_routers(const Question& question) {
  const auto may_be_router = [](const Party& end) { return !end.listed && !end.outside; };
  return question.between_routers && may_be_router(question.initiator) && may_be_router(question.responder);
}

// One conversation to be judged by the verdict table. Each test_N is a row: it either decides or leaves the
// case to the next row.
class Case {
 public:
  Case(const Question& question, const RuleBook& book, const RoleTable& roles)
      : question_(question),
        book_(book),
        from_(question.initiator),
        to_(question.responder),
        citrix_(roles.of_kind(RoleKind::citrix)),
        cloud_{roles.of_kind(RoleKind::cloud), {}},
        broadcast_{broadcast_roles(roles), {}},
        on_port_(book.on(question.transport, question.port)),
        matched_(match()),
        documenting_(those(on_port_, [&](const BookedRule* booked) {
          return booked->documents_on(question.transport, question.port);
        })) {}

  [[nodiscard]] bool is_related() const;
  Judgement decide();

 private:
  [[nodiscard]] BookedRules match() const;
  [[nodiscard]] bool is_distinctive() const;
  [[nodiscard]] bool feigns_broadcast() const;
  [[nodiscard]] bool is_broad(const BookedRule* booked) const;
  [[nodiscard]] bool is_expected_by(const BookedRule* booked) const;
  [[nodiscard]] bool is_hiding_place() const;

  bool test_1_denied();
  bool test_2_to_4_matched();
  bool test_6_citrix_protocol();
  bool test_7_unlisted();
  bool test_8_name_not_seen();
  bool test_9_reversed();
  bool test_10_to_11_other_end();
  bool test_12_other_transport();
  bool test_13_other_peers();
  void test_14_otherwise();

  bool settle(int test, Verdict verdict, Reason reason, const BookedRules& rules);
  void qualify(const BookedRules& rules);
  [[nodiscard]] bool has_encrypted_alternative(const BookedRule& booked) const;

  const Question& question_;
  const RuleBook& book_;
  const Identity& from_;
  const Identity& to_;
  const RoleSet citrix_;
  const Identity cloud_;  // any cloud service
  const Identity broadcast_;
  const BookedRules& on_port_;
  const BookedRules matched_;      // M in the table
  const BookedRules documenting_;  // the rules that document transport and port, whatever the roles
  Judgement judgement_;
};

// All rules except deny rules that fit roles, transport and port. A broad rule requires an answer, so that it
// cannot shelter a scan, and counts only if no narrow rule fits. On a transport without client and server, a
// rule fits both ways.
BookedRules Case::match() const {
  const bool both_ways = !has_direction(question_.transport);
  BookedRules matched = those(on_port_, [&](const BookedRule* booked) {
    const bool fits = booked->fits(from_, to_) || (both_ways && booked->fits(to_, from_));
    return !booked->rule->deny && fits && (question_.answered || !is_broad(booked));
  });
  const auto narrow = [&](const BookedRule* booked) { return !is_broad(booked); };
  if (std::any_of(matched.begin(), matched.end(), narrow)) return those(matched, narrow);
  return matched;
}

bool Case::is_broad(const BookedRule* booked) const {
  return booked->is_broad_on(question_.transport, question_.port);
}

bool Case::is_expected_by(const BookedRule* booked) const {
  return expects(*booked->rule, question_.application, question_.transport, question_.port);
}

// Does a rule for this port and application have the catalog's mark? It counts even if the rule is retired.
bool Case::is_distinctive() const {
  return std::any_of(on_port_.begin(), on_port_.end(), [&](const BookedRule* booked) {
    return booked->rule->distinctive && !booked->rule->deny && is_expected_by(booked);
  });
}

// Broadcast frames to one host, among others, look like a broadcast that a rule documents for the initiator.
bool Case::feigns_broadcast() const {
  return question_.some_broadcast &&
         std::any_of(documenting_.begin(), documenting_.end(),
                     [&](const BookedRule* booked) { return booked->fits(from_, broadcast_); });
}

// Traffic inside a tunnel or an unusual protocol could be hidden from this table, so the tunnel itself is
// judged.
bool Case::is_hiding_place() const {
  const bool listed = question_.initiator.listed || question_.responder.listed;
  return listed && (question_.carries || !is_common(question_.transport));
}

bool Case::is_related() const {
  if (on_loopback(question_) || between_routers(question_)) return false;
  if (is_hiding_place() || feigns_broadcast()) return true;
  return from_.roles.overlaps(citrix_) || to_.roles.overlaps(citrix_) ||
         is_citrix_protocol(question_.application) || is_distinctive();
}

Judgement Case::decide() {
  if (on_loopback(question_)) return judgement_;
  if (test_1_denied() || test_2_to_4_matched() || !is_related()) return judgement_;
  if (test_6_citrix_protocol() || test_7_unlisted() || test_8_name_not_seen() || test_9_reversed() ||
      test_10_to_11_other_end() || test_12_other_transport() || test_13_other_peers()) {
    return judgement_;
  }
  test_14_otherwise();
  return judgement_;
}

bool Case::settle(int test, Verdict verdict, Reason reason, const BookedRules& rules) {
  judgement_.test = test;
  judgement_.verdict = verdict;
  judgement_.reason = reason;
  for (const BookedRule* const booked : rules) judgement_.rules.push_back(booked->rule);
  if (verdict != Verdict::documented && !rules.empty()) judgement_.nearest = rules.front()->rule;
  return true;
}

bool Case::test_1_denied() {
  if (!is_decided(question_.basis)) return false;
  const BookedRules denying = those(on_port_, [&](const BookedRule* booked) {
    return booked->rule->deny && in_force(booked) && booked->fits(from_, to_);
  });
  if (denying.empty()) return false;
  // A broad [[allow]] requires an answer here too, so that it cannot shelter a scan.
  const bool allowed = std::any_of(on_port_.begin(), on_port_.end(), [&](const BookedRule* booked) {
    return booked->allow && booked->fits(from_, to_) && (question_.answered || !is_broad(booked));
  });
  return !allowed && settle(1, Verdict::unexpected, Reason::denied, denying);
}

bool Case::test_2_to_4_matched() {
  if (matched_.empty()) return false;
  const BookedRules valid = those(matched_, in_force);
  if (valid.empty()) return settle(2, Verdict::unexpected, Reason::not_in_force, matched_);
  const BookedRules expecting =
      those(valid, [&](const BookedRule* booked) { return is_expected_by(booked); });
  if (expecting.empty()) return settle(3, Verdict::unexpected, Reason::application_mismatch, valid);
  settle(4, Verdict::documented, Reason::none, expecting);
  qualify(expecting);
  return true;
}

bool Case::test_6_citrix_protocol() {
  if (!is_citrix_protocol(question_.application)) return false;
  const bool expected = std::any_of(documenting_.begin(), documenting_.end(),
                                    [&](const BookedRule* booked) { return is_expected_by(booked); });
  return !expected && settle(6, Verdict::undocumented, Reason::citrix_on_undocumented_port, {});
}

bool Case::test_7_unlisted() {
  if (documenting_.empty() || question_.initiator.listed || question_.responder.listed) return false;
  if (!question_.has_inventory) return settle(7, Verdict::unverified, Reason::no_inventory, documenting_);
  return settle(7, Verdict::unexpected, Reason::unlisted_host, documenting_);
}

bool Case::test_8_name_not_seen() {
  const Party& responder = question_.responder;
  if (!responder.outside || responder.listed || responder.named ||
      question_.name_state != NameState::unseen) {
    return false;
  }
  const BookedRules possible = those(documenting_, [&](const BookedRule* booked) {
    return booked->fits(from_, cloud_) && is_expected_by(booked);
  });
  return !possible.empty() && settle(8, Verdict::unverified, Reason::name_not_seen, possible);
}

bool Case::test_9_reversed() {
  if (!is_decided(question_.basis) || question_.initiator.default_only || question_.responder.default_only) {
    return false;
  }
  const BookedRules turned =
      those(documenting_, [&](const BookedRule* booked) { return booked->fits(to_, from_); });
  return !turned.empty() && settle(9, Verdict::unexpected, Reason::reversed_direction, turned);
}

// No rule between these two roles is left at this point: it would have matched earlier.
bool Case::test_10_to_11_other_end() {
  const BookedRules answered =
      those(documenting_, [&](const BookedRule* booked) { return booked->may_answer(to_); });
  if (!answered.empty()) return settle(10, Verdict::unexpected, Reason::unexpected_source, answered);
  const BookedRules opened =
      those(documenting_, [&](const BookedRule* booked) { return booked->may_open(from_); });
  return !opened.empty() && settle(11, Verdict::unexpected, Reason::unexpected_destination, opened);
}

bool Case::test_12_other_transport() {
  if (!has_ports(question_.transport)) return false;
  BookedRules elsewhere;
  for (const Transport transport : {Transport::tcp, Transport::udp, Transport::sctp}) {
    if (transport == question_.transport) continue;
    for (const BookedRule* const booked : book_.on(transport, question_.port)) {
      const bool new_one = std::find(elsewhere.begin(), elsewhere.end(), booked) == elsewhere.end();
      if (new_one && booked->documents_on(transport, question_.port) && booked->fits(from_, to_))
        elsewhere.push_back(booked);
    }
  }
  std::sort(elsewhere.begin(), elsewhere.end(),
            [](const BookedRule* a, const BookedRule* b) { return a->rule->id < b->rule->id; });
  return !elsewhere.empty() && settle(12, Verdict::undocumented, Reason::undocumented_transport, elsewhere);
}

bool Case::test_13_other_peers() {
  const bool marked = std::any_of(on_port_.begin(), on_port_.end(), [](const BookedRule* booked) {
    return booked->rule->distinctive && !booked->rule->deny;
  });
  return marked && !documenting_.empty() &&
         settle(13, Verdict::unexpected, Reason::unexpected_peers, documenting_);
}

void Case::test_14_otherwise() {
  const bool icmp = question_.transport == Transport::icmp || question_.transport == Transport::icmp_other;
  const bool common = is_common(question_.transport);
  settle(14, Verdict::undocumented,
         icmp     ? Reason::undocumented_icmp
         : common ? Reason::undocumented_port
                  : Reason::undocumented_protocol,
         {});
}

bool Case::has_encrypted_alternative(const BookedRule& booked) const {
  if (booked.rule->encrypted_alternative.empty()) return false;
  const BookedRule* const other = book_.find(booked.rule->encrypted_alternative);
  return other != nullptr && in_force(other) && (other->fits(from_, to_) || other->fits(to_, from_));
}

void Case::qualify(const BookedRules& rules) {
  const auto set = [&](Qualifier qualifier, bool holds) {
    judgement_.qualifiers.set(static_cast<std::size_t>(qualifier), holds);
  };
  const auto all = [&](auto condition) { return std::all_of(rules.begin(), rules.end(), condition); };
  set(Qualifier::assumed_direction, has_direction(question_.transport) && !is_decided(question_.basis));
  set(Qualifier::broad_rule, all([&](const BookedRule* booked) { return is_broad(booked); }));
  set(Qualifier::by_station, question_.initiator.by_station || question_.responder.by_station);
  set(Qualifier::cleartext, !is_encrypted(question_.application) && all([&](const BookedRule* booked) {
        return has_encrypted_alternative(*booked);
      }));
  set(Qualifier::conditional,
      all([](const BookedRule* booked) { return booked->force == Force::conditional; }));
  set(Qualifier::contested, question_.basis == DirectionBasis::contested);
  set(Qualifier::name_claimed, question_.initiator.name_claimed || question_.responder.name_claimed);
  set(Qualifier::not_answered, !question_.answered && question_.state != FlowState::one_way);
  set(Qualifier::shared_domain, question_.initiator.shared_domain || question_.responder.shared_domain);
  set(Qualifier::unasked_name, question_.initiator.unasked_name || question_.responder.unasked_name);
}

Judgement decide(const Question& question, const RuleBook& book, const RoleTable& roles) {
  Judgement judgement = Case(question, book, roles).decide();
  judgement.application = question.application;
  return judgement;
}

// Judges as the hosts that the addresses claim to be, and as what they are without that, in every
// combination. The worst judgement stands; nothing is documented by a claim, and nothing unrelated by the
// lack of one.
Judgement judge_claims(const Question& question, const RuleBook& book, const RoleTable& roles) {
  std::optional<Judgement> worst;
  Judgement last;
  for (const bool as_initiator : {true, false}) {
    for (const bool as_responder : {true, false}) {
      Question one = question;
      if (!as_initiator && question.initiator.as_itself) one.initiator = *question.initiator.as_itself;
      if (!as_responder && question.responder.as_itself) one.responder = *question.responder.as_itself;
      last = decide(one, book, roles);
      if (!worst || severity_of(last.verdict) > severity_of(worst->verdict)) worst = last;
    }
  }
  if (worst->verdict != Verdict::documented || last.verdict == Verdict::documented) {
    return worst->verdict == Verdict::documented ? last : *worst;
  }
  worst->verdict = Verdict::unverified;
  worst->reason = Reason::uncertain_host;
  worst->nearest = worst->rules.front();
  worst->qualifiers.reset();
  return *worst;
}

}  // namespace

Judgement judge(const Question& question, const RuleBook& book, const RoleTable& roles) {
  const bool claims = question.initiator.as_itself || question.responder.as_itself;
  Judgement judgement = claims ? judge_claims(question, book, roles) : decide(question, book, roles);
  const bool uncertain = question.initiator.may_be_listed || question.responder.may_be_listed;
  if (uncertain && judgement.verdict == Verdict::unrelated) {
    judgement.verdict = Verdict::unverified;
    judgement.reason = Reason::uncertain_host;
  }
  return judgement;
}

bool is_related(const Question& question, const RuleBook& book, const RoleTable& roles) {
  return Case(question, book, roles).is_related();
}

}  // namespace portproof
