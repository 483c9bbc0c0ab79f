#include "classify/one_way_mirrors.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "classify/networks.hpp"

// The argument, for two networks A and B:
//
//   A -> B    data packets, on established connections       captured
//   B -> A    nothing at all                                 yet somebody must have acknowledged that data
//
// So B -> A exists and was not captured. The proof needs both halves. Without established connections,
// silence may mean that nobody answered: a scan of an empty network looks just like it. And if even one
// packet from B to A was captured, the direction is mirrored and something else was lost.
//
// 1. Note for each direction between two networks whether anything was seen, and how many connections
//    prove the other direction (take).
// 2. A direction is missing if the reverse proves it and nothing was seen in it (find_missing).
// 3. If all that a network sends, or all that it receives, is missing, that is one cause and becomes one
//    line. It takes the directions that it covers out of the list; what remains is listed one by one.
// 4. If no direction has its reverse anywhere, the capture as a whole has one direction.
//
// One pass over the conversations, and a map of pairs of networks: small, as there are few networks.

namespace portproof {
namespace {

using Direction = std::pair<AddressBlock, AddressBlock>;  // from, to

// What was seen in one direction between two networks.
struct Traffic {
  bool seen{false};
  std::uint64_t answered{0};  // connections that somebody answered, though the answers were not seen
};

using Traffics = std::map<Direction, Traffic>;

Direction reversed(const Direction& direction) {
  return {direction.second, direction.first};
}

bool is_one_host(const IpAddress& address) {
  return !is_multicast(address) && !is_broadcast(address) && !is_unspecified(address);
}

// Do connections with only one side captured show that the other side answered? They do if the application is
// known, which takes data, or if they have many packets.
bool shows_answers(const ConversationKey& key, const ConversationFacts& facts) {
  if (key.protocol != kProtocolTcp) return false;
  return is_identified(key.application) || facts.packets / kPacketsUnderWay >= facts.flows;
}

void take(const ConversationKey& key, const ConversationFacts& facts, Traffics& traffics) {
  if (facts.broadcasts == Broadcasts::all || !is_one_host(key.initiator) || !is_one_host(key.responder))
    return;
  const Direction asking{segment_of(key.initiator), segment_of(key.responder)};
  // In a one-way connection only one side was seen: the responder if it is known to have sent something, else
  // the initiator. If the initiator's SYN was seen as well, the two were seen in different connections.
  const bool one_way = facts.state == FlowState::one_way;
  const bool initiator_seen = !one_way || !facts.answered || facts.basis == DirectionBasis::syn;
  const bool responder_seen = facts.state == FlowState::established || facts.state == FlowState::refused ||
                              (one_way && facts.answered);
  const bool shows = one_way && initiator_seen != responder_seen && shows_answers(key, facts);
  if (initiator_seen) {
    Traffic& traffic = traffics[asking];
    traffic.seen = true;
    if (shows) traffic.answered += facts.flows;
  }
  if (responder_seen) {
    Traffic& traffic = traffics[reversed(asking)];
    traffic.seen = true;
    if (shows) traffic.answered += facts.flows;
  }
}

// Which attempts were refused is not remembered, so their answers show nothing.
void take(const Attempts& attempts, Traffics& traffics) {
  if (attempts.facts.broadcasts == Broadcasts::all) return;
  for (const auto& [end, example] : attempts.examples) {
    if (!is_one_host(example.initiator) || !is_one_host(example.responder)) continue;
    traffics[{segment_of(example.initiator), segment_of(example.responder)}].seen = true;
  }
}

// Everything that one network sends, or everything that is sent to it.
enum class End : std::uint8_t { from, to };
using MirrorEnd = std::pair<AddressBlock, End>;

struct Whole {
  bool seen{false};                // some of it was captured
  std::vector<Direction> missing;  // the rest
  std::uint64_t connections{0};    // how many connections show it
};

struct Missing {
  std::map<Direction, std::uint64_t> directions;  // with the number of connections that show each
  std::map<MirrorEnd, Whole> wholes;
  bool any_both_ways{false};
  std::uint64_t connections{0};
};

Missing find_missing(const Traffics& traffics) {
  Missing missing;
  for (const auto& [direction, traffic] : traffics) {
    missing.wholes[{direction.first, End::from}].seen = true;
    missing.wholes[{direction.second, End::to}].seen = true;
    const Direction back = reversed(direction);
    const bool both_ways = traffics.find(back) != traffics.end();
    missing.any_both_ways = missing.any_both_ways || both_ways;
    if (both_ways || traffic.answered == 0) continue;
    missing.directions[back] = traffic.answered;
    missing.connections += traffic.answered;
    for (const MirrorEnd& end : {MirrorEnd{back.first, End::from}, MirrorEnd{back.second, End::to}}) {
      Whole& whole = missing.wholes[end];
      whole.missing.push_back(back);
      whole.connections += traffic.answered;
    }
  }
  return missing;
}

// The wholes of which nothing was captured, those with the most missing directions first: directions that one
// whole explains need no separate mirror.
std::vector<std::pair<MirrorEnd, const Whole*>> ranked(const Missing& missing) {
  std::vector<std::pair<MirrorEnd, const Whole*>> wholes;
  for (const auto& [end, whole] : missing.wholes) {
    const bool several = whole.missing.size() >= 2 && whole.connections >= kLeastConnections;
    if (!whole.seen && several) wholes.emplace_back(end, &whole);
  }
  std::stable_sort(wholes.begin(), wholes.end(), [](const auto& left, const auto& right) {
    return left.second->missing.size() > right.second->missing.size();
  });
  return wholes;
}

// If `whole` explains several of the `directions` left, removes these and returns the mirror.
std::optional<OneWayMirror> take_out(const MirrorEnd& end, const Whole& whole,
                                     std::map<Direction, std::uint64_t>& directions) {
  OneWayMirror mirror;
  (end.second == End::from ? mirror.from : mirror.to) = end.first;
  std::vector<Direction> left;
  for (const Direction& direction : whole.missing) {
    const auto found = directions.find(direction);
    if (found == directions.end()) continue;
    left.push_back(direction);
    mirror.connections += found->second;
  }
  if (left.size() < 2 || mirror.connections < kLeastConnections) return std::nullopt;
  for (const Direction& direction : left) directions.erase(direction);
  return mirror;
}

auto ends_of(const OneWayMirror& mirror) {
  return std::tie(mirror.from, mirror.to);
}

}  // namespace

std::vector<OneWayMirror> one_way_mirrors(const Conversations& conversations,
                                          const FoldedAttempts& attempts) {
  // Only connections of which one side was seen show that the other is missing.
  const bool any = std::any_of(conversations.begin(), conversations.end(), [](const auto& conversation) {
    return conversation.second.state == FlowState::one_way;
  });
  if (!any) return {};
  Traffics traffics;
  for (const auto& [key, facts] : conversations) take(key, facts, traffics);
  for (const auto& [key, record] : attempts) take(record, traffics);
  Missing missing = find_missing(traffics);
  std::vector<OneWayMirror> mirrors;
  for (const auto& [end, whole] : ranked(missing)) {
    if (const auto mirror = take_out(end, *whole, missing.directions)) mirrors.push_back(*mirror);
  }
  for (const auto& [direction, connections] : missing.directions) {
    if (connections >= kLeastConnections) mirrors.push_back({direction.first, direction.second, connections});
  }
  if (mirrors.empty() && !missing.any_both_ways && missing.connections >= kLeastConnections) {
    mirrors.push_back({std::nullopt, std::nullopt, missing.connections});
  }
  std::sort(mirrors.begin(), mirrors.end());
  return mirrors;
}

bool is_missing(const std::vector<OneWayMirror>& mirrors, const IpAddress& from, const IpAddress& to) {
  if (mirrors.empty()) return false;
  const auto has = [&mirrors](const OneWayMirror& wanted) {
    const auto found = std::lower_bound(
        mirrors.begin(), mirrors.end(), wanted,
        [](const OneWayMirror& left, const OneWayMirror& right) { return ends_of(left) < ends_of(right); });
    return found != mirrors.end() && ends_of(*found) == ends_of(wanted);
  };
  const AddressBlock sending = segment_of(from);
  const AddressBlock receiving = segment_of(to);
  return has({sending, receiving}) || has({sending, {}}) || has({{}, receiving}) || has({});
}

bool is_any_missing(const std::vector<OneWayMirror>& mirrors, const IpAddress& from) {
  return std::any_of(mirrors.begin(), mirrors.end(), [&from](const OneWayMirror& mirror) {
    return !mirror.from || mirror.from->contains(from);
  });
}

void note_unmirrored(const std::vector<OneWayMirror>& mirrors, Conversations& conversations) {
  if (mirrors.empty()) return;
  for (auto& [key, facts] : conversations) {
    if (facts.state != FlowState::attempted) continue;
    if (is_missing(mirrors, key.responder, key.initiator)) facts.state = FlowState::one_way;
  }
}

void note_unmirrored(const std::vector<OneWayMirror>& mirrors, Attempts& attempts) {
  if (mirrors.empty() || attempts.facts.state != FlowState::attempted) return;
  const bool unmirrored =
      std::all_of(attempts.examples.begin(), attempts.examples.end(), [&mirrors](const auto& entry) {
        return is_missing(mirrors, entry.second.responder, entry.second.initiator);
      });
  if (unmirrored) attempts.facts.state = FlowState::one_way;
}

std::string to_string(const OneWayMirror& mirror) {
  if (!mirror.from && !mirror.to) return "one direction of every connection";
  std::string text = "what ";
  text += mirror.from ? to_string(*mirror.from) + " sends" : "is sent";
  if (mirror.to) text += " to " + to_string(*mirror.to);
  return text;
}

}  // namespace portproof
