// Questions for the verdict table in one line each, and a bench to judge them.
#pragma once

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "classify/judge.hpp"
#include "tests/classify/estate_builder.hpp"
#include "tests/support/application.hpp"

namespace portproof::test {

// Ask("ddc", "vda").tcp(80).speaking(http): two listed hosts with these roles (separate several with spaces;
// "" for none), an answered TCP connection that began with a SYN.
class Ask {
 public:
  Ask(std::string from, std::string to) : from_(std::move(from)), to_(std::move(to)) {
    question_.initiator.address = ip("10.20.1.1");
    question_.responder.address = ip("10.20.1.2");
    question_.initiator.listed = question_.responder.listed = true;
  }

  Ask& tcp(std::uint16_t port) { return on(Transport::tcp, port); }
  Ask& udp(std::uint16_t port) { return on(Transport::udp, port); }
  Ask& icmp() { return on(Transport::icmp, 0).basis(DirectionBasis::icmp); }
  Ask& on(Transport transport, std::uint16_t port) {
    return set([&](Question& q) { q.transport = transport, q.port = port; });
  }
  Ask& speaking(std::string_view spoken) {
    return set([&](Question& q) { q.application = application(spoken); });
  }
  Ask& basis(DirectionBasis basis) {
    return set([&](Question& q) { q.basis = basis; });
  }
  Ask& state(FlowState state, bool answered) {
    return set([&](Question& q) { q.state = state, q.answered = answered; });
  }
  Ask& carrying() {
    return set([](Question& q) { q.carries = true; });
  }
  Ask& unanswered() { return state(FlowState::attempted, false); }
  Ask& unlisted_initiator() {
    return set([](Question& q) { q.initiator.listed = false; });
  }
  Ask& unlisted_responder() {
    return set([](Question& q) { q.responder.listed = false; });
  }
  Ask& unlisted() { return unlisted_initiator().unlisted_responder(); }
  Ask& listed_responder() {
    return set([](Question& q) { q.responder.listed = true; });
  }
  Ask& outside() {
    return set([](Question& q) {
      q.responder.outside = true;
      q.responder.listed = false;
      q.responder.address = ip("203.0.113.7");
    });
  }
  Ask& default_responder() {
    return set([](Question& q) { q.responder.default_only = true, q.responder.listed = false; });
  }
  Ask& names(NameState state) {
    return set([&](Question& q) {
      q.name_state = state;
      q.responder.named = q.responder.named || state != NameState::unseen;
    });
  }
  Ask& named_by_dns() {
    return set([](Question& q) { q.responder.named = true; });
  }
  Ask& at(std::string_view initiator, std::string_view responder) {
    return set(
        [&](Question& q) { q.initiator.address = ip(initiator), q.responder.address = ip(responder); });
  }
  template <typename Change>
  Ask& set(Change change) {
    change(question_);
    return *this;
  }

  [[nodiscard]] Question question(const RoleTable& roles) const {
    Question asked = question_;
    asked.initiator.roles = roles_of(from_, roles);
    asked.responder.roles = roles_of(to_, roles);
    return asked;
  }

 private:
  static RoleSet roles_of(const std::string& words, const RoleTable& roles) {
    RoleSet set;
    std::istringstream stream(words);
    for (std::string word; stream >> word;) set.insert(roles.held_by(roles.find(word).value()));
    return set;
  }
  std::string from_;
  std::string to_;
  Question question_;
};

// The estate's catalog, with or without an inventory. A site's own role "print-server" is always defined.
class Bench {
 public:
  explicit Bench(std::string_view inventory, bool has_inventory = true)
      : catalog_(estate_catalog()), inventory_(read(inventory)), has_inventory_(has_inventory) {}

  [[nodiscard]] Judgement judge(const Ask& ask) const {
    Question question = ask.question(inventory_.roles);
    question.has_inventory = has_inventory_;
    return portproof::judge(question, book_, inventory_.roles);
  }
  [[nodiscard]] bool is_related(const Ask& ask) const {
    return portproof::is_related(ask.question(inventory_.roles), book_, inventory_.roles);
  }

 private:
  Inventory read(std::string_view text) const {
    constexpr std::string_view kPrintServer =
        "\n[[role]]\nid = \"print-server\"\nname = \"Print server\"\nkind = \"citrix\"\n";
    const auto inventory =
        parse_inventory(std::string(text) + std::string(kPrintServer), "test.toml", catalog_);
    REQUIRE_MESSAGE(inventory, (inventory ? std::string() : message(inventory.error())));
    return *inventory;
  }
  Catalog catalog_;
  Inventory inventory_;
  bool has_inventory_;
  RuleBook book_{catalog_, &inventory_};
};

inline std::vector<std::string> rule_ids(const Judgement& judgement) {
  std::vector<std::string> ids;
  for (const Rule* const rule : judgement.rules) ids.push_back(rule->id);
  return ids;
}

}  // namespace portproof::test
