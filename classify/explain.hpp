// Explains, without any packets, how a conversation would be judged, which rules would document it, and what
// is documented near it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/base/error.hpp"
#include "classify/judge.hpp"

namespace portproof {

// `from` and `to` are each an address, a role, or the name of a host in the inventory. "role:ddc" and
// "host:ddc" tell a role and a host of the same name apart.
struct ExplainRequest {
  std::string from;
  std::string to;
  Transport transport{Transport::tcp};
  std::uint16_t port{0};  // ignored if the transport has none
  Application application{kUnknownApplication};
};

// The rules belong to the rule book; each list is sorted by id.
struct Explanation {
  Question question;  // of an answered conversation, with a firm direction if the transport has one
  Judgement judgement;
  std::vector<const BookedRule*> documenting;  // fit roles, transport and port; not deny rules
  std::vector<const BookedRule*> denying;      // deny rules that fit roles, transport and port
  std::vector<const BookedRule*> reversed;     // fit the other way round, on this transport and port
  std::vector<const BookedRule*> on_port;      // document transport and port between other roles
  std::vector<const BookedRule*> between;      // document other ports or transports between these roles
};

// An end given as a role is one listed host that holds the role with all it implies, or a group's members. An
// end given as an address has the roles that the inventory gives the address (names do not count), or none
// without an inventory. A word that is both a role and a host is read as each of them, role first: there is
// an explanation for each reading, without those that repeat the roles and the judgement of an earlier one.
// Never empty. Error: usage, if an end is none of these.
Expected<std::vector<Explanation>> explain(const ExplainRequest& request, const Catalog& catalog,
                                           const Inventory* inventory, const RuleBook& book);

}  // namespace portproof
