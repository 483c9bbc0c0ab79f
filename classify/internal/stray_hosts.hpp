// Whom stray ICMP errors concern.
#pragma once

#include <cstdint>

#include "capture/evidence/stray_errors.hpp"
#include "classify/party.hpp"

namespace portproof {

// Packets of the errors that were sent by a listed host or to one, or that quote a packet of one or to one. A
// host that holds a role of kind `citrix` counts as listed.
std::uint64_t stray_errors_of_listed_hosts(const StrayErrors& errors, const Parties& parties);

}  // namespace portproof
