#include "classify/discover/internal/scales.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <tuple>

#include "capture/base/applications.hpp"

// For every role that could explain a contact, how much likelier is the contact if the host has the role
// than if it has not? The natural logarithm of that ratio is the contact's gain; gains of independent
// contacts add up.
//
//   gain = ln((base + with) / (base + without))
//
//   base      how often this happens between hosts of no such role at all: high for web pages, next to
//             nothing for ICA
//   with      weight of the rule that would document it x belief in the peer's role x closeness. The belief
//             is at least `floor`, which is high for services that speak for themselves
//   without   how well the roles that the host already has explain the same contact
//
// Example. 10.20.4.7 answers on a port that hardly anything but Citrix uses (base 0.03, floor 0.1); a rule
// documents it from a gateway to a VDA, with weight 1.
//   peer known to be a gateway (belief 1):     ln((0.03 + 1) / 0.03)    = 3.5: nearly enough alone
//   peer of unknown role (belief 0.04 -> 0.1): ln((0.03 + 0.1) / 0.03)  = 1.5: a hint
//   the host already has the role `vda`:       with = without, ln 1     = 0: explained, says nothing new
//
// The last line is why a host does not collect every role that some rule could justify.
//
// Contacts on one service by one rule are not independent: a hundred clients of one web server say little
// more than one. So they are tallied together, the best gain counts, and a crowd raises it by a logarithm,
// less for services that anybody might use (`sum`). Services do add up.
//
// A host's own name, or the roles of its other address, raise a role that traffic supports already; a name
// alone proposes nothing, because it may be out of date.
//
// The constants were chosen on labelled estates; tests/golden/discover_figures.py measures how many roles
// come out right, and fails when it gets worse. The cost is contacts x rules that match one, and the book of
// explanations keeps each kind of contact's rules, so that they are looked up once.

namespace portproof {
namespace {

constexpr float kHintable = 0.3F;         // the least score that a name can raise
constexpr float kNameHint = 2.2F;         // what a name adds to a role that traffic supports
constexpr float kDefaultExplains = 0.8F;  // how well a default role explains what a user's machine does
constexpr float kLeastGain = 0.02F;
constexpr float kDirectionGuessed = 0.85F;

constexpr std::uint16_t kTftpPort = 69;
constexpr std::uint16_t kEndpointMapper = 135;

// Does a domain controller answer this without having any other role?
bool controller_answers(const Contact& contact) {
  constexpr std::array<std::uint16_t, 9> kPorts{123, 135, 139, 389, 445, 464, 636, 3268, 3269};
  return std::find(kPorts.begin(), kPorts.end(), contact.port) != kPorts.end();
}

// One role's gain from the contacts on one service by one rule.
struct Tally {
  float top{0};
  std::uint32_t peers{0};
  std::uint32_t example{0};
  const Rule* rule{nullptr};
  bool peer_sure{false};
  bool solid{false};
  bool special{false};
};

using ServiceKey = std::tuple<bool, Transport, std::uint16_t, Application, const Rule*>;
using Tallies = std::map<RoleId, std::map<ServiceKey, Tally>>;
using Service = std::tuple<bool, Transport, std::uint16_t>;

// How well a role explains a contact, and by which pair of roles.
struct Explained {
  float how_well{0};
  const RolePair* pair{nullptr};
};

// What one contact says about the host: for each role that could explain it, how much more likely the contact
// is with that role than without.
class Weighing {
 public:
  // `alike` is the number of contacts that the host has on the same service.
  Weighing(const Beliefs& beliefs, const Explanations& explanations, const ContactEnd& end,
           const RoleSet& assigned, std::size_t alike);

  void add_to(Tallies& tallies);

 private:
  void note_peer();
  void explain(const RolePair& pair);
  void note_explained(RoleId mine, float how_well);
  [[nodiscard]] float gain_of(RoleId role, const Explained& how) const;
  [[nodiscard]] Explained best_of(RoleId role) const;
  void take(RoleId role, const Explained& how, Tallies& tallies) const;

  const Beliefs& beliefs_;
  const RoleTable& roles_;
  const Explanations& explanations_;
  const ContactEnd& end_;
  const RoleSet& assigned_;
  std::size_t alike_;
  const Contact& contact_;
  std::uint32_t peer_;
  std::optional<RoleId> controller_;
  bool is_controller_;
  Background background_;
  bool peer_serves_{false};
  std::map<RoleId, Explained> by_role_;
  float explained_{0};  // by the roles that the host has
};

Weighing::Weighing(const Beliefs& beliefs, const Explanations& explanations, const ContactEnd& end,
                   const RoleSet& assigned, std::size_t alike)
    : beliefs_(beliefs),
      roles_(beliefs.roles()),
      explanations_(explanations),
      end_(end),
      assigned_(assigned),
      alike_(alike),
      contact_(beliefs.contacts().contacts[end.contact]),
      peer_(end.serves ? contact_.initiator : contact_.responder),
      controller_(roles_.find("domain-controller")),
      is_controller_(controller_ && assigned.contains(*controller_)),
      background_(explanations.background) {
  note_peer();
}

void Weighing::note_peer() {
  const std::vector<RoleId>& peer_roles = beliefs_.assigned(peer_);
  if (end_.serves && is_controller_ && controller_answers(contact_)) background_.floor = 0;
  // A peer known to be something else is hardly what this explanation needs.
  if (background_.special && !peer_roles.empty()) background_.floor *= 0.2F;
  // Servers do not browse.
  peer_serves_ = std::any_of(peer_roles.begin(), peer_roles.end(), [&](RoleId role) {
    return roles_.at(role).kind == RoleKind::citrix && roles_.at(role).id != "vda";
  });
  const bool human = background_.common || contact_.port == kEndpointMapper;
  if (end_.serves && human && peer_serves_) background_.responder *= 0.4F;
}

void Weighing::explain(const RolePair& pair) {
  const RoleId mine = end_.serves ? pair.to : pair.from;
  const RoleId theirs = end_.serves ? pair.from : pair.to;
  const float share = end_.serves ? pair.to_share : pair.from_share;
  if (beliefs_.is_impossible(peer_, theirs)) return;
  const float how_well = pair.weight * std::max(beliefs_.of(peer_, theirs), background_.floor) *
                         beliefs_.closeness(peer_, theirs);
  Explained& known = by_role_[mine];
  if (how_well * share > known.how_well) known = {how_well * share, &pair};
  note_explained(mine, how_well);
}

// A role that the host already has explains the contact in full, however many roles the rule names.
void Weighing::note_explained(RoleId mine, float how_well) {
  const std::string& name = roles_.at(mine).id;
  if (contact_.port == kTftpPort) return;  // the two roles that serve TFTP do not explain each other away
  // A domain controller that answers DNS is a DNS server as well.
  if (end_.serves && contact_.application == Application::dns && name == "domain-controller") return;
  if (assigned_.contains(mine)) {
    explained_ = std::max(explained_, how_well);
  } else if (assigned_.empty() && is_default(roles_.at(mine))) {
    // A host with sessions on many desktops is not a user but something that users connect through.
    constexpr float kDesktops = 3;
    const float crowd = std::min(1.0F, kDesktops / static_cast<float>(alike_));
    explained_ = std::max(explained_, how_well * kDefaultExplains * (end_.serves ? 1.0F : crowd));
  }
}

float Weighing::gain_of(RoleId role, const Explained& how) const {
  float base = end_.serves ? background_.responder : background_.initiator;
  if (end_.serves && background_.citrix_responder > 0 && roles_.at(role).kind == RoleKind::citrix) {
    base = background_.citrix_responder;
  }
  if (!end_.serves && how.pair != nullptr && beliefs_.contacts().hosts[peer_].place == Place::outside) {
    constexpr float kOnlyCitrix = 0.08F;
    constexpr float kAnybody = 1.5F;
    base = beliefs_.known(peer_).roles.contains(how.pair->to) ? kOnlyCitrix : kAnybody;
  }
  float without = explained_;
  if (end_.serves && is_controller_ && controller_answers(contact_) &&
      !beliefs_.companions(*controller_).contains(role)) {
    without = std::max(without, kDefaultExplains);
  }
  const float with = std::max(how.how_well, without);
  const float gain = std::log((base + with) / (base + without));
  return contact_.firm ? gain : gain * kDirectionGuessed;
}

// Whatever supports a role also supports the roles that imply it.
Explained Weighing::best_of(RoleId role) const {
  Explained best;
  for (const RoleId held : beliefs_.held(role)) {
    const auto found = by_role_.find(held);
    if (found != by_role_.end() && found->second.how_well > best.how_well) best = found->second;
  }
  return best;
}

void Weighing::take(RoleId role, const Explained& how, Tallies& tallies) const {
  const float gain = gain_of(role, how);
  if (gain <= kLeastGain) return;
  const Rule* const rule = how.pair->rule;
  Tally& tally = tallies[role][{end_.serves, contact_.transport, contact_.port, contact_.application, rule}];
  const RoleId theirs = end_.serves ? how.pair->from : how.pair->to;
  const bool sure = beliefs_.is_sure(peer_, theirs) && !beliefs_.known(peer_).weak.contains(theirs);
  if (gain >= kCounts) {
    ++tally.peers;
    tally.peer_sure = tally.peer_sure || sure;
    tally.solid =
        tally.solid || (end_.serves ? !background_.common || peer_serves_ : sure || !background_.common);
    tally.special = tally.special || (sure && background_.special);
  }
  if (gain <= tally.top) return;
  tally.top = gain;
  tally.example = end_.contact;
  tally.rule = rule;
}

void Weighing::add_to(Tallies& tallies) {
  for (const RolePair& pair : explanations_.pairs) explain(pair);
  for (std::size_t number = 0; number < roles_.roles().size(); ++number) {
    const auto role = static_cast<RoleId>(number);
    const Explained best = best_of(role);
    if (best.pair != nullptr && !assigned_.contains(role)) take(role, best, tallies);
  }
}

RoleScore sum(const std::map<ServiceKey, Tally>& tallies) {
  RoleScore total;
  std::map<Service, float> by_service;
  for (const auto& [service, tally] : tallies) {
    const auto& [serves, transport, port, application, rule] = service;
    const bool common = background_of(transport, port, application, {}).common;
    const float crowd = 0.3F * std::log2(static_cast<float>(std::max<std::uint32_t>(tally.peers, 1)));
    const float weight = tally.top * (1 + std::min(crowd, common ? 0.3F : 1.5F));
    total.score += weight;
    if (tally.top < kWorthReporting / 4) continue;
    total.supports.push_back({serves, transport, port, application, tally.rule,
                              std::max<std::uint32_t>(tally.peers, 1), tally.example, weight});
    if (tally.top < kCounts) continue;
    by_service[{serves, transport, port}] += weight;
    total.peers += tally.peers;
    total.peer_sure = total.peer_sure || tally.peer_sure;
    total.solid = total.solid || tally.solid;
    total.special = total.special || tally.special;
  }
  total.services = static_cast<std::uint32_t>(by_service.size());
  std::stable_sort(total.supports.begin(), total.supports.end(),
                   [](const Support& left, const Support& right) { return left.weight > right.weight; });
  return total;
}

}  // namespace

RoleScores Scales::scores(std::uint32_t host, const RoleSet& assigned) const {
  const Contacts& contacts = beliefs_.contacts();
  const ContactHost& self = contacts.hosts[host];
  const auto service_of = [&contacts](const ContactEnd& end) {
    const Contact& contact = contacts.contacts[end.contact];
    return Service{end.serves, contact.transport, contact.port};
  };
  std::map<Service, std::size_t> alike;
  for (const ContactEnd& end : self.ends) ++alike[service_of(end)];
  Tallies tallies;
  for (const ContactEnd& end : self.ends) {
    const Explanations& explanations = book_.of(contacts.contacts[end.contact]);
    if (explanations.pairs.empty()) continue;
    Weighing(beliefs_, explanations, end, assigned, alike[service_of(end)]).add_to(tallies);
  }
  RoleSet hinted = hints_.of(self.names);
  for (const std::uint32_t twin : beliefs_.twins(host)) {
    for (const RoleId role : beliefs_.assigned(twin)) hinted.insert(role);
  }
  RoleScores all;
  for (const auto& [role, by_service] : tallies) {
    RoleScore score = sum(by_service);
    if (score.score >= kHintable && hinted.contains(role)) {
      score.score += kNameHint;
      score.by_name = true;
    }
    all[role] = std::move(score);
  }
  return all;
}

}  // namespace portproof
