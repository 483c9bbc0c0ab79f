// Groups judged conversations.
//
// A *family* is the conversations with one verdict and reason, between the same two role sets, on one
// transport (and, if documented, by the same rules). Each port of a family is a group of its own, except:
//  - in a flagged family with more than kFoldedPorts different ports from kFirstFoldedPort up, all of these
//    are one group: this is what negotiated or guessed ephemeral ports look like;
//  - in any family with more than kScanPorts different ports, all ports are one group: this is what a scan
//    looks like, or a rule that documents thousands of ports.
// Ports on which a waiver in force covers a conversation are counted and folded separately, so that an
// accepted port does not vanish in a scan. A folded group's `ports` run from its lowest to its highest port,
// and `ports_seen` counts them.
//
// Each record of attempts that are already folded (capture/evidence/attempts.hpp), such as a scan or a flood,
// is a group of its own. Its ports are the whole range from first to last; its ends are the remembered ones.
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
