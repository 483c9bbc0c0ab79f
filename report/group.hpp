// Puts judged conversations into groups.
//
// A *family* is the conversations of one verdict and reason, between the same two role sets, on one transport
// (and, where they are documented, by the same rules). Each port of a family is a group of its own, except:
//  - in a flagged family with more than kFoldedPorts different ports from kFirstFoldedPort up, all of
//    these are one group: so look ephemeral ports that somebody negotiates or guesses;
//  - in any family with more than kScanPorts different ports, all ports are one group: so looks a scan, and
//    so does a rule that documents thousands of ports.
// Ports on which a waiver in force covers a conversation are counted and folded apart from the others, so
// that an accepted port does not vanish in a scan. A folded group's `ports` reach from its lowest to its
// highest port, and `ports_seen` counts them.
//
// Attempts that were folded already (evidence/attempts.hpp) are a group of their own, one a record: a scan, a
// flood. Its ports are all from the first to the last, its ends those that are remembered.
#pragma once

#include <vector>

#include "report/report.hpp"

namespace portproof {

inline constexpr std::uint16_t kFirstFoldedPort = 1024;
inline constexpr std::size_t kFoldedPorts = 8;
inline constexpr std::size_t kScanPorts = 64;

// Sorted by rank, verdict, reason, roles, transport, ports and rules.
std::vector<Group> make_groups(const Audit& audit);

}  // namespace portproof
