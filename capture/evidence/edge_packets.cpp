#include "capture/evidence/edge_packets.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "capture/evidence/evidence.hpp"
#include "capture/flow/duplicates.hpp"

namespace portproof {
namespace {

// Is `packet` a copy of `other`, which was captured in another input before it?
bool is_copy_of(const EdgePacket& packet, const EdgePacket& other) {
  return other.edge == Edge::last && packet.edge == Edge::first && other.mark == packet.mark &&
         other.input != packet.input &&
         std::tie(other.time, other.input) < std::tie(packet.time, packet.input) &&
         Duplicates::is_soon(other.time, packet.time);
}

}  // namespace

EdgePackets packets_at(Edge edge, EdgePackets packets, std::uint64_t& left_out) {
  // By mark, and of each mark the one nearest to the edge first.
  const auto nearer = [edge](const EdgePacket& left, const EdgePacket& right) {
    return edge == Edge::first ? left.time < right.time : right.time < left.time;
  };
  std::sort(packets.begin(), packets.end(), [&](const EdgePacket& left, const EdgePacket& right) {
    return left.mark != right.mark ? left.mark < right.mark : nearer(left, right);
  });
  const auto same_mark = [](const EdgePacket& left, const EdgePacket& right) {
    return left.mark == right.mark;
  };
  packets.erase(std::unique(packets.begin(), packets.end(), same_mark), packets.end());
  if (packets.size() <= kMostEdgePackets) return packets;
  left_out += packets.size() - kMostEdgePackets;
  const auto end = packets.begin() + kMostEdgePackets;
  std::nth_element(packets.begin(), end, packets.end(), [&](const EdgePacket& left, const EdgePacket& right) {
    return left.time != right.time ? nearer(left, right) : left.mark < right.mark;
  });
  packets.erase(end, packets.end());
  std::sort(packets.begin(), packets.end());
  return packets;
}

void merge_into(EdgePackets& packets, EdgePackets&& others) {
  const auto middle = static_cast<std::ptrdiff_t>(packets.size());
  packets.insert(packets.end(), others.begin(), others.end());
  std::inplace_merge(packets.begin(), packets.begin() + middle, packets.end());
  others.clear();
}

void count_copies(Evidence& evidence) {
  const EdgePackets& packets = evidence.edge_packets;
  for (auto packet = packets.begin(); packet != packets.end(); ++packet) {
    if (packet->edge != Edge::first) continue;
    // Those of its mark that came before it lie before it.
    for (auto other = packet; other != packets.begin();) {
      --other;
      if (other->mark != packet->mark || !Duplicates::is_soon(other->time, packet->time)) break;
      if (!is_copy_of(*packet, *other)) continue;
      ++evidence.inputs[packet->input].gaps.duplicates;
      break;
    }
  }
  evidence.edge_packets.clear();
}

}  // namespace portproof
