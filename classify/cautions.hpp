// Finds entries of an inventory that load, but can shelter nearly anything.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "classify/inventory.hpp"

namespace portproof {

// One entry that deserves a second look.
struct Caution {
  std::size_t line{0};  // of the entry in the inventory
  std::string what;     // a sentence without a full stop

  friend bool operator==(const Caution&, const Caution&) = default;
};

// Of waivers: those for every port, or more than kBroadPorts ports; those between nearly all hosts; those
// that hold for more than a year from `now` (not checked without it). Of [[allow]] entries: those between
// nearly all hosts; several that together have more than kBroadPorts ports between the same ends, none of
// which counts as broad. An end is nearly all hosts if it is 65,536 IPv4 addresses, an IPv6 /48, or more; all
// Citrix roles; or a default role. By line.
std::vector<Caution> cautions_of(const Inventory& inventory, std::optional<Timestamp> now);

}  // namespace portproof
