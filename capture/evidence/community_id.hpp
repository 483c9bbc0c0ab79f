// Community ID, version 1, with seed 0: a short text that other tools give to the same flow
// (https://github.com/corelight/community-id-spec).
#pragma once

#include <optional>
#include <string>

#include "capture/base/flow_key.hpp"

namespace portproof {

// "1:" and the Base64 of a SHA-1 of addresses, protocol and ports; of ICMP's echoes, which have no ports, of
// the two types of message instead. Only for those it matters which end asked, `initiator`; any other flow
// has one ID for both its directions. VLANs are no part of it.
//
// Nothing for the rest of a pair's ICMP: the ID of such a message depends on its type and code, and one flow
// holds all of them. Nothing either where the system's OpenSSL has SHA-1 forbidden.
std::optional<std::string> community_id(const FlowKey& key, Side initiator);

}  // namespace portproof
