#include "classify/address_index.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace portproof {
namespace {

// The next address; the first IPv6 address follows the last IPv4 address. Nothing after the very last.
std::optional<IpAddress> next_address(IpAddress address) {
  for (std::size_t index = address.size(); index-- > 0;) {
    if (++address.bytes[index] != 0) return address;
  }
  if (address.family == IpFamily::v6) return std::nullopt;
  address.family = IpFamily::v6;
  return address;
}

struct MoreSpecific {
  bool operator()(const AddressIndex::Entry* left, const AddressIndex::Entry* right) const {
    const int order = compare_specificity(left->block, right->block);
    return order != 0 ? order < 0 : left < right;
  }
};
using OpenBlocks = std::set<const AddressIndex::Entry*, MoreSpecific>;

// An edge of a block: its first address, or the first address after it.
struct Edge {
  IpAddress at;
  const AddressIndex::Entry* entry;
  bool begins;
};

std::vector<Edge> edges_of(const std::vector<AddressIndex::Entry>& entries) {
  std::vector<Edge> edges;
  for (const AddressIndex::Entry& entry : entries) {
    edges.push_back({entry.block.first, &entry, true});
    if (const auto behind = next_address(entry.block.last)) edges.push_back({*behind, &entry, false});
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.at < b.at; });
  return edges;
}

std::vector<std::uint32_t> owners_among(const OpenBlocks& open, AddressIndex::Owners which) {
  std::vector<std::uint32_t> owners;
  const bool all = which == AddressIndex::Owners::all;
  for (const AddressIndex::Entry* const entry : open) {
    if (!all && compare_specificity(entry->block, (*open.begin())->block) != 0) break;
    owners.push_back(entry->owner);
  }
  std::sort(owners.begin(), owners.end());
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  return owners;
}

}  // namespace

AddressIndex::AddressIndex(const std::vector<Entry>& entries, Owners owners) {
  const std::vector<Edge> edges = edges_of(entries);
  OpenBlocks open;
  for (std::size_t index = 0; index < edges.size();) {
    const IpAddress at = edges[index].at;
    for (; index < edges.size() && edges[index].at == at; ++index) {
      if (edges[index].begins) {
        open.insert(edges[index].entry);
      } else {
        open.erase(edges[index].entry);
      }
    }
    ranges_.push_back({at, owners_among(open, owners)});
  }
}

std::span<const std::uint32_t> AddressIndex::owners_of(const IpAddress& address) const {
  const auto behind =
      std::upper_bound(ranges_.begin(), ranges_.end(), address,
                       [](const IpAddress& wanted, const Range& range) { return wanted < range.first; });
  if (behind == ranges_.begin()) return {};
  return std::prev(behind)->owners;
}

}  // namespace portproof
