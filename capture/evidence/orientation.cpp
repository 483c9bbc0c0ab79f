#include "capture/evidence/orientation.hpp"

#include <algorithm>

#include "capture/base/applications.hpp"
#include "capture/flow/flow.hpp"

namespace portproof {
namespace {

// Is this side one that nothing can come from? Its address says so, or it was only ever a destination: the
// unspecified address, or whatever a frame to the broadcast MAC address was meant for.
bool never_initiates(const FlowKey& key, const FlowFacts& facts, Side side) {
  const IpAddress& address = key.end(side).address;
  if (is_multicast(address) || is_broadcast(address)) return true;
  const bool silent = facts.side(side).packets == 0 && facts.side(other(side)).packets > 0;
  return silent && (is_unspecified(address) || facts.broadcasts == Broadcasts::all);
}

// The side with the lower port is the responder, where that says anything.
std::optional<Side> initiator_by_ports(const FlowKey& key) {
  const std::uint16_t low = key.low.port;
  const std::uint16_t high = key.high.port;
  if (low == high || std::min(low, high) >= kFirstEphemeralPort) return std::nullopt;
  return low < high ? Side::high : Side::low;
}

std::optional<Side> opposite(std::optional<Side> side) {
  if (!side) return std::nullopt;
  return other(*side);
}

bool is_datagram_handshake(Application application) {
  return application == Application::dtls || application == Application::quic;
}

// Finds the direction of one flow.
class Compass {
 public:
  Compass(const FlowKey& key, const FlowFacts& facts, const ServiceOracle& documented,
          const ServiceOracle& listening)
      : key_(key), facts_(facts), documented_(documented), listening_(listening) {}

  [[nodiscard]] Orientation of_tcp() const;
  [[nodiscard]] Orientation of_others(bool capture_had_run) const;

 private:
  [[nodiscard]] bool applies(std::optional<Side> initiator) const {
    return initiator && !never_initiates(key_, facts_, *initiator);
  }
  [[nodiscard]] std::optional<Orientation> by_inference() const;
  [[nodiscard]] Orientation by_first_packet() const;
  [[nodiscard]] std::optional<Orientation> by_catalog() const;
  [[nodiscard]] Orientation contested(Side likely) const {
    return {by_inference().value_or(Orientation{likely}).initiator, DirectionBasis::contested};
  }

  const FlowKey& key_;
  const FlowFacts& facts_;
  const ServiceOracle& documented_;
  const ServiceOracle& listening_;
};

std::optional<Orientation> Compass::by_catalog() const {
  const std::optional<Side> initiator = opposite(documented_(key_));
  if (!applies(initiator)) return std::nullopt;
  return Orientation{*initiator, DirectionBasis::catalog};
}

// Of TCP without its handshake.
std::optional<Orientation> Compass::by_inference() const {
  if (applies(facts_.asker)) return Orientation{*facts_.asker, DirectionBasis::payload};
  if (const auto found = by_catalog()) return found;
  const std::optional<Side> to_listener = opposite(listening_(key_));
  if (applies(to_listener)) return Orientation{*to_listener, DirectionBasis::listener};
  const std::optional<Side> by_ports = initiator_by_ports(key_);
  if (applies(by_ports)) return Orientation{*by_ports, DirectionBasis::port_order};
  return std::nullopt;
}

Orientation Compass::by_first_packet() const {
  const Side first = facts_.first_sender;
  if (applies(first)) return {first, DirectionBasis::first_packet};
  const std::optional<Side> by_ports = initiator_by_ports(key_);
  if (applies(by_ports)) return {*by_ports, DirectionBasis::port_order};
  // The first sender cannot have begun. Where the other end cannot either, it is as good as that.
  return {applies(other(first)) ? other(first) : first, DirectionBasis::first_packet};
}

Orientation Compass::of_tcp() const {
  const Opening opening = opening_of(facts_);
  if (opening.basis == DirectionBasis::contested) return contested(facts_.first_sender);
  const bool sent_syn = opening.initiator && facts_.side(*opening.initiator).syn;
  if (sent_syn || applies(opening.initiator)) {
    const Orientation claimed{*opening.initiator, opening.basis, true};
    const bool both_spoke = facts_.side(Side::low).spoke() && facts_.side(Side::high).spoke();
    if (opening.confirmed || !both_spoke) return claimed;
    const auto inferred = by_inference();
    if (inferred && inferred->initiator != claimed.initiator) return contested(claimed.initiator);
    return {claimed.initiator, claimed.basis};
  }
  if (const auto inferred = by_inference()) return *inferred;
  return by_first_packet();
}

Orientation Compass::of_others(bool capture_had_run) const {
  const Side first = facts_.first_sender;
  if (applies(facts_.initiator)) {
    // An answer whose request was not seen before it may have been made up by who sent it.
    const bool answer_came_first =
        facts_.basis == DirectionBasis::request && facts_.asked_port == 0 && *facts_.initiator != first;
    if (!answer_came_first) return {*facts_.initiator, facts_.basis, true};
    if (is_datagram_handshake(facts_.application)) return {*facts_.initiator, DirectionBasis::contested};
    return {*facts_.initiator, DirectionBasis::payload, true};
  }
  if (capture_had_run && applies(first)) return {first, DirectionBasis::first_packet_after_run, true};
  if (const auto found = by_catalog()) return *found;
  return by_first_packet();
}

}  // namespace

std::optional<Side> no_oracle(const FlowKey& /*key*/) {
  return std::nullopt;
}

Orientation orient(const FlowKey& key, const FlowFacts& facts, bool capture_had_run,
                   const ServiceOracle& documented, const ServiceOracle& listening) {
  const Compass compass(key, facts, documented, listening);
  return key.protocol == kProtocolTcp ? compass.of_tcp() : compass.of_others(capture_had_run);
}

}  // namespace portproof
