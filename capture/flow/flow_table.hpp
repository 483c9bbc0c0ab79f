// The flows that are alive, on capture time. Bounded: a full table closes a flow to admit another, one that
// was never established before one that was, and counts it. It knows no rule and no role; it announces
// each flow that closes, with its facts, to a FlowSink.
//
// The packet path is `observe`: key, one probe, count; opening, closing, expiry and the look at the payload
// are out of line. Expiry is exact, not a matter of when the sweep comes by: a flow that has been silent for
// its timeout is closed and opened anew by the packet that finds it. The sweep only frees memory.
//
// An ICMP error is counted to a flow of its own pair, and marks the flow that it quotes, if that is alive.
//
// Hashing is keyed (XXH3 with a secret made from the seed). No iteration order reaches the sink's
// totals: sinks must not depend on the order in which flows close.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "capture/decode/packet.hpp"
#include "capture/flow/flow.hpp"

namespace portproof {

enum class CloseReason : std::uint8_t { fin, reset, idle, evicted, end_of_capture };
inline constexpr std::array<std::string_view, 5> kCloseReasonNames{"fin", "reset", "idle", "evicted",
                                                                   "end-of-capture"};

// A flow that has closed. `name` is valid during the call only.
struct ClosedFlow {
  const FlowKey& key;
  const FlowFacts& facts;
  std::string_view name;  // the name that the connection gave; empty unless facts.name_state is `given`
  CloseReason reason;
};

class FlowSink {
 public:
  virtual ~FlowSink() = default;
  virtual void closed(const ClosedFlow& flow) = 0;
};

struct FlowTableOptions {
  FlowTimeouts timeouts;
  std::size_t max_flows{4'000'000};  // at least 1 and at most 16,777,214 are kept, whatever is asked for
  std::uint64_t seed{0};             // of the keyed hash
};

struct FlowCounts {
  std::uint64_t packets{0};
  std::uint64_t opened{0};
  std::array<std::uint64_t, kCloseReasonNames.size()> closed{};  // by CloseReason
  std::uint64_t names_refused{
      0};  // names that live flows gave and that were too many to keep (flow/name_pool.hpp)
  std::uint64_t tunnels_refused{0};  // likewise of what flows were carried in (flow/tunnel_pool.hpp)
  std::uint64_t duplicates{0};       // packets that a mirror had delivered before (flow/duplicates.hpp)
  // Opening messages in several packets that were not put together because there were too many of them at a
  // time (identify/assembly.hpp).
  std::uint64_t openings_refused{0};
};

// What the table says of a packet that it has counted.
struct Sighting {
  Application spoken{Application::unknown};  // on its flow, as far as it is known
  bool first_of_side{false};                 // the first packet that its sender sent on that flow
};

class FlowTable {
 public:
  FlowTable(const FlowTableOptions& options, FlowSink& sink);
  ~FlowTable();
  FlowTable(const FlowTable&) = delete;
  FlowTable& operator=(const FlowTable&) = delete;

  // Counts the packet to its flow. `now` is the capture clock, which never runs back; packet.time is not
  // used. Packets of a capture must come in file order.
  Sighting observe(const Packet& packet, Timestamp now);

  // The same for each of `packets`, whose `time` is the capture clock, and faster. `spoken` has as many
  // places.
  static constexpr std::size_t kBatch = 32;
  void observe(std::span<const Packet> packets, std::span<Sighting> sightings);

  // The clock stood still at `from` while it doubted, and now goes on at `to`: flows to which the last
  // `packets` belong were busy then, not before. Must be told before those flows have another packet; knows
  // the last kRemembered packets only.
  static constexpr std::size_t kRemembered = 16;
  void catch_up(std::size_t packets, Timestamp from, Timestamp to);

  // Looks at the next few entries and closes those that have been silent too long; call it now and then, a
  // few times per thousand packets, with the capture clock.
  void expire(Timestamp now);

  // Closes every flow, with reason `end_of_capture` (those that are past their timeout: their own reason).
  void finish(Timestamp now);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] FlowCounts counts() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace portproof
