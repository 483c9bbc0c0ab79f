// The sentences of a proposed inventory: why a role is proposed, and what would distinguish two roles. The
// text is not yet escaped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "classify/discover/discover.hpp"

namespace portproof {

// "TCP 1494", "UDP 443", "ICMP echo".
std::string service_text(const Contact& contact);

// "answers TCP 80 (http) of 3 hosts, as of 10.20.4.11 (vda-registration)"
std::string reason_text(const Support& support, const Proposal& proposal);

// The first few of the names.
std::string names_text(const std::vector<std::string>& names);

// What would distinguish the roles of an entry, or the roles that a host may have, from others.
std::vector<std::string> remarks_on(const ProposedLine& line, const Proposal& proposal);
std::vector<std::string> remarks_on(const std::vector<Finding>& findings, const Proposal& proposal);

// Lines of a TOML comment, no wider than the project's files. The text is already escaped.
std::vector<std::string> wrapped_comment(std::string_view escaped);

}  // namespace portproof
