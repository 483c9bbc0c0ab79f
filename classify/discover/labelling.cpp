#include "classify/discover/labelling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>

#include "classify/discover/internal/beliefs.hpp"
#include "classify/discover/internal/scales.hpp"

// A circle to be cut: a host's traffic says what it is only if its peers are known, and they are known
// only by theirs. Rounds cut it. In each, every host is weighed against what the round before believed of
// its peers:
//
//   round 1   a -> b:1494, a -> c:1494, d -> b:80 ...   1494 is hardly anything but ICA: b and c are VDAs
//   round 2   e -> b:  that e is a Delivery Controller counts in full, as b is known now
//   round 3   f -> e:  ...
//
// The bar starts high (threshold_of) and falls, so that what is clear is there before what is not is
// weighed. All hosts read the old beliefs and write new ones, so their order makes no difference. Roles
// are only ever added to a host, never taken away, so the rounds come to an end.
//
// Within a round a host takes its roles one by one, the strongest first (roles_of). Each one that it
// takes explains some of its traffic, and what is explained speaks for no other role: weights are worked
// out again. That is what keeps the number of roles small.
//
// A role is refused where its score could be an accident: one witness of unknown role (is_founded), one
// stray among many that say something else (is_outvoted), or a second role that explains the same about
// as well (rival). Those are left as "possible", for a person to decide.
//
// Scores are natural logarithms of odds, so that independent witnesses add up (internal/scales.cpp).

namespace portproof {
namespace {

// Odds are natural logarithms. A single contact of a rare kind with a peer of known role is worth about 3.
constexpr float kEnough = 2.6F;
constexpr float kCertain = 6.0F;
constexpr float kMargin = 0.7F;  // by which a role must beat another that explains the same
constexpr float kAlike = 0.001F;
constexpr std::size_t kRounds = 12;
constexpr std::size_t kLeastRounds = 6;
constexpr std::size_t kMostRoles = 8;  // tried for a host in one round

// The first rounds accept only the clearest roles, so that these are known when the rest is weighed.
float threshold_of(std::size_t round) {
  constexpr std::array<float, 4> kFirst{4.5F, 3.8F, 3.2F, kEnough};
  return round < kFirst.size() ? kFirst[round] : kEnough;
}

class Labeller {
 public:
  Labeller(const Contacts& contacts, ExplanationBook& book, const RoleTable& roles,
           const std::vector<Known>& known)
      : roles_(roles), beliefs_(contacts, roles, known), scales_(beliefs_, book) {}

  Labelling run();

 private:
  bool run_round(float enough);
  [[nodiscard]] std::vector<RoleId> roles_of(std::uint32_t host, float enough) const;
  [[nodiscard]] std::optional<RoleId> strongest(const RoleScores& all, float enough,
                                                const RoleSet& refused) const;
  [[nodiscard]] bool is_founded(RoleId role, const RoleScore& score, const RoleSet& assigned) const;
  [[nodiscard]] bool is_outvoted(RoleId role, const RoleScores& all, const RoleSet& assigned) const;
  [[nodiscard]] std::optional<RoleId> rival(std::uint32_t host, RoleId role, const RoleScores& all,
                                            const RoleSet& assigned) const;
  void believe(std::uint32_t host, float* beliefs) const;
  [[nodiscard]] HostRoles findings(std::uint32_t host) const;
  void find_assigned(std::uint32_t host, HostRoles& answer) const;
  void find_possible(std::uint32_t host, HostRoles& answer) const;

  const RoleTable& roles_;
  Beliefs beliefs_;
  Scales scales_;
};

// Neither chance nor a single forbidden flow may make a role. It takes two independent witnesses, or one
// whose own role is certain. A further role takes two, or a special one (see RoleScore).
bool Labeller::is_founded(RoleId role, const RoleScore& score, const RoleSet& assigned) const {
  const Role& what = roles_.at(role);
  const bool plural = score.peers >= 2 || score.services >= 2 || score.by_name;
  // Every network has databases and file servers; those that Citrix does not use are of no interest.
  const bool everywhere = what.id == "dns-server" || what.id == "domain-controller";
  if (what.kind == RoleKind::infrastructure && !everywhere && !score.peer_sure) return false;
  if (!score.solid && !score.by_name) return false;
  if (assigned.empty() || beliefs_.companions(role).overlaps(assigned)) return plural || score.peer_sure;
  return plural || score.special;
}

// If one witness supports this role and several support another, the one may be a stray.
bool Labeller::is_outvoted(RoleId role, const RoleScores& all, const RoleSet& assigned) const {
  const RoleScore& score = all.at(role);
  if (score.peers != 1 || score.services != 1 || score.by_name) return false;
  if (beliefs_.companions(role).overlaps(assigned)) return false;
  const Support& witness = score.supports.front();
  return std::any_of(all.begin(), all.end(), [&](const auto& entry) {
    const auto& [other, known] = entry;
    if (other == role || known.peers < 2 || !known.solid || !is_proposable(roles_.at(other))) return false;
    const Support& first = known.supports.front();
    return first.serves && witness.serves && first.peers >= 2 && first.port != witness.port;
  });
}

// Another role that would explain what supports this one, with a score that is not clearly lower. A role that
// implies the other is not a rival: if it explains more, it wins by its score.
std::optional<RoleId> Labeller::rival(std::uint32_t host, RoleId role, const RoleScores& all,
                                      const RoleSet& assigned) const {
  const auto score_in = [](const RoleScores& scores, RoleId wanted) {
    const auto known = scores.find(wanted);
    return known == scores.end() ? 0.0F : known->second.score;
  };
  RoleSet with = assigned;
  with.insert(roles_.held_by(role));
  std::optional<RoleScores> rest;
  std::optional<RoleId> found;
  float best = all.at(role).score - kMargin;
  for (const auto& [other, known] : all) {
    if (other == role || known.score < best || !is_proposable(roles_.at(other))) continue;
    if (beliefs_.holds(other, role) || beliefs_.holds(role, other)) continue;
    float own = known.score;
    // What supports a role that both imply supports both: only the rest decides between them.
    RoleSet shared = assigned;
    bool share = false;
    for (const RoleId implied : beliefs_.held(role)) {
      if (implied == role || !beliefs_.holds(other, implied)) continue;
      shared.insert(implied);
      share = true;
    }
    if (share) {
      const auto beyond = scales_.scores(host, shared);
      own = score_in(beyond, other);
      if (own < score_in(beyond, role) - kMargin) continue;
    }
    if (!rest) rest = scales_.scores(host, with);
    constexpr float kByItself = 0.4F;
    if (score_in(*rest, other) > kByItself * own) continue;
    best = known.score;
    found = other;
  }
  return found;
}

// The role with the highest score; of two equally strong ones, the one that the other implies.
std::optional<RoleId> Labeller::strongest(const RoleScores& all, float enough, const RoleSet& refused) const {
  std::optional<RoleId> best;
  for (const auto& [role, score] : all) {
    if (score.score < enough || refused.contains(role) || !is_proposable(roles_.at(role))) continue;
    const bool better = !best || score.score > all.at(*best).score + kAlike ||
                        (score.score > all.at(*best).score - kAlike && beliefs_.holds(*best, role));
    if (better) best = role;
  }
  return best;
}

// The roles that the host has, and the ones that have become clear.
std::vector<RoleId> Labeller::roles_of(std::uint32_t host, float enough) const {
  std::vector<RoleId> roles = beliefs_.assigned(host);
  RoleSet assigned = beliefs_.held_by(roles);
  RoleSet refused;
  for (std::size_t step = 0; step < kMostRoles; ++step) {
    const RoleScores all = scales_.scores(host, assigned);
    const auto best = strongest(all, enough, refused);
    if (!best) break;
    if (!is_founded(*best, all.at(*best), assigned) || is_outvoted(*best, all, assigned) ||
        rival(host, *best, all, assigned)) {
      refused.insert(*best);
      continue;
    }
    roles.push_back(*best);
    assigned.insert(roles_.held_by(*best));
  }
  return roles;
}

void Labeller::believe(std::uint32_t host, float* beliefs) const {
  const RoleSet assigned = beliefs_.held_by(beliefs_.assigned(host));
  const RoleScores all = scales_.scores(host, assigned);
  for (std::size_t number = 0; number < roles_.roles().size(); ++number) {
    const auto role = static_cast<RoleId>(number);
    const Role& what = roles_.at(role);
    if (assigned.contains(role)) {
      beliefs[number] = 1;
      continue;
    }
    if (what.kind == RoleKind::cloud || what.kind == RoleKind::group || what.id == "internet" ||
        what.id == "broadcast") {
      continue;
    }
    float value = is_default(what) ? kDefaultRole : kAnyRole;
    const auto found = all.find(role);
    if (found != all.end()) {
      const float odds = std::log(value / (1 - value)) + found->second.score;
      value = std::min(kMostUnproved, 1 / (1 + std::exp(-odds)));
    }
    // A host with a role is less likely to have another, and is not a user's machine.
    if (!beliefs_.assigned(host).empty() && !beliefs_.companions(role).overlaps(assigned)) {
      value *= is_default(what) ? 0.1F : 0.3F;
    }
    beliefs[number] = value;
  }
}

// What supports each role that the host has, given all its other roles.
void Labeller::find_assigned(std::uint32_t host, HostRoles& answer) const {
  const std::vector<RoleId>& assigned = beliefs_.assigned(host);
  for (const RoleId role : assigned) {
    RoleSet others;
    for (const RoleId other : assigned) {
      if (other != role && !beliefs_.holds(other, role)) others.insert(roles_.held_by(other));
    }
    auto all = scales_.scores(host, others);
    RoleScore& score = all[role];
    Finding finding{role, score.score, Confidence::likely, score.by_name, std::move(score.supports), {}};
    if (score.score >= kCertain && (score.peers >= 2 || score.services >= 2)) {
      finding.confidence = Confidence::certain;
    }
    if (score.score < kEnough * 0.6F) finding.confidence = Confidence::possible;
    auto& list = finding.confidence == Confidence::possible ? answer.possible : answer.proposed;
    list.push_back(std::move(finding));
  }
}

void Labeller::find_possible(std::uint32_t host, HostRoles& answer) const {
  const RoleSet assigned = beliefs_.held_by(beliefs_.assigned(host));
  const RoleScores all = scales_.scores(host, assigned);
  for (const auto& [role, score] : all) {
    if (score.score < kWorthReporting || !is_proposable(roles_.at(role))) continue;
    answer.possible.push_back({role, score.score, Confidence::possible, score.by_name, score.supports,
                               rival(host, role, all, assigned)});
  }
}

HostRoles Labeller::findings(std::uint32_t host) const {
  HostRoles answer;
  answer.known = beliefs_.known(host).roles;
  if (!beliefs_.is_judged(host)) return answer;
  find_assigned(host, answer);
  find_possible(host, answer);
  const auto stronger = [](const Finding& left, const Finding& right) {
    return std::tie(right.score, left.role) < std::tie(left.score, right.role);
  };
  std::sort(answer.proposed.begin(), answer.proposed.end(), stronger);
  std::sort(answer.possible.begin(), answer.possible.end(), stronger);
  return answer;
}

// All hosts use the beliefs of the previous round, so that their order makes no difference. Returns whether
// any role was found.
bool Labeller::run_round(float enough) {
  const auto hosts = static_cast<std::uint32_t>(beliefs_.contacts().hosts.size());
  std::vector<std::vector<RoleId>> found(hosts);
  bool changed = false;
  for (std::uint32_t host = 0; host < hosts; ++host) {
    if (!beliefs_.is_judged(host)) continue;
    found[host] = roles_of(host, enough);
    changed = changed || found[host].size() > beliefs_.assigned(host).size();
  }
  for (std::uint32_t host = 0; host < hosts; ++host) {
    if (beliefs_.is_judged(host)) beliefs_.assign(host, std::move(found[host]));
  }
  beliefs_.renew([this](std::uint32_t host, float* beliefs) { believe(host, beliefs); });
  return changed;
}

Labelling Labeller::run() {
  for (std::size_t round = 0; round < kRounds; ++round) {
    if (!run_round(threshold_of(round)) && round + 1 >= kLeastRounds) break;
  }
  Labelling labelling;
  const auto hosts = static_cast<std::uint32_t>(beliefs_.contacts().hosts.size());
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
