// Sends an event for each flagged conversation that is new, and for each that returns after a silence. It
// remembers what it has seen, so that a conversation that lasts for hours is one event.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "app/watch/events.hpp"
#include "capture/base/ip_address.hpp"
#include "capture/base/timestamp.hpp"
#include "classify/audit.hpp"

namespace portproof {

struct FlaggedLimits {
  // The most conversations that are remembered, and pairs of hosts that are counted. Beyond that, the quarter
  // of the conversations that were seen longest ago is forgotten: if one of them comes again, it is new.
  std::size_t remembered{200'000};
  // Events for one initiator and responder per interval: a scan shows by its first ports and leaves room for
  // others.
  std::uint32_t of_pair{16};
};

class FlaggedWatch {
 public:
  // A conversation counts as returned after more than `quiet` without a packet.
  explicit FlaggedWatch(Duration quiet, const FlaggedLimits& limits = {}) : quiet_(quiet), limits_(limits) {}

  // What is flagged in this audit is known: an earlier run has sent events for it.
  void remember(const Audit& before);

  // Sends "first-flagged" and "returned" for the flagged conversations of `found`, which contains what came
  // since `last_look`. Conversations that were answered go first, so that a flood of attempts cannot use up
  // the rate. What exceeds the limits or the rate is held back and counted there.
  void look(const Audit& found, Timestamp last_look, Timestamp now, Events& events);

  // From now on, each pair of hosts may have all its events again.
  void begin_interval() { events_of_pair_.clear(); }

 private:
  enum class Sighting : std::uint8_t { known, first, returned };
  Sighting note(const ConversationKey& key, const ConversationFacts& facts, Timestamp last_look);
  void forget_oldest();
  bool has_room(const ConversationKey& key);

  // A conversation, whatever its application.
  struct Flagged {
    IpAddress initiator;
    IpAddress responder;
    Transport transport;
    std::uint16_t port;
    friend auto operator<=>(const Flagged&, const Flagged&) = default;
  };

  Duration quiet_;
  FlaggedLimits limits_;
  std::map<Flagged, Timestamp> last_seen_;
  std::map<std::pair<IpAddress, IpAddress>, std::uint32_t> events_of_pair_;  // wanted in this interval
};

}  // namespace portproof
