// Roles of all hosts at once, so that they fit together: what a host serves and asks for speaks for its roles
// the more, the surer its peers' roles are, and the rarer such contacts are without Citrix. Round by round,
// what is clear helps with the rest. The fewest roles win: what a role that the host has already explains
// speaks for no other.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "classify/discover/contacts.hpp"
#include "classify/discover/internal/explanations.hpp"

namespace portproof {

// What speaks for a role of a host: one service, with the peers on it.
struct Support {
  bool serves{false};  // the host is the responder
  Transport transport{Transport::tcp};
  std::uint16_t port{0};
  Application application{Application::unknown};
  const Rule* rule{nullptr};  // of the contact that says most; may be null
  std::uint32_t peers{0};
  std::uint32_t example{0};  // contact that says most
  float weight{0};           // in nats, all peers together
};

enum class Confidence : std::uint8_t { certain, likely, possible };

struct Finding {
  RoleId role{0};
  float score{0};  // Σ weights; natural logarithm of odds against chance
  Confidence confidence{Confidence::possible};
  bool by_name{false};            // a name of the host says it, too
  std::vector<Support> supports;  // strongest first
  std::optional<RoleId> rival;    // explains the same, about as well
};

struct HostRoles {
  RoleSet known;                  // as it was given
  std::vector<Finding> proposed;  // strongest first
  std::vector<Finding> possible;  // for a person to decide; strongest first
};

struct Labelling {
  std::vector<HostRoles> hosts;  // by index into Contacts::hosts
};

// What is known of a host from elsewhere.
struct Known {
  RoleSet roles;  // certain: by the inventory, or by a name of the cloud that only Citrix has
  RoleSet weak;   // by a name that many others use as well
};

// `known` has an entry for each host.
Labelling label(const Contacts& contacts, ExplanationBook& book, const RoleTable& roles,
                const std::vector<Known>& known);

// A role that a host line would be written for; not those that everybody inside or outside has by default,
// and not the cloud's.
bool is_proposable(const Role& role);

}  // namespace portproof
