#include "report/group.hpp"

#include <algorithm>
#include <bit>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "report/distinct.hpp"

// Two passes, because whether ports fold is known only once all ports of a family are.
//
//   flagged, vda -> ddc, tcp:  50001, 50007 ... 49 ports    more than 8 from 1024 up: one group
//   flagged, vda -> ddc, tcp:  80                           below 1024: a group of its own
//
// Pass 1 finds the family of each conversation and notes its port; then each family decides
// (Family::decide). Pass 2 puts each conversation into the group that its family's decision gives
// (Family::slot).
//
// Conversations share judgements: all of one case have verdict, rules and roles in common, so the family
// is looked up once for each case and not once for each conversation. With millions of conversations
// there are some hundred cases.
//
// Ports with a waiver and ports without are counted and folded apart. Otherwise one accepted port among a
// hundred would be lost in the range, and nobody could see that the waiver does something.

namespace portproof {
namespace {

// A role set as a hashable value.
using RoleBits = std::array<std::uint64_t, kMaxRoles / 64>;
static_assert(sizeof(RoleBits) == sizeof(RoleSet));

RoleBits bits_of(const RoleSet& roles) {
  return std::bit_cast<RoleBits>(roles);
}

// What the conversations of a family have in common. `rules` points into the first of them; it is null unless
// they are documented.
struct FamilyKey {
  Verdict verdict;
  Reason reason;
  Transport transport;
  RoleBits from;
  RoleBits to;
  const std::vector<const Rule*>* rules;

  friend bool operator==(const FamilyKey& left, const FamilyKey& right) {
    const bool same = std::tie(left.verdict, left.reason, left.transport, left.from, left.to) ==
                      std::tie(right.verdict, right.reason, right.transport, right.from, right.to);
    return same && (left.rules == nullptr || *left.rules == *right.rules);
  }
};

struct FamilyHash {
  std::size_t operator()(const FamilyKey& key) const {
    std::uint64_t hash = (static_cast<std::uint64_t>(key.verdict) << 24U) |
                         (static_cast<std::uint64_t>(key.reason) << 16U) |
                         static_cast<std::uint64_t>(key.transport);
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
          transport_of(conversation.key),
          bits_of(conversation.initiator.roles),
          bits_of(conversation.responder.roles),
          judgement.verdict == Verdict::documented ? &judgement.rules : nullptr};
}

// Stand for all folded ports, without and with a waiver; no port has these numbers.
constexpr std::uint32_t kFolded = 0x10000;
constexpr std::uint32_t kFoldedWaived = 0x10001;

enum class Fold : std::uint8_t { none, ephemeral, all };

// Counts ports of a family, either those with a waiver or those without, and decides how they fold.
struct Ports {
  std::size_t all{0};
  std::size_t high{0};  // from kFirstFoldedPort up

  [[nodiscard]] Fold fold(Verdict verdict) const {
    if (all > kScanPorts) return Fold::all;
    return is_flagged(verdict) && high > kFoldedPorts ? Fold::ephemeral : Fold::none;
  }
};

struct Family {
  Verdict verdict;
  std::array<PortSet, 2> ports;                           // with no conversation waived, and with some waived
  std::array<Fold, 2> fold{};                             // likewise
  std::unordered_map<std::uint32_t, std::size_t> groups;  // by port, kFolded or kFoldedWaived

  void note(std::uint16_t port, bool waived) { ports[waived ? 1 : 0].insert(port); }

  void decide() {
    ports[1].for_each([this](std::uint16_t port) { ports[0].erase(port); });
    for (const std::size_t waived : {0, 1}) {
      Ports counted;
      ports[waived].for_each([&counted](std::uint16_t port) {
        ++counted.all;
        counted.high += port >= kFirstFoldedPort ? 1 : 0;
      });
      fold[waived] = counted.fold(verdict);
    }
  }

  [[nodiscard]] std::uint32_t slot(std::uint16_t port) const {
    const bool waived = ports[1].contains(port);
    const Fold rule = fold[waived ? 1 : 0];
    const bool folds = rule == Fold::all || (rule == Fold::ephemeral && port >= kFirstFoldedPort);
    if (!folds) return port;
    return waived ? kFoldedWaived : kFolded;
  }
};

// A group under construction.
struct Draft {
  Group group;
  const ConversationKey* example_key{nullptr};
  bool example_waived{false};
  DistinctNumbers initiators;
  DistinctNumbers responders;
  PortSet ports;
  std::unordered_set<std::uint32_t> cases;
  std::optional<std::uint32_t> last_case;
  std::unordered_set<const Rule*> rules;
  std::unordered_set<std::size_t> waivers;
  std::bitset<kFlowStateNames.size()> states;
  ApplicationSet applications;
  ApplicationSet judged_applications;

  void add(const JudgedConversation& conversation, std::size_t number);
  void note_example(const JudgedConversation& conversation, std::size_t number);
  void add_judgement(const Judgement& judgement);
  Group finish(const Audit& audit);
};

void Draft::add(const JudgedConversation& conversation, std::size_t number) {
  const ConversationFacts& facts = conversation.facts;
  const std::uint16_t port = conversation.key.port;
  if (group.conversations == 0) {
    group.verdict = conversation.judgement.verdict;
    group.reason = conversation.judgement.reason;
    group.transport = name(transport_of(conversation.key));
    group.ports = {port, port};
    group.qualifiers = conversation.judgement.qualifiers;
  }
  note_example(conversation, number);
  group.ports.first = std::min(group.ports.first, port);
  group.ports.last = std::max(group.ports.last, port);
  ++group.conversations;
  group.sessions += facts.sessions;
  group.packets += facts.packets;
  group.bytes += facts.bytes;
  group.first = std::min(group.first, facts.first);
  group.last = std::max(group.last, facts.last);
  initiators.insert(conversation.initiator_address);
  responders.insert(conversation.responder_address);
  ports.insert(port);
  if (last_case != conversation.judged_case && cases.insert(conversation.judged_case).second) {
    add_judgement(conversation.judgement);
  }
  last_case = conversation.judged_case;
  if (conversation.waiver) {
    ++group.waived;
    waivers.insert(*conversation.waiver);
  }
  states.set(static_cast<std::size_t>(facts.state));
  applications.set(static_cast<std::size_t>(conversation.key.application));
  applications |= facts.later_applications;
}

// The example is the first conversation by key, preferably one without a waiver.
void Draft::note_example(const JudgedConversation& conversation, std::size_t number) {
  const bool waived = conversation.waiver.has_value();
  if (example_key != nullptr) {
    const bool better = waived == example_waived ? conversation.key < *example_key : example_waived;
    if (!better) return;
  }
  example_key = &conversation.key;
  example_waived = waived;
  group.example = number;
}

void Draft::add_judgement(const Judgement& judgement) {
  judged_applications.set(static_cast<std::size_t>(judgement.application));
  group.qualifiers &= judgement.qualifiers;
  rules.insert(judgement.rules.begin(), judgement.rules.end());
  const Rule* nearest = judgement.nearest;
  if (nearest != nullptr && (group.nearest == nullptr || nearest->id < group.nearest->id)) {
    group.nearest = nearest;
  }
}

template <std::size_t count>
std::vector<std::string> names_of(const std::bitset<count>& set, std::span<const std::string_view> names) {
  std::vector<std::string> out;
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (set.test(index)) out.emplace_back(names[index]);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void describe_folded(const FoldedAttempts::value_type& folded, Group& group) {
  const auto& [key, attempts] = folded;
  const std::uint64_t range = std::uint64_t{attempts.last_port} - attempts.first_port + 1;
  group.folded = true;
  group.ports = {attempts.first_port, attempts.last_port};
  group.ports_seen = std::min(range, attempts.conversations);
  if (key.kind != AttemptsKind::scan) group.initiators = attempts.examples.size();
  if (key.kind == AttemptsKind::scan) group.responders = attempts.examples.size();
  if (key.kind == AttemptsKind::rest) {
    std::set<IpAddress> responders;
    for (const auto& [end, example] : attempts.examples) responders.insert(example.responder);
    group.responders = responders.size();
  }
}

Group Draft::finish(const Audit& audit) {
  const RoleTable& roles = audit.roles();
  const JudgedConversation example = audit.conversations[group.example];
  group.from = roles.ids(example.initiator.roles);
  group.to = roles.ids(example.responder.roles);
  group.example_initiator = label(example.initiator);
  group.example_responder = label(example.responder);
  group.initiators = initiators.size();
  group.responders = responders.size();
  group.ports_seen = ports.size();
  if (example.folded != nullptr) describe_folded(*example.folded, group);
  for (const Rule* rule : rules) group.rules.push_back(rule->id);
  std::sort(group.rules.begin(), group.rules.end());
  if (group.nearest != nullptr) group.nearest_rule = group.nearest->id;
  for (const std::size_t waiver : waivers) group.waivers.push_back(audit.inventory->waivers[waiver].id);
  std::sort(group.waivers.begin(), group.waivers.end());
  group.states = names_of(states, kFlowStateNames);
  group.applications = names_of(applications, application_names());
  group.judged_applications = names_of(judged_applications, application_names());
  return std::move(group);
}

}  // namespace

std::vector<Group> make_groups(const Audit& audit) {
  const JudgedConversations& conversations = audit.conversations;
  std::unordered_map<FamilyKey, Family, FamilyHash> families;
  std::vector<Family*> family_of_case(conversations.cases());
  for (std::size_t index = 0; index < conversations.size() && !conversations.is_folded(index); ++index) {
    Family*& family = family_of_case[conversations.judged_case(index)];
    if (family == nullptr) {
      family = &families[family_of(conversations[index])];
      family->verdict = conversations[index].judgement.verdict;
    }
    family->note(conversations.key(index).port, conversations.is_waived(index));
  }
  for (auto& [key, family] : families) family.decide();

  std::deque<Draft> drafts;
  for (std::size_t number = 0; number < conversations.size(); ++number) {
    const JudgedConversation conversation = conversations[number];
    if (conversation.folded != nullptr) {
      drafts.emplace_back().add(conversation, number);
      continue;
    }
    Family& family = *family_of_case[conversation.judged_case];
    const auto [found, is_new] = family.groups.try_emplace(family.slot(conversation.key.port), drafts.size());
    if (is_new) drafts.emplace_back();
    drafts[found->second].add(conversation, number);
  }

  std::vector<Group> groups;
  groups.reserve(drafts.size());
  for (Draft& draft : drafts) groups.push_back(draft.finish(audit));
  // Groups of folded attempts may agree in everything else: they are sorted by their example.
  std::sort(groups.begin(), groups.end(), [&conversations](const Group& left, const Group& right) {
    const Rank left_rank = rank(left);
    const Rank right_rank = rank(right);
    const ConversationKey& left_key = conversations.key(left.example);
    const ConversationKey& right_key = conversations.key(right.example);
    return std::tie(left_rank, left.verdict, left.reason, left.from, left.to, left.transport, left.ports,
                    left.rules, left_key) < std::tie(right_rank, right.verdict, right.reason, right.from,
                                                     right.to, right.transport, right.ports, right.rules,
                                                     right_key);
  });
  return groups;
}

}  // namespace portproof
