#include "classify/discover/labelling.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "classify/discover/name_hints.hpp"

namespace portproof {
namespace {

// Odds are natural logarithms. A single contact of a rare kind with a peer of known role is worth about 3.
constexpr float kEnough = 2.6F;
constexpr float kCertain = 6.0F;
constexpr float kWorthTelling = 0.8F;
constexpr float kMargin = 0.7F;    // by which a role has to beat another that explains the same
constexpr float kCounts = 0.5F;    // the least that a support counts for
constexpr float kHintable = 0.3F;  // the least that a role needs to be helped by a name
constexpr float kNameHint = 2.2F;  // what a name adds to a role that traffic speaks for
constexpr std::size_t kRounds = 12;

// The first rounds believe only what is clearest, so that it is there when the rest is weighed.
float threshold_of(std::size_t round) {
  constexpr std::array<float, 4> kFirst{4.5F, 3.8F, 3.2F, kEnough};
  return round < kFirst.size() ? kFirst[round] : kEnough;
}

// What an address is by its place alone, before anything is known.
constexpr float kAnyRole = 0.04F;
constexpr float kDefaultRole = 0.3F;
constexpr float kDefaultExplains = 0.8F;  // what a user's machine does needs no other role
constexpr float kMostUnproved = 0.5F;

// Roles that a host of one kind usually has together: the second needs no more proof than the first.
constexpr std::array<std::array<std::string_view, 4>, 3> kCompanions{
    {{"domain-controller", "ldap-server", "dns-server", "ntp-server"},
     {"snmp-manager", "syslog-server", "netflow-collector", ""},
     {"dhcp-server", "pxe-service", "tftp-server", ""}}};

constexpr std::uint16_t kTftpPort = 69;

// A domain controller answers all of this without being more than that.
bool controller_answers(const Contact& contact) {
  constexpr std::array<std::uint16_t, 9> kPorts{123, 135, 139, 389, 445, 464, 636, 3268, 3269};
  return std::find(kPorts.begin(), kPorts.end(), contact.port) != kPorts.end();
}

// One role's gain from the contacts of one service and rule.
struct Tally {
  float top{0};
  std::uint32_t peers{0};
  std::uint32_t example{0};
  const Rule* rule{nullptr};
  bool peer_sure{false};
  bool solid{false};  // more than web pages for whoever comes by
  bool special{false};
};

using ServiceKey = std::tuple<bool, Transport, std::uint16_t, Application, const Rule*>;

struct RoleScore {
  float score{0};
  std::vector<Support> supports;
  std::uint32_t services{0};
  std::uint32_t peers{0};
  bool peer_sure{false};
  bool solid{false};
  bool special{false};  // a peer of known role, on a service that is hardly anything else
  bool by_name{false};
};

class Labeller {
 public:
  Labeller(const Contacts& contacts, ExplanationBook& book, const RoleTable& roles,
           const std::vector<Known>& known)
      : contacts_(contacts),
        book_(book),
        roles_(roles),
        known_(known),
        hints_(roles),
        count_(roles.roles().size()) {
    for (std::size_t role = 0; role < count_; ++role) held_.push_back(members_of(roles.held_by(id(role))));
    note_companions();
    note_twins();
    start_beliefs();
  }

  Labelling run();

 private:
  static RoleId id(std::size_t role) { return static_cast<RoleId>(role); }
  [[nodiscard]] std::vector<RoleId> members_of(const RoleSet& set) const {
    std::vector<RoleId> members;
    for (std::size_t role = 0; role < count_; ++role) {
      if (set.contains(id(role))) members.push_back(id(role));
    }
    return members;
  }
  [[nodiscard]] bool is_judged(std::size_t host) const {
    return contacts_.hosts[host].place == Place::inside && known_[host].roles.empty();
  }
  void note_companions();
  void note_twins();
  void start_beliefs();
  [[nodiscard]] float belief(std::uint32_t host, RoleId role) const {
    return beliefs_[row_[host] * count_ + role];
  }
  [[nodiscard]] bool is_sure(std::uint32_t host, RoleId role) const { return belief(host, role) >= 1.0F; }
  // By its place alone: an inside host is neither the internet nor a cloud.
  [[nodiscard]] bool is_impossible(std::uint32_t host, RoleId role) const {
    return is_judged(host) && belief(host, role) <= 0.0F;
  }
  bool assign(std::uint32_t host, float enough);
  void believe(std::uint32_t host, std::vector<float>& next) const;
  [[nodiscard]] std::map<RoleId, RoleScore> scores(std::uint32_t host, const RoleSet& assigned) const;
  [[nodiscard]] float closeness(std::uint32_t peer, RoleId role) const;
  void weigh(const ContactEnd& end, const RoleSet& assigned, std::size_t alike,
             std::map<RoleId, std::map<ServiceKey, Tally>>& tallies) const;
  [[nodiscard]] RoleScore sum(const std::map<ServiceKey, Tally>& tallies) const;
  [[nodiscard]] bool is_founded(RoleId role, const RoleScore& score, const RoleSet& assigned) const;
  [[nodiscard]] bool is_outvoted(RoleId role, const std::map<RoleId, RoleScore>& all,
                                 const RoleSet& assigned) const;
  [[nodiscard]] std::optional<RoleId> rival(std::uint32_t host, RoleId role,
                                            const std::map<RoleId, RoleScore>& all,
                                            const RoleSet& assigned) const;
  [[nodiscard]] bool holds(RoleId role, RoleId implied) const {
    return std::find(held_[role].begin(), held_[role].end(), implied) != held_[role].end();
  }
  HostRoles findings(std::uint32_t host) const;

  const Contacts& contacts_;
  ExplanationBook& book_;
  const RoleTable& roles_;
  const std::vector<Known>& known_;
  NameHints hints_;
  std::size_t count_;
  std::vector<std::vector<RoleId>> held_;          // by role: itself, and what it implies
  std::vector<RoleSet> companions_;                // by role
  std::vector<std::vector<std::uint32_t>> twins_;  // by host
  std::vector<std::size_t> row_;                   // by host: which row of beliefs
  std::vector<float> beliefs_;                     // rows of `count_` roles
  std::vector<std::vector<RoleId>> assigned_;      // by host, in the order in which they were found
};

void Labeller::note_companions() {
  companions_.resize(count_);
  for (const auto& group : kCompanions) {
    RoleSet set;
    for (const std::string_view role : group) {
      if (const auto found = roles_.find(role)) set.insert(*found);
    }
    for (const RoleId role : members_of(set)) companions_[role] = set;
  }
}

// A name that connections gave to an address of either family: one host, or one service, with two addresses.
void Labeller::note_twins() {
  twins_.resize(contacts_.hosts.size());
  std::map<std::string_view, std::vector<std::uint32_t>> by_name;
  for (std::uint32_t host = 0; host < contacts_.hosts.size(); ++host) {
    if (contacts_.hosts[host].place != Place::inside) continue;
    for (const std::string& name : contacts_.hosts[host].names) by_name[name].push_back(host);
  }
  for (const auto& [name, hosts] : by_name) {
    if (hosts.size() != 2) continue;
    const auto family = [&](std::uint32_t host) { return contacts_.hosts[host].address.family; };
    if (family(hosts[0]) == family(hosts[1])) continue;
    twins_[hosts[0]].push_back(hosts[1]);
    twins_[hosts[1]].push_back(hosts[0]);
  }
}

// Hosts whose roles are not asked for share a row with their kind, as long as nothing is known of them.
void Labeller::start_beliefs() {
  enum Shared : std::size_t { outside, broadcast, count };
  beliefs_.assign(Shared::count * count_, 0.0F);
  const auto set = [&](std::size_t row, std::string_view role, float value) {
    if (const auto found = roles_.find(role)) beliefs_[row * count_ + *found] = value;
  };
  set(Shared::outside, "internet", 1.0F);
  for (const std::string_view role : {"workspace-app", "user-device", "mobile-device"}) {
    set(Shared::outside, role, kMostUnproved);
  }
  set(Shared::broadcast, "broadcast", 1.0F);
  assigned_.resize(contacts_.hosts.size());
  for (std::size_t host = 0; host < contacts_.hosts.size(); ++host) {
    const Place place = contacts_.hosts[host].place;
    const Known& known = known_[host];
    const bool shares = place != Place::inside && known.roles.empty() && known.weak.empty();
    if (shares) {
      row_.push_back(place == Place::outside ? Shared::outside : Shared::broadcast);
      continue;
    }
    row_.push_back(beliefs_.size() / count_);
    for (std::size_t role = 0; role < count_; ++role) {
      const RoleKind kind = roles_.at(id(role)).kind;
      float value = 0;
      if (known.roles.contains(id(role)) || known.weak.contains(id(role))) {
        value = 1;
      } else if (place == Place::inside && known.roles.empty() && kind != RoleKind::cloud &&
                 kind != RoleKind::group) {
        value = kAnyRole;
      }
      beliefs_.push_back(value);
    }
    if (place != Place::inside || !known.roles.empty()) continue;
    for (const std::string_view role : {"internet", "broadcast"}) set(row_.back(), role, 0.0F);
    for (const std::string_view role : {"workspace-app", "user-device"}) set(row_.back(), role, kDefaultRole);
  }
}

// How closely the role describes an outside peer that its names give several roles: a name of the control
// plane is one of Citrix Cloud as well, and says more than that.
float Labeller::closeness(std::uint32_t peer, RoleId role) const {
  if (contacts_.hosts[peer].place != Place::outside) return 1;
  std::size_t fewest = roles_.at(role).names.size();
  for (const RoleSet* set : {&known_[peer].roles, &known_[peer].weak}) {
    if (!set->contains(role)) continue;
    for (const RoleId other : members_of(*set)) fewest = std::min(fewest, roles_.at(other).names.size());
  }
  constexpr float kLoosely = 0.4F;
  return fewest < roles_.at(role).names.size() ? kLoosely : 1.0F;
}

// What one contact says of the host: for each role that could explain it, how much more likely it is with
// that role than without. `alike` is how many contacts of its service the host has.
void Labeller::weigh(const ContactEnd& end, const RoleSet& assigned, std::size_t alike,
                     std::map<RoleId, std::map<ServiceKey, Tally>>& tallies) const {
  struct Explained {
    float how_well{0};
    const RolePair* pair{nullptr};
  };
  const Contact& contact = contacts_.contacts[end.contact];
  const Explanations& explanations = book_.of(contact);
  if (explanations.pairs.empty()) return;
  const std::uint32_t peer = end.serves ? contact.initiator : contact.responder;
  const Known& peer_known = known_[peer];
  const auto controller = roles_.find("domain-controller");
  Background background = explanations.background;
  const bool is_controller = controller && assigned.contains(*controller);
  if (end.serves && is_controller && controller_answers(contact)) background.floor = 0;
  // A peer that is known for something else is hardly what this would take.
  if (background.special && !assigned_[peer].empty()) background.floor *= 0.2F;
  // Servers do not browse.
  const bool peer_serves = std::any_of(assigned_[peer].begin(), assigned_[peer].end(), [&](RoleId role) {
    return roles_.at(role).kind == RoleKind::citrix && roles_.at(role).id != "vda";
  });
  constexpr std::uint16_t kEndpointMapper = 135;
  const bool human = background.common || contact.port == kEndpointMapper;
  if (end.serves && human && peer_serves) background.responder *= 0.4F;

  std::map<RoleId, Explained> by_role;
  float explained = 0;
  for (const RolePair& pair : explanations.pairs) {
    const RoleId mine = end.serves ? pair.to : pair.from;
    const RoleId theirs = end.serves ? pair.from : pair.to;
    const float share = end.serves ? pair.to_share : pair.from_share;
    if (is_impossible(peer, theirs)) continue;
    const float how_well =
        pair.weight * std::max(belief(peer, theirs), background.floor) * closeness(peer, theirs);
    Explained& known = by_role[mine];
    if (how_well * share > known.how_well) known = {how_well * share, &pair};
    // A role that the host has explains as well as another, however many the rule names.
    const std::string& name = roles_.at(mine).id;
    if (contact.port == kTftpPort) continue;  // both roles that serve there stand for themselves
    // A controller of the domain that answers DNS is a DNS server besides.
    if (end.serves && contact.application == Application::dns && name == "domain-controller") continue;
    if (assigned.contains(mine)) {
      explained = std::max(explained, how_well);
    } else if (assigned.empty() && (name == "workspace-app" || name == "user-device")) {
      // Somebody who has sessions on many desktops is no user, but what users come through.
      constexpr float kDesktops = 3;
      const float crowd = std::min(1.0F, kDesktops / static_cast<float>(alike));
      explained = std::max(explained, how_well * kDefaultExplains * (end.serves ? 1.0F : crowd));
    }
  }
  const auto gain_of = [&](RoleId role, const Explained& how) {
    float base = end.serves ? background.responder : background.initiator;
    if (end.serves && background.citrix_responder > 0 && roles_.at(role).kind == RoleKind::citrix) {
      base = background.citrix_responder;
    }
    if (!end.serves && how.pair != nullptr && contacts_.hosts[peer].place == Place::outside) {
      constexpr float kOnlyCitrix = 0.08F;
      constexpr float kAnybody = 1.5F;
      base = peer_known.roles.contains(how.pair->to) ? kOnlyCitrix : kAnybody;
    }
    float without = explained;
    if (end.serves && is_controller && controller_answers(contact) &&
        !companions_[*controller].contains(role)) {
      without = std::max(without, kDefaultExplains);
    }
    const float with = std::max(how.how_well, without);
    const float gain = std::log((base + with) / (base + without));
    constexpr float kDirectionGuessed = 0.85F;
    return contact.firm ? gain : gain * kDirectionGuessed;
  };
  // A role is also spoken for by what speaks for the roles that it implies.
  const auto take = [&](RoleId role, const Explained& how) {
    const float gain = gain_of(role, how);
    if (gain <= 0.02F) return;
    const Rule* const rule = how.pair->rule;
    Tally& tally = tallies[role][{end.serves, contact.transport, contact.port, contact.application, rule}];
    const RoleId theirs = end.serves ? how.pair->from : how.pair->to;
    const bool sure = is_sure(peer, theirs) && !peer_known.weak.contains(theirs);
    if (gain >= kCounts) {
      ++tally.peers;
      tally.peer_sure = tally.peer_sure || sure;
      tally.solid =
          tally.solid || (end.serves ? !background.common || peer_serves : sure || !background.common);
      tally.special = tally.special || (sure && background.special);
    }
    if (gain <= tally.top) return;
    tally.top = gain;
    tally.example = end.contact;
    tally.rule = rule;
  };
  for (std::size_t role = 0; role < count_; ++role) {
    Explained best;
    for (const RoleId held : held_[role]) {
      const auto found = by_role.find(held);
      if (found != by_role.end() && found->second.how_well > best.how_well) best = found->second;
    }
    if (best.pair != nullptr && !assigned.contains(id(role))) take(id(role), best);
  }
}

RoleScore Labeller::sum(const std::map<ServiceKey, Tally>& tallies) const {
  RoleScore total;
  std::map<std::tuple<bool, Transport, std::uint16_t>, float> by_service;
  for (const auto& [service, tally] : tallies) {
    const auto& [serves, transport, port, application, rule] = service;
    const bool common = background_of(transport, port, application, {}).common;
    const float crowd = 0.3F * std::log2(static_cast<float>(std::max<std::uint32_t>(tally.peers, 1)));
    const float weight = tally.top * (1 + std::min(crowd, common ? 0.3F : 1.5F));
    total.score += weight;
    if (tally.top < kWorthTelling / 4) continue;
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

std::map<RoleId, RoleScore> Labeller::scores(std::uint32_t host, const RoleSet& assigned) const {
  const ContactHost& self = contacts_.hosts[host];
  std::map<std::tuple<bool, Transport, std::uint16_t>, std::size_t> alike;
  for (const ContactEnd& end : self.ends) {
    const Contact& contact = contacts_.contacts[end.contact];
    ++alike[{end.serves, contact.transport, contact.port}];
  }
  std::map<RoleId, std::map<ServiceKey, Tally>> tallies;
  for (const ContactEnd& end : self.ends) {
    const Contact& contact = contacts_.contacts[end.contact];
    weigh(end, assigned, alike[{end.serves, contact.transport, contact.port}], tallies);
  }
  RoleSet hinted = hints_.of(self.names);
  for (const std::uint32_t twin : twins_[host]) {
    for (const RoleId role : assigned_[twin]) hinted.insert(role);
  }
  std::map<RoleId, RoleScore> all;
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

// Chance or a single forbidden flow must not make a role: it takes two independent witnesses, or one whose
// own role is known; and for another role of a host that has one, two.
bool Labeller::is_founded(RoleId role, const RoleScore& score, const RoleSet& assigned) const {
  const Role& what = roles_.at(role);
  const bool plural = score.peers >= 2 || score.services >= 2 || (score.by_name);
  // Every network has databases and file servers; those that nothing of Citrix uses are not asked for.
  const bool everywhere = what.id == "dns-server" || what.id == "domain-controller";
  if (what.kind == RoleKind::infrastructure && !everywhere && !score.peer_sure) return false;
  if (!score.solid && !score.by_name) return false;
  if (assigned.empty() || companions_[role].overlaps(assigned)) return plural || score.peer_sure;
  return plural || score.special;
}

// One witness for one thing, and several for another: the one may be a stray.
bool Labeller::is_outvoted(RoleId role, const std::map<RoleId, RoleScore>& all,
                           const RoleSet& assigned) const {
  const RoleScore& score = all.at(role);
  if (score.peers != 1 || score.services != 1 || score.by_name) return false;
  if (companions_[role].overlaps(assigned)) return false;
  const Support& witness = score.supports.front();
  return std::any_of(all.begin(), all.end(), [&](const auto& entry) {
    const auto& [other, known] = entry;
    if (other == role || known.peers < 2 || !known.solid || !is_proposable(roles_.at(other))) return false;
    const Support& first = known.supports.front();
    return first.serves && witness.serves && first.peers >= 2 && first.port != witness.port;
  });
}

// Another role that would explain what speaks for this one, and is not clearly behind. One that implies the
// other is no rival where it explains more: then it wins by its score.
std::optional<RoleId> Labeller::rival(std::uint32_t host, RoleId role, const std::map<RoleId, RoleScore>& all,
                                      const RoleSet& assigned) const {
  const auto score_in = [](const std::map<RoleId, RoleScore>& scores, RoleId wanted) {
    const auto known = scores.find(wanted);
    return known == scores.end() ? 0.0F : known->second.score;
  };
  RoleSet with = assigned;
  with.insert(roles_.held_by(role));
  std::optional<std::map<RoleId, RoleScore>> rest;
  std::optional<RoleId> found;
  float best = all.at(role).score - kMargin;
  for (const auto& [other, known] : all) {
    if (other == role || known.score < best || !is_proposable(roles_.at(other))) continue;
    if (holds(other, role) || holds(role, other)) continue;
    float own = known.score;
    // What both imply speaks for both: only what is beyond it decides between them.
    RoleSet shared = assigned;
    bool share = false;
    for (const RoleId implied : held_[role]) {
      if (implied == role || !holds(other, implied)) continue;
      shared.insert(implied);
      share = true;
    }
    if (share) {
      const auto beyond = scores(host, shared);
      own = score_in(beyond, other);
      if (own < score_in(beyond, role) - kMargin) continue;
    }
    if (!rest) rest = scores(host, with);
    if (score_in(*rest, other) > 0.4F * own) continue;  // it stands by itself
    best = known.score;
    found = other;
  }
  return found;
}

bool Labeller::assign(std::uint32_t host, float enough) {
  bool changed = false;
  RoleSet assigned;
  for (const RoleId role : assigned_[host]) assigned.insert(roles_.held_by(role));
  RoleSet refused;
  for (std::size_t step = 0; step < 8; ++step) {
    const std::map<RoleId, RoleScore> all = scores(host, assigned);
    std::optional<RoleId> best;
    for (const auto& [role, score] : all) {
      if (score.score < enough || refused.contains(role) || !is_proposable(roles_.at(role))) continue;
      const bool better = !best || score.score > all.at(*best).score + 0.001F ||
                          (score.score > all.at(*best).score - 0.001F && holds(*best, role));
      if (better) best = role;
    }
    if (!best) break;
    if (!is_founded(*best, all.at(*best), assigned) || is_outvoted(*best, all, assigned) ||
        rival(host, *best, all, assigned)) {
      refused.insert(*best);
      continue;
    }
    assigned_[host].push_back(*best);
    assigned.insert(roles_.held_by(*best));
    changed = true;
  }
  return changed;
}

void Labeller::believe(std::uint32_t host, std::vector<float>& next) const {
  RoleSet assigned;
  for (const RoleId role : assigned_[host]) assigned.insert(roles_.held_by(role));
  const std::map<RoleId, RoleScore> all = scores(host, assigned);
  float* const row = next.data() + row_[host] * count_;
  for (std::size_t role = 0; role < count_; ++role) {
    const RoleKind kind = roles_.at(id(role)).kind;
    const std::string& name = roles_.at(id(role)).id;
    if (assigned.contains(id(role))) {
      row[role] = 1;
      continue;
    }
    if (kind == RoleKind::cloud || kind == RoleKind::group || name == "internet" || name == "broadcast")
      continue;
    const bool is_default = name == "workspace-app" || name == "user-device";
    float value = is_default ? kDefaultRole : kAnyRole;
    const auto found = all.find(id(role));
    if (found != all.end()) {
      const float odds = std::log(value / (1 - value)) + found->second.score;
      value = std::min(kMostUnproved, 1 / (1 + std::exp(-odds)));
    }
    // Whoever has a role has no other as easily, and is no user's machine.
    if (!assigned_[host].empty() && !companions_[role].overlaps(assigned)) value *= is_default ? 0.1F : 0.3F;
    row[role] = value;
  }
}

HostRoles Labeller::findings(std::uint32_t host) const {
  HostRoles answer;
  answer.known = known_[host].roles;
  if (!is_judged(host)) return answer;
  RoleSet assigned;
  for (const RoleId role : assigned_[host]) assigned.insert(roles_.held_by(role));
  for (const RoleId role : assigned_[host]) {
    // What speaks for it, with all the host's other roles given.
    RoleSet others;
    for (const RoleId other : assigned_[host]) {
      if (other != role && !holds(other, role)) others.insert(roles_.held_by(other));
    }
    auto all = scores(host, others);
    RoleScore& score = all[role];
    Finding finding{role, score.score, Confidence::likely, score.by_name, std::move(score.supports), {}};
    if (score.score >= kCertain && (score.peers >= 2 || score.services >= 2)) {
      finding.confidence = Confidence::certain;
    }
    if (score.score < kEnough * 0.6F) finding.confidence = Confidence::possible;
    auto& list = finding.confidence == Confidence::possible ? answer.possible : answer.proposed;
    list.push_back(std::move(finding));
  }
  const auto all = scores(host, assigned);
  for (const auto& [role, score] : all) {
    if (score.score < kWorthTelling || !is_proposable(roles_.at(role))) continue;
    answer.possible.push_back({role, score.score, Confidence::possible, score.by_name, score.supports,
                               rival(host, role, all, assigned)});
  }
  const auto stronger = [](const Finding& left, const Finding& right) {
    return std::tie(right.score, left.role) < std::tie(left.score, right.role);
  };
  std::sort(answer.proposed.begin(), answer.proposed.end(), stronger);
  std::sort(answer.possible.begin(), answer.possible.end(), stronger);
  return answer;
}

Labelling Labeller::run() {
  const auto hosts = static_cast<std::uint32_t>(contacts_.hosts.size());
  for (std::size_t round = 0; round < kRounds; ++round) {
    bool changed = false;
    // All hosts look at the beliefs of the round before, so that their order makes no difference.
    std::vector<std::vector<RoleId>> before = assigned_;
    std::vector<std::vector<RoleId>> after(hosts);
    for (std::uint32_t host = 0; host < hosts; ++host) {
      if (!is_judged(host)) continue;
      changed = assign(host, threshold_of(round)) || changed;
      after[host] = std::exchange(assigned_[host], before[host]);
    }
    for (std::uint32_t host = 0; host < hosts; ++host) {
      if (is_judged(host)) assigned_[host] = std::move(after[host]);
    }
    std::vector<float> next = beliefs_;
    for (std::uint32_t host = 0; host < hosts; ++host) {
      if (is_judged(host)) believe(host, next);
    }
    beliefs_ = std::move(next);
    if (!changed && round >= 5) break;
  }
  Labelling labelling;
  for (std::uint32_t host = 0; host < hosts; ++host) labelling.hosts.push_back(findings(host));
  return labelling;
}

}  // namespace

bool is_proposable(const Role& role) {
  if (role.kind == RoleKind::cloud || role.kind == RoleKind::group) return false;
  if (role.kind == RoleKind::client) return role.id == "admin-workstation";
  return role.id != "broadcast" && role.id != "sta";
}

Labelling label(const Contacts& contacts, ExplanationBook& book, const RoleTable& roles,
                const std::vector<Known>& known) {
  return Labeller(contacts, book, roles, known).run();
}

}  // namespace portproof
