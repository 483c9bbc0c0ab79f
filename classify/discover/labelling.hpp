// Finds the roles of all hosts together, so that they fit each other. What a host serves and asks for
// supports a role more strongly the surer its peers' roles are and the rarer such contacts are without
// Citrix. Round by round, clear roles help with the rest. The fewest roles win: a contact that one of the
// host's roles already explains does not support another.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "classify/discover/contacts.hpp"
#include "classify/discover/internal/explanations.hpp"

namespace portproof {

// Support for a role of a host: one service, with the peers on it.
struct Support {
  bool serves{false};  // the host is the responder
  Transport transport{Transport::tcp};
  std::uint16_t port{0};
  Application application{kUnknownApplication};
  const Rule* rule{nullptr};  // of the strongest contact; may be null
  std::uint32_t peers{0};
  std::uint32_t example{0};  // the strongest contact
  float weight{0};           // in nats, all peers together
};

enum class Confidence : std::uint8_t { certain, likely, possible };

struct Finding {
  RoleId role{0};
  float score{0};  // sum of weights; natural logarithm of the odds against chance
  Confidence confidence{Confidence::possible};
  bool by_name{false};            // a name of the host suggests it too
  std::vector<Support> supports;  // strongest first
  std::optional<RoleId> rival;    // a role that explains the same about as well
};

struct HostRoles {
  RoleSet known;                  // as given
  std::vector<Finding> proposed;  // strongest first
  std::vector<Finding> possible;  // for a person to decide; strongest first
};

struct Labelling {
  std::vector<HostRoles> hosts;  // by index into Contacts::hosts
};

// What other sources say about a host.
struct Known {
  RoleSet roles;  // certain: by the inventory, or by a cloud name that only Citrix has
  RoleSet weak;   // by a name that many others use too
};

// `known` has an entry for each host.
Labelling label(const Contacts& contacts, ExplanationBook& book, const RoleTable& roles,
                const std::vector<Known>& known);

// Would a host entry be written for this role? Not for default roles, inside or outside, nor for cloud roles.
bool is_proposable(const Role& role);

}  // namespace portproof
