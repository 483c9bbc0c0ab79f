// Which roles of its two ends would explain a contact, by the catalog's rules for its service and by what a
// Citrix web service reveals about itself; and how well, compared with how often such contacts occur for
// reasons that have nothing to do with Citrix.
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

// The initiator could be `from` and the responder `to`.
struct RolePair {
  RoleId from{0};
  RoleId to{0};
  float weight{1};            // how well it explains the contact, 0 to 1
  float to_share{1};          // how well it singles out the responder's role among the rule's, 0 to 1
  float from_share{1};        // the same for the initiator's role
  const Rule* rule{nullptr};  // null if only a kind of HTTP request shows it
};

// How often two hosts have such a contact without any role of the catalog, as a weight to compare with the
// weights of pairs: near 0 if only Citrix does this, 1 or more if everybody does.
struct Background {
  float responder{0.03F};  // for a host that serves this
  float initiator{0.05F};  // for a host that asks for it
  // The least belief assumed in a peer's role: higher for services that speak for themselves.
  float floor{0.1F};
  bool common{false};  // web traffic and the like: many such contacts say little more than one
  // Replaces `responder` for roles of kind citrix: logs go to a log server rather than to an appliance.
  float citrix_responder{0};
  bool special{true};  // hardly anything but Citrix uses the port or the protocol
};

struct Explanations {
  std::vector<RolePair> pairs;
  Background background;
  bool mismatch{false};  // rules document the service, but none of them expects the application
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
  [[nodiscard]] RoleSet without(RoleSet roles, const std::vector<std::string>& words) const;
  void add_rule(const BookedRule& booked, const Contact& contact, Explanations& found) const;
  void add_peers(const Contact& contact, Explanations& found) const;
  void add_kinds(const Contact& contact, Explanations& found) const;

  const RuleBook& rules_;
  const RoleTable& roles_;
  std::map<Key, std::unique_ptr<const Explanations>> known_;
};

Background background_of(Transport transport, std::uint16_t port, Application application, HttpKinds kinds);

}  // namespace portproof
