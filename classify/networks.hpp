// Addresses put together: which networks lie inside the estate, and which runs of addresses are alike.
#pragma once

#include <vector>

#include "classify/address_block.hpp"

namespace portproof {

// The network around an address that is taken for one segment: /24, and /64 of IPv6.
AddressBlock segment_of(const IpAddress& address);

// What is seen of one segment.
struct Segment {
  AddressBlock block;
  std::size_t hosts{0};    // of the site's own addresses, that take part in a contact
  std::size_t servers{0};  // those of them with a role
};

struct InternalNetworks {
  std::vector<AddressBlock> networks;  // sorted, none within another
  std::vector<Segment> left_out;       // segments with too little in them to tell
};

// Segments with at least two hosts, or one that holds a role, lie inside. Where a /16 (IPv6: a /48) has
// several of them, the whole is taken: estates are numbered in blocks.
InternalNetworks internal_networks(const std::vector<Segment>& segments);

// A host of a crowd: machines that are alike by the dozen.
struct CrowdMember {
  IpAddress address;
  bool alike{false};  // false: it breaks a run
};

// Three or more neighbours of one segment, with nobody else between them, become a range. `members` are
// sorted by address.
std::vector<AddressBlock> runs_of(const std::vector<CrowdMember>& members);

}  // namespace portproof
