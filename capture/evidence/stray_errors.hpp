// ICMP errors that quote a flow which was not alive when they came. An error is no evidence of the flow that
// it quotes, and anybody can send one with any content: unless the evidence has that flow as well, it is
// traffic that nothing explains.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <vector>

#include "capture/base/flow_key.hpp"
#include "capture/evidence/conversation.hpp"

namespace portproof {

struct Packet;

struct StrayErrorKey {
  IpAddress sender;
  IpAddress receiver;
  std::uint8_t protocol{kProtocolIcmp};  // of the error: ICMP or ICMPv6
  // The packet that it quotes. If it quotes none that can be read, both addresses are 0.0.0.0.
  Endpoint quoted_source;
  Endpoint quoted_destination;
  std::uint8_t quoted_protocol{0};
  FlowKind quoted_kind{FlowKind::plain};  // as ConversationKey::kind
  [[nodiscard]] bool quotes_nothing() const {
    return is_unspecified(quoted_source.address) && is_unspecified(quoted_destination.address);
  }
  friend auto operator<=>(const StrayErrorKey&, const StrayErrorKey&) = default;
};

struct StrayErrorFacts {
  std::uint64_t packets{0};
  Timestamp first{Timestamp::latest()};
  Timestamp last{Timestamp::earliest()};
  FrameRef first_frame;

  // Commutative and associative.
  void add(const StrayErrorFacts& other);
  friend bool operator==(const StrayErrorFacts&, const StrayErrorFacts&) = default;
};

// Bounded: the kMost that sort first are kept, whatever the order in which they came. The packets of the
// others are Limit::stray_errors.
class StrayErrors {
 public:
  static constexpr std::size_t kMost = 1024;
  using Map = std::map<StrayErrorKey, StrayErrorFacts>;

  // An ICMP error of an input's frame; its time is the capture clock. Returns the packets that are left out
  // because of it, as does the next.
  std::uint64_t add(const Packet& packet);
  std::uint64_t add(const StrayErrorKey& key, const StrayErrorFacts& facts);
  std::uint64_t add(const StrayErrors& other);

  [[nodiscard]] bool empty() const { return errors_.empty(); }
  [[nodiscard]] std::size_t size() const { return errors_.size(); }
  [[nodiscard]] const Map& errors() const { return errors_; }

  // Gives each error its new input, by its old one.
  void move_inputs(const std::vector<std::uint32_t>& indexes);

  // Takes out those that quote one of these conversations, in either direction: they concern traffic that was
  // seen, if not at the time.
  template <typename AllConversations>
  void remove_explained(const AllConversations& conversations);

  friend bool operator==(const StrayErrors&, const StrayErrors&) = default;

 private:
  // Which conversations could explain errors, by their two addresses, the smaller one first, and protocol.
  struct Pair {
    IpAddress low;
    IpAddress high;
    std::uint8_t protocol{0};
    friend auto operator<=>(const Pair&, const Pair&) = default;
  };
  using ByPair = std::map<Pair, std::vector<Map::iterator>>;
  static Pair pair_of(const IpAddress& one, const IpAddress& other, std::uint8_t protocol);
  [[nodiscard]] ByPair by_pair();
  void remove_explained(const ConversationKey& key, ByPair& pairs);

  Map errors_;
};

template <typename AllConversations>
void StrayErrors::remove_explained(const AllConversations& conversations) {
  if (errors_.empty()) return;
  ByPair pairs = by_pair();
  for (const auto& [key, facts] : conversations) {
    if (pairs.empty()) return;
    remove_explained(key, pairs);
  }
}

}  // namespace portproof
