// The unit that is judged: who asked whom for what, and what became of it.
#pragma once

#include <compare>
#include <cstdint>

#include "capture/base/flow_facts.hpp"
#include "capture/base/ip_address.hpp"
#include "capture/base/timestamp.hpp"
#include "capture/evidence/shared_text.hpp"

namespace portproof {

// The initiator's own port is not part of it.
struct ConversationKey {
  IpAddress initiator;
  IpAddress responder;
  std::uint8_t protocol{0};        // IP protocol number; ICMP and ICMPv6 stay apart
  FlowKind kind{FlowKind::plain};  // `icmp_other` or, of everything else, `plain`
  std::uint16_t port{0};           // 0 if the protocol has none
  Application application{kUnknownApplication};
  NameState name_state{NameState::unseen};
  SharedText name;  // only with NameState::given

  friend auto operator<=>(const ConversationKey&, const ConversationKey&) = default;
};
static_assert(sizeof(ConversationKey) == 48);

// What rules call it.
constexpr Transport transport_of(const ConversationKey& key) {
  return transport_of(key.protocol, key.kind);
}

// A number that is never larger for the smaller one of two keys. Two addresses of IPv4 are told apart in full
// but for the last two bits.
std::uint64_t order_prefix(const ConversationKey& key);

// Where a conversation was first seen.
struct FrameRef {
  std::uint32_t input{0};  // index into Evidence::inputs
  std::uint64_t number{0};
  friend auto operator<=>(const FrameRef&, const FrameRef&) = default;
};

struct ConversationFacts {
  std::uint64_t sessions{0};
  std::uint64_t flows{0};
  std::uint64_t packets{0};
  std::uint64_t bytes{0};
  Timestamp first{Timestamp::latest()};
  Timestamp last{Timestamp::earliest()};
  FrameRef first_frame;
  FlowState state{FlowState::one_way};
  DirectionBasis basis{DirectionBasis::first_packet};
  bool answered{false};  // the responder sent something that is no refusal
  bool carries{false};   // some of its packets are outer packets of a tunnel
  Broadcasts broadcasts{Broadcasts::none};
  std::uint64_t missed_bytes{0};  // as SideFacts has them, of both sides
  HttpKinds kinds;
  ApplicationSet later_applications;  // what its flows turned to after `application` (flow/flow.hpp)

  // Commutative and associative.
  void add(const ConversationFacts& other);
  friend bool operator==(const ConversationFacts&, const ConversationFacts&) = default;
};
static_assert(sizeof(ConversationFacts) == 96);

}  // namespace portproof
