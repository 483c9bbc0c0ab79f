// Combines addresses: which networks lie inside the estate, and which ranges hold hosts that are alike.
#pragma once

#include <vector>

#include "classify/address_block.hpp"

namespace portproof {

// The network that counts as the address's segment: its /24, or its /64 for IPv6.
AddressBlock segment_of(const IpAddress& address);

// What was seen of one segment.
struct Segment {
  AddressBlock block;
  std::size_t hosts{0};    // the site's own addresses that take part in a contact
  std::size_t servers{0};  // hosts with a role among them
};

struct InternalNetworks {
  std::vector<AddressBlock> networks;  // sorted, none within another
  std::vector<Segment> left_out;       // segments with too few hosts to decide
};

// Segments with at least two hosts, or one host with a role, lie inside. Three of them in a /16 (IPv6: one in
// a /48) put the whole block inside, because estates are numbered in blocks.
InternalNetworks internal_networks(const std::vector<Segment>& segments);

// A host in a crowd: dozens of machines that are alike.
struct CrowdMember {
  IpAddress address;
  bool alike{false};  // false: it ends a range
};

// Three or more members of one segment that are alike, with no other member between them, become a range;
// fewer are listed one by one. `members` are sorted by address.
std::vector<AddressBlock> runs_of(const std::vector<CrowdMember>& members);

}  // namespace portproof
