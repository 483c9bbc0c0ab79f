#include "capture/evidence/stray_errors.hpp"

#include <algorithm>
#include <tuple>

#include "capture/decode/packet.hpp"
#include "capture/flow/packet_key.hpp"

namespace portproof {
namespace {

FlowKind conversation_kind(const QuotedPacket& quoted) {
  const FlowKind kind = kind_of(quoted, Side::low);
  return kind == FlowKind::icmp_other ? kind : FlowKind::plain;
}

// Is this the conversation that the error quotes? A port that the quote does not reach may be any.
bool quotes(const StrayErrorKey& error, const ConversationKey& key) {
  if (error.quoted_kind != key.kind) return false;
  if (!has_ports(error.quoted_protocol)) return true;
  if (error.quoted_source.port == 0 && error.quoted_destination.port == 0) return true;
  const bool by_initiator = error.quoted_source.address == key.initiator &&
                            error.quoted_destination.address == key.responder &&
                            error.quoted_destination.port == key.port;
  const bool by_responder = error.quoted_source.address == key.responder &&
                            error.quoted_destination.address == key.initiator &&
                            error.quoted_source.port == key.port;
  return by_initiator || by_responder;
}

}  // namespace

void StrayErrorFacts::add(const StrayErrorFacts& other) {
  if (std::tie(other.first, other.first_frame) < std::tie(first, first_frame)) {
    first = other.first;
    first_frame = other.first_frame;
  }
  packets += other.packets;
  last = std::max(last, other.last);
}

std::uint64_t StrayErrors::add(const Packet& packet) {
  StrayErrorKey key;
  key.sender = packet.source;
  key.receiver = packet.destination;
  key.protocol = packet.protocol;
  const QuotedPacket& quoted = packet.quoted;
  if (quoted.present) {
    const bool ports = has_ports(quoted.protocol);
    key.quoted_source = {quoted.source, ports ? quoted.source_port : std::uint16_t{0}};
    key.quoted_destination = {quoted.destination, ports ? quoted.destination_port : std::uint16_t{0}};
    key.quoted_protocol = quoted.protocol;
    key.quoted_kind = conversation_kind(quoted);
  }
  return add(key, {1, packet.time, packet.time, {0, packet.frame_number}});
}

// One that was left out once can never be among the first again: those that sort before it stay. So what is
// kept, and how much is left out, does not depend on the order.
std::uint64_t StrayErrors::add(const StrayErrorKey& key, const StrayErrorFacts& facts) {
  const auto [place, is_new] = errors_.try_emplace(key);
  place->second.add(facts);
  if (!is_new || errors_.size() <= kMost) return 0;
  const auto last = std::prev(errors_.end());
  const std::uint64_t left_out = last->second.packets;
  errors_.erase(last);
  return left_out;
}

std::uint64_t StrayErrors::add(const StrayErrors& other) {
  std::uint64_t left_out = 0;
  for (const auto& [key, facts] : other.errors_) left_out += add(key, facts);
  return left_out;
}

void StrayErrors::move_inputs(const std::vector<std::uint32_t>& indexes) {
  for (auto& [key, facts] : errors_) facts.first_frame.input = indexes[facts.first_frame.input];
}

StrayErrors::Pair StrayErrors::pair_of(const IpAddress& one, const IpAddress& other, std::uint8_t protocol) {
  return {std::min(one, other), std::max(one, other), protocol};
}

StrayErrors::ByPair StrayErrors::by_pair() {
  ByPair pairs;
  for (auto error = errors_.begin(); error != errors_.end(); ++error) {
    const StrayErrorKey& key = error->first;
    // A quote of somebody else's packet explains nothing to the receiver.
    if (key.quoted_source.address != key.receiver) continue;
    pairs[pair_of(key.quoted_source.address, key.quoted_destination.address, key.quoted_protocol)].push_back(
        error);
  }
  return pairs;
}

void StrayErrors::remove_explained(const ConversationKey& key, ByPair& pairs) {
  const auto found = pairs.find(pair_of(key.initiator, key.responder, key.protocol));
  if (found == pairs.end()) return;
  std::vector<Map::iterator>& errors = found->second;
  const auto rest = std::partition(errors.begin(), errors.end(),
                                   [&](const Map::iterator& error) { return !quotes(error->first, key); });
  std::for_each(rest, errors.end(), [this](const Map::iterator& error) { errors_.erase(error); });
  errors.erase(rest, errors.end());
  if (errors.empty()) pairs.erase(found);
}

}  // namespace portproof
