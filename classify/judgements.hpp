// The judgements of many conversations, each made once. A judgement depends on little (see Question), and
// conversations that agree in all of it form one case. Ports that no rule distinguishes count as equal.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "classify/internal/link_routers.hpp"
#include "classify/judged.hpp"
#include "classify/rule_book.hpp"

namespace portproof {

class Judgements {
 public:
  // All references must outlive this. Cases are added to `judged`.
  Judgements(const RuleBook& book, const RoleTable& roles, bool has_inventory, const LinkRouters& routers,
             JudgedConversations& judged)
      : book_(book),
        roles_(roles),
        citrix_(roles.of_kind(RoleKind::citrix)),
        has_inventory_(has_inventory),
        routers_(routers),
        judged_(judged) {}

  // The case of a conversation between these parties, which are given by number.
  std::uint32_t judge(const ConversationKey& key, const ConversationFacts& facts, std::uint32_t initiator,
                      std::uint32_t responder);

  // Was any of the conversations related to Citrix?
  [[nodiscard]] bool any_related() const { return any_related_; }

  // Did any of them have an end with a role of kind `citrix` by a host entry?
  [[nodiscard]] bool any_of_estate() const { return any_of_estate_; }

 private:
  using RoleBits = std::array<std::uint64_t, kMaxRoles / 64>;
  // What a judgement depends on in a party.
  struct Standing {
    RoleBits roles;
    NamedEndSet named_ends;
    std::uint16_t traits;
    std::uint32_t as_itself;
    friend auto operator<=>(const Standing&, const Standing&) = default;
  };
  struct Case {
    std::uint64_t ends;
    std::uint64_t rest;
    std::uint64_t later_applications;
    friend bool operator==(const Case&, const Case&) = default;
  };
  struct CaseHash {
    std::size_t operator()(const Case& judged) const;
  };
  std::uint32_t standing_of(std::uint32_t party);
  std::uint32_t standing_number(const Party& next, std::uint32_t itself);
  std::uint32_t make(const ConversationKey& key, const ConversationFacts& facts, std::uint32_t initiator,
                     std::uint32_t responder);
  // Changes the application in the question.
  Judgement worst_of(Question& question, const ApplicationSet& later);

  const RuleBook& book_;
  const RoleTable& roles_;
  RoleSet citrix_;
  bool has_inventory_;
  LinkRouters routers_;
  JudgedConversations& judged_;
  bool any_related_{false};
  bool any_of_estate_{false};
  std::map<Standing, std::uint32_t> standings_;
  std::vector<std::uint32_t> standing_by_party_;
  std::unordered_map<Case, std::uint32_t, CaseHash> cases_;
};

// What the verdict table asks of a conversation between these parties. `between_routers`: both ends are
// routers of their link.
Question question_about(const ConversationKey& key, const ConversationFacts& facts, const Party& initiator,
                        const Party& responder, bool has_inventory, bool between_routers);

}  // namespace portproof
