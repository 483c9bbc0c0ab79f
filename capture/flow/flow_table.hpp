// The flows that are alive, on capture time. Bounded: a full table closes a flow to admit another, one that
// was never established before one that was, and counts it. It knows no rule and no role; it announces
// each flow that closes, with its facts, to a FlowSink.
//
// The packet path is `observe`: key, one probe, count; opening, closing, expiry and the look at the payload
// are out of line. Expiry is exact, not a matter of when the sweep comes by: a flow that has been silent for
// its timeout is closed and opened anew by the packet that finds it. The sweep only frees memory.
//
// An ICMP error is counted to a flow of its own pair, and marks the flow that it quotes, if that is alive and
// the error goes to the sender of the quoted packet. Otherwise the sink hears of a stray error.
//
// Hashing is keyed by the seed (flow_lookup.hpp). No iteration order reaches the sink's
// totals: sinks must not depend on the order in which flows close.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "capture/base/flow_facts.hpp"
#include "capture/base/reasons.hpp"
#include "capture/decode/packet.hpp"
#include "capture/flow/flow_lookup.hpp"
#include "capture/flow/flow_table_options.hpp"

namespace portproof {

// A flow that has closed. `name` is valid during the call only.
struct ClosedFlow {
  const FlowKey& key;
  const FlowFacts& facts;
  std::string_view name;  // the name that the connection gave; empty unless facts.name_state is `given`
  CloseReason reason;
  // The next flow of this key may be the rest of this one: it was closed to make room, or by the answer to a
  // SYN that looked like a forgery.
  bool may_go_on{false};
};

// What the table says of a packet that it has counted.
struct Sighting {
  Application spoken{kUnknownApplication};  // on its flow, as far as it is known
  bool first_of_side{false};                // the first packet that its sender sent on that flow
};

class FlowSink {
 public:
  virtual ~FlowSink() = default;
  virtual void closed(const ClosedFlow& flow) = 0;
  // A packet that may matter by itself: the first one of a side of a flow, any one on which DNS is spoken,
  // any one that is never judged (is_judged). Its time is the capture clock.
  virtual void seen(const Packet& /*packet*/, const Sighting& /*sighting*/) {}
  // What the table is told by FlowTable::catch_up.
  virtual void caught_up(std::uint64_t /*first_frame*/, Timestamp /*from*/, Timestamp /*to*/) {}
  // An ICMP error that quotes no flow that is alive (FlowTable). Its time is the capture clock.
  virtual void stray_error(const Packet& /*packet*/) {}
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
  std::uint64_t marks_forgotten{0};  // packets of which copies may not have been known (flow/duplicates.hpp)
};

// A packet by its mark, and when it was last captured, to the tick (flow/duplicates.hpp).
struct RecentMark {
  std::uint64_t mark;
  Timestamp time;
};

class FlowArena;
class FlowTable;

// What a packet is to a table: one of its own, or news of one of its flows (an ICMP error).
struct FlowItem {
  FlowTable* table;
  const Packet* packet;
  FlowLookup* lookup;
  bool is_quoted;
};

class FlowTable {
 public:
  FlowTable(const FlowTableOptions& options, FlowSink& sink);
  // With entries in an arena that tables share, which has `runs` for each and must outlive them.
  FlowTable(const FlowTableOptions& options, FlowSink& sink, FlowArena& arena);
  ~FlowTable();
  FlowTable(const FlowTable&) = delete;
  FlowTable& operator=(const FlowTable&) = delete;

  // Runs of the arena that a table of these options needs at most.
  static std::size_t runs(const FlowTableOptions& options);

  // Counts the packet to its flow. `now` is the capture clock, which never runs back; packet.time is not
  // used. Packets of a capture must come in file order.
  void observe(const Packet& packet, Timestamp now);

  // The same for packets of several tables, whose `time` is the capture clock, and faster: memory is fetched
  // for one while others are looked at. At most kBatch, in file order.
  static constexpr std::size_t kBatch = 32;
  static void observe(std::span<const FlowItem> items);

  // The clock stood still at `from` while it doubted, and now goes on at `to`: flows that had a packet from
  // this frame on were busy then, not before. Must be told before those flows have another packet; knows the
  // last packets only (flow/recent_packets.hpp).
  void catch_up(std::uint64_t first_frame, Timestamp from, Timestamp to);

  // Looks at the next few entries and closes those that have been silent too long. The table does so by
  // itself as packets come; call it where none do, with the capture clock.
  void expire(Timestamp now);

  // Closes every flow, with reason `end_of_capture` (those that are past their timeout: their own reason).
  void finish(Timestamp now);

  // Shows the sink every flow that is alive and had a packet at `since` or later, as it would be told were
  // it closed now with reason `end_of_capture`; none is closed. Costs a look at every entry.
  void show_live(FlowSink& to, Timestamp since) const;

  // Adds the packets of the last 10 ms of which copies are known, in no order. Costs a look at every place
  // for one.
  void show_recent(Timestamp now, std::vector<RecentMark>& marks) const;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] FlowCounts counts() const;

 private:
  struct Implementation;
  std::unique_ptr<FlowArena> own_arena_;  // null where it is shared
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace portproof
