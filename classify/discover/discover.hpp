// Proposes an inventory from evidence: which hosts hold which roles, as far as their traffic tells, and why.
// A pure function. It only proposes: what is documented, what is allowed and what is accepted stays for
// people to say. docs/use/discover.md has the reasoning in words.
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

// A [[host]] line: one host, or a crowd of hosts that are alike.
struct ProposedLine {
  std::string name;  // of ASCII letters, digits, '-', '.', ':' and spaces; each once
  std::vector<AddressBlock> addresses;
  std::vector<RoleId> roles;         // none that another of them implies
  std::vector<std::uint32_t> hosts;  // indices into Contacts::hosts; at least one
};

// An outside host that goes by a name that the catalog knows.
struct CloudHost {
  std::uint32_t host{0};
  RoleSet roles;
  std::string name;
  bool nameless{false};  // it also has contacts that gave no name, as UDP sessions do
};

// Something spoken where the documentation expects something else.
struct Mismatch {
  std::uint32_t contact{0};
};

struct Proposal {
  RoleTable roles;  // what role ids of the proposal index
  Contacts contacts;
  Labelling labelling;
  std::vector<ProposedLine> lines;       // by first address
  std::vector<std::uint32_t> undecided;  // hosts with possible roles, and none that is proposed; by address
  InternalNetworks internal;
  std::size_t users{0};  // hosts without a role of their own that use what users use
  std::vector<CloudHost> cloud;
  std::vector<Mismatch> mismatches;
  std::vector<Overlap> overlaps;
  std::vector<std::uint32_t> scanners;  // hosts that try door after door
};

// `inventory` may be null. What it names is known, and not proposed again; its roles may be proposed.
Proposal discover(const Evidence& evidence, const Catalog& catalog, const Inventory* inventory);

}  // namespace portproof
