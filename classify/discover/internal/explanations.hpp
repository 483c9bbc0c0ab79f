// Which roles of its two ends would explain a contact: what the catalog's rules document on its service, and
// what a Citrix web service gives away of itself. And how much that is worth, against how often such contacts
// come about for no Citrix reason at all.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "classify/discover/contacts.hpp"
#include "classify/rule_book.hpp"

namespace portproof {

// The initiator may be `from` and the responder `to`.
struct RolePair {
  RoleId from{0};
  RoleId to{0};
  float weight{1};      // how well it explains the contact, 0 to 1
  float to_share{1};    // how well it tells the responder's role from others that the rule names, 0 to 1
  float from_share{1};  // the same of the initiator's
  const Rule* rule{nullptr};  // null where a kind of HTTP request alone says it
};

// How often two hosts have such a contact that no role of the catalog explains, as a weight beside those of
// pairs: near 0 where only Citrix speaks so, 1 and more where everybody does.
struct Background {
  float responder{0.03F};  // that somebody serves this
  float initiator{0.05F};  // that somebody asks for it
  // What a peer of unknown role counts for at least: where the service speaks for itself.
  float floor{0.1F};
  bool common{false};  // web traffic and the like: many contacts of the kind say little more than one
  // In place of `responder` for roles of kind citrix: logs go to a log server rather than to an appliance.
  float citrix_responder{0};
  bool special{true};  // hardly anybody but Citrix uses the port or speaks so
};

struct Explanations {
  std::vector<RolePair> pairs;
  Background background;
  bool mismatch{false};  // rules document the service, and none of them expects what is spoken
};

class ExplanationBook {
 public:
  // Both must outlive the book.
  ExplanationBook(const RuleBook& rules, const RoleTable& roles);

  // Valid as long as the book.
  const Explanations& of(const Contact& contact);

 private:
  using Key = std::tuple<Transport, std::uint16_t, Application, unsigned long, bool>;
  Explanations make(const Contact& contact) const;
  void add_rule(const BookedRule& booked, const Contact& contact, Explanations& found) const;
  void add_peers(const Contact& contact, Explanations& found) const;
  void add_kinds(const Contact& contact, Explanations& found) const;

  const RuleBook& rules_;
  const RoleTable& roles_;
  std::map<Key, std::unique_ptr<const Explanations>> known_;
};

Background background_of(Transport transport, std::uint16_t port, Application application, HttpKinds kinds);

}  // namespace portproof
