#include "report/group.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace portproof {
namespace {

// A role set as a value that can be hashed.
using RoleBits = std::array<std::uint64_t, kMaxRoles / 64>;
static_assert(sizeof(RoleBits) == sizeof(RoleSet));

RoleBits bits_of(const RoleSet& roles) {
  return std::bit_cast<RoleBits>(roles);
}

// ICMP and ICMPv6 are one transport here, as in the rules.
std::uint8_t judged_protocol(std::uint8_t protocol) {
  return protocol == kProtocolIcmpV6 ? kProtocolIcmp : protocol;
}

// What the conversations of a family have in common. `rules` points into the first of them; null unless
// they are documented.
struct FamilyKey {
  Verdict verdict;
  Reason reason;
  std::uint8_t protocol;
  RoleBits from;
  RoleBits to;
  const std::vector<const Rule*>* rules;

  friend bool operator==(const FamilyKey& left, const FamilyKey& right) {
    const bool same = std::tie(left.verdict, left.reason, left.protocol, left.from, left.to) ==
                      std::tie(right.verdict, right.reason, right.protocol, right.from, right.to);
    return same && (left.rules == nullptr || *left.rules == *right.rules);
  }
};

struct FamilyHash {
  std::size_t operator()(const FamilyKey& key) const {
    std::uint64_t hash = (static_cast<std::uint64_t>(key.verdict) << 16U) |
                         (static_cast<std::uint64_t>(key.reason) << 8U) | key.protocol;
    const auto mix = [&hash](std::uint64_t value) {
      hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
      hash ^= hash >> 29U;
    };
    for (const std::uint64_t word : key.from) mix(word);
    for (const std::uint64_t word : key.to) mix(word);
    if (key.rules != nullptr) {
      for (const Rule* rule : *key.rules) mix(std::hash<const Rule*>{}(rule));
    }
    return hash;
  }
};

FamilyKey family_of(const JudgedConversation& conversation) {
  const Judgement& judgement = conversation.judgement;
  return {judgement.verdict,
          judgement.reason,
          judged_protocol(conversation.key.protocol),
          bits_of(conversation.initiator.roles),
          bits_of(conversation.responder.roles),
          judgement.verdict == Verdict::documented ? &judgement.rules : nullptr};
}

// Stand for every port that folds, by whether a waiver covers any of it; no port has these numbers.
constexpr std::uint32_t kFolded = 0x10000;
constexpr std::uint32_t kFoldedWaived = 0x10001;

enum class Fold : std::uint8_t { none, ephemeral, all };

// How the ports of a family fold of which a waiver covers some, or of which it covers none.
struct Ports {
  std::size_t all{0};
  std::size_t high{0};  // from kFirstFoldedPort up

  [[nodiscard]] Fold fold(Verdict verdict) const {
    if (all > kScanPorts) return Fold::all;
    return is_flagged(verdict) && high > kFoldedPorts ? Fold::ephemeral : Fold::none;
  }
};

struct Family {
  std::unordered_map<std::uint16_t, bool> waived_by_port;  // does a waiver cover any of it?
  std::unordered_map<std::uint32_t, std::size_t> groups;   // by port, kFolded or kFoldedWaived
  std::array<Fold, 2> fold{};                              // of the ports without, and with a waiver

  void note(std::uint16_t port, bool waived) {
    const auto [entry, is_new] = waived_by_port.try_emplace(port, waived);
    if (!is_new) entry->second = entry->second || waived;
  }
  void decide(Verdict verdict) {
    std::array<Ports, 2> ports;
    for (const auto& [port, waived] : waived_by_port) {
      Ports& counted = ports[waived ? 1 : 0];
      ++counted.all;
      counted.high += port >= kFirstFoldedPort ? 1 : 0;
    }
    fold = {ports[0].fold(verdict), ports[1].fold(verdict)};
  }
  [[nodiscard]] std::uint32_t slot(std::uint16_t port) const {
    const bool waived = waived_by_port.at(port);
    const Fold rule = fold[waived ? 1 : 0];
    const bool folds = rule == Fold::all || (rule == Fold::ephemeral && port >= kFirstFoldedPort);
    if (!folds) return port;
    return waived ? kFoldedWaived : kFolded;
  }
};

// Counts different values; sorts only when asked, and when it has become much larger than needed.
template <typename Value>
class Distinct {
 public:
  void add(const Value& value) {
    if (!values_.empty() && values_.back() == value) return;
    if (values_.size() >= settle_at_) {
      settle();
      settle_at_ = std::max<std::size_t>(kFirstSettling, values_.size() * 2);
    }
    values_.push_back(value);
  }
  std::size_t count() {
    settle();
    return values_.size();
  }

 private:
  static constexpr std::size_t kFirstSettling = 4096;
  void settle() {
    std::sort(values_.begin(), values_.end());
    values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
  }
  std::vector<Value> values_;
  std::size_t settle_at_{kFirstSettling};
};

// A group under construction.
struct Draft {
  Group group;
  Distinct<IpAddress> initiators;
  Distinct<IpAddress> responders;
  Distinct<std::uint16_t> ports;
  std::unordered_set<const Rule*> rules;
  std::unordered_set<std::size_t> waivers;
  std::bitset<kFlowStateNames.size()> states;
  ApplicationSet applications;

  void add(const JudgedConversation& conversation);
  Group finish(const Inventory* inventory, const RoleTable& roles);
};

void Draft::add(const JudgedConversation& conversation) {
  const Judgement& judgement = conversation.judgement;
  const ConversationFacts& facts = conversation.facts;
  const std::uint16_t port = conversation.key.port;
  if (group.conversations == 0) {
    group.verdict = judgement.verdict;
    group.reason = judgement.reason;
    group.transport = conversation_transport(conversation.key.protocol);
    group.ports = {port, port};
    group.qualifiers = judgement.qualifiers;
    group.example = &conversation;
  }
  if (group.example->waiver && !conversation.waiver) group.example = &conversation;
  group.ports.first = std::min(group.ports.first, port);
  group.ports.last = std::max(group.ports.last, port);
  group.qualifiers &= judgement.qualifiers;
  ++group.conversations;
  group.sessions += facts.sessions;
  group.packets += facts.packets;
  group.bytes += facts.bytes;
  group.first = std::min(group.first, facts.first);
  group.last = std::max(group.last, facts.last);
  initiators.add(conversation.key.initiator);
  responders.add(conversation.key.responder);
  ports.add(port);
  rules.insert(judgement.rules.begin(), judgement.rules.end());
  const Rule* nearest = judgement.nearest;
  if (nearest != nullptr && (group.nearest == nullptr || nearest->id < group.nearest->id)) {
    group.nearest = nearest;
  }
  if (conversation.waiver) {
    ++group.waived;
    waivers.insert(*conversation.waiver);
  }
  states.set(static_cast<std::size_t>(facts.state));
  applications.set(static_cast<std::size_t>(conversation.key.application));
}

template <std::size_t count>
std::vector<std::string> names_of(const std::bitset<count>& set,
                                  const std::array<std::string_view, count>& names) {
  std::vector<std::string> out;
  for (std::size_t index = 0; index < count; ++index) {
    if (set.test(index)) out.emplace_back(names[index]);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Group Draft::finish(const Inventory* inventory, const RoleTable& roles) {
  const JudgedConversation& example = *group.example;
  group.from = roles.ids(example.initiator.roles);
  group.to = roles.ids(example.responder.roles);
  group.example_initiator = label(example.initiator);
  group.example_responder = label(example.responder);
  group.initiators = initiators.count();
  group.responders = responders.count();
  group.ports_seen = ports.count();
  for (const Rule* rule : rules) group.rules.push_back(rule->id);
  std::sort(group.rules.begin(), group.rules.end());
  if (group.nearest != nullptr) group.nearest_rule = group.nearest->id;
  for (const std::size_t waiver : waivers) group.waivers.push_back(inventory->waivers[waiver].id);
  std::sort(group.waivers.begin(), group.waivers.end());
  group.states = names_of(states, kFlowStateNames);
  group.applications = names_of(applications, kApplicationNames);
  return std::move(group);
}

}  // namespace

std::vector<Group> make_groups(const Audit& audit, const Inventory* inventory, const RoleTable& roles) {
  std::unordered_map<FamilyKey, Family, FamilyHash> families;
  std::vector<Family*> family_by_conversation;
  family_by_conversation.reserve(audit.conversations.size());
  for (const JudgedConversation& conversation : audit.conversations) {
    Family& family = families[family_of(conversation)];
    family.note(conversation.key.port, conversation.waiver.has_value());
    family_by_conversation.push_back(&family);
  }
  for (auto& [key, family] : families) family.decide(key.verdict);

  std::vector<Draft> drafts;
  for (std::size_t index = 0; index < audit.conversations.size(); ++index) {
    const JudgedConversation& conversation = audit.conversations[index];
    Family& family = *family_by_conversation[index];
    const auto [found, is_new] = family.groups.try_emplace(family.slot(conversation.key.port), drafts.size());
    if (is_new) drafts.emplace_back();
    drafts[found->second].add(conversation);
  }

  std::vector<Group> groups;
  groups.reserve(drafts.size());
  for (Draft& draft : drafts) groups.push_back(draft.finish(inventory, roles));
  std::sort(groups.begin(), groups.end(), [](const Group& left, const Group& right) {
    const Rank left_rank = rank(left);
    const Rank right_rank = rank(right);
    return std::tie(left_rank, left.verdict, left.reason, left.from, left.to, left.transport, left.ports,
                    left.rules) < std::tie(right_rank, right.verdict, right.reason, right.from, right.to,
                                           right.transport, right.ports, right.rules);
  });
  return groups;
}

}  // namespace portproof
