#include "classify/networks.hpp"

#include <algorithm>
#include <map>

namespace portproof {
namespace {

// The network with a prefix of `bytes` bytes.
AddressBlock network_of(const IpAddress& address, std::size_t bytes) {
  AddressBlock block{address, address};
  const auto from = static_cast<std::ptrdiff_t>(bytes);
  const auto end = static_cast<std::ptrdiff_t>(address.family == IpFamily::v4 ? 4 : 16);
  std::fill(block.first.bytes.begin() + from, block.first.bytes.begin() + end, std::uint8_t{0});
  std::fill(block.last.bytes.begin() + from, block.last.bytes.begin() + end, std::uint8_t{0xff});
  return block;
}

AddressBlock site_of(const IpAddress& address) {
  constexpr std::size_t kBytesOf4 = 2;
  constexpr std::size_t kBytesOf6 = 6;
  return network_of(address, address.family == IpFamily::v4 ? kBytesOf4 : kBytesOf6);
}

}  // namespace

AddressBlock segment_of(const IpAddress& address) {
  constexpr std::size_t kBytesOf4 = 3;
  constexpr std::size_t kBytesOf6 = 8;
  return network_of(address, address.family == IpFamily::v4 ? kBytesOf4 : kBytesOf6);
}

InternalNetworks internal_networks(const std::vector<Segment>& segments) {
  InternalNetworks answer;
  std::map<AddressBlock, std::vector<const Segment*>> sites;
  for (const Segment& segment : segments) {
    if (segment.hosts >= 2 || segment.servers > 0) {
      sites[site_of(segment.block.first)].push_back(&segment);
    }
  }
  const auto covers = [&](const Segment& segment) {
    return std::any_of(answer.networks.begin(), answer.networks.end(),
                       [&](const AddressBlock& block) { return block.contains(segment.block.first); });
  };
  constexpr std::size_t kSeveral4 = 3;
  for (const auto& [site, inside] : sites) {
    const std::size_t several = site.first.family == IpFamily::v4 ? kSeveral4 : 1;
    if (inside.size() >= several) {
      answer.networks.push_back(site);
    } else {
      for (const Segment* segment : inside) answer.networks.push_back(segment->block);
    }
  }
  for (const Segment& segment : segments) {
    if (!covers(segment)) answer.left_out.push_back(segment);
  }
  return answer;
}

std::vector<AddressBlock> runs_of(const std::vector<CrowdMember>& members) {
  constexpr std::size_t kRun = 3;
  std::vector<AddressBlock> blocks;
  for (std::size_t index = 0; index < members.size();) {
    if (!members[index].alike) {
      ++index;
      continue;
    }
    std::size_t end = index;
    const AddressBlock segment = segment_of(members[index].address);
    while (end < members.size() && members[end].alike && segment.contains(members[end].address)) ++end;
    if (end - index >= kRun) {
      blocks.push_back({members[index].address, members[end - 1].address});
    } else {
      for (std::size_t single = index; single < end; ++single) {
        blocks.push_back({members[single].address, members[single].address});
      }
    }
    index = end;
  }
  return blocks;
}

}  // namespace portproof
