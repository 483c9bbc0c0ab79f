// Proposes an inventory from evidence: which hosts hold which roles, as far as their traffic shows, and why.
// A pure function. It only proposes: people still decide what is documented, allowed and accepted.
// docs/use/discover.md explains the reasoning.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "catalog/catalog.hpp"
#include "classify/discover/contacts.hpp"
#include "classify/discover/labelling.hpp"
#include "classify/discover/overlaps.hpp"
#include "classify/inventory.hpp"
#include "classify/networks.hpp"

namespace portproof {

// A [[host]] entry: one host, or a crowd of hosts that are alike.
struct ProposedLine {
  std::string name;  // unique; ASCII letters, digits, '-', '.', ':' and spaces
  std::vector<AddressBlock> addresses;
  std::vector<RoleId> roles;         // none that another of them implies
  std::vector<std::uint32_t> hosts;  // indices into Contacts::hosts; at least one
};

// An outside host with a name that the catalog knows.
struct CloudHost {
  std::uint32_t host{0};
  RoleSet roles;
  std::string name;
  bool nameless{false};  // it also has contacts without a name, such as UDP sessions
};

// A contact whose application is not one that the documentation expects there.
struct Mismatch {
  std::uint32_t contact{0};
};

struct Proposal {
  RoleTable roles;  // the table that the proposal's role ids index
  Contacts contacts;
  Labelling labelling;
  std::vector<ProposedLine> lines;       // by first address
  std::vector<std::uint32_t> undecided;  // hosts with possible roles but no proposed one; by address
  InternalNetworks internal;
  std::size_t users{0};  // hosts without a role that use the services for users
  std::vector<CloudHost> cloud;
  std::vector<Mismatch> mismatches;
  std::vector<Overlap> overlaps;
  std::vector<std::uint32_t> scanners;  // hosts that probe many ports
};

// `inventory` may be null. Hosts that it lists are known and not proposed again; its roles may be proposed.
Proposal discover(const Evidence& evidence, const Catalog& catalog, const Inventory* inventory);

}  // namespace portproof
