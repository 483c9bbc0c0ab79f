// The flow table in its most obvious form: an ordered map from a flow's two ends to what is known about it,
// with no regard for speed or memory. Nothing is evicted, nothing is swept: a flow that was silent for its
// timeout is closed by the packet that finds it, or at the end.
//
// It shares with the real table the types (FlowKey, FlowFacts), the recognition of payloads
// (capture/identify), and nothing else. Keys, look-up, timeouts, endings, directions, counts, duplicates,
// answers from other ports and what streams miss are all implemented here a second time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "capture/decode/packet.hpp"
#include "capture/flow/flow.hpp"
#include "capture/flow/flow_table.hpp"
#include "capture/identify/assembly.hpp"
#include "capture/identify/identify.hpp"
#include "capture/identify/stream_start.hpp"
#include "tests/simple/simple_streams.hpp"

namespace portproof::test {

struct SimpleFlow {
  FlowKey key;
  FlowFacts facts;
  std::string name;
  CloseReason reason{CloseReason::idle};
  bool may_go_on{false};  // as in ClosedFlow
};

class SimpleFlows {
 public:
  explicit SimpleFlows(const FlowTimeouts& timeouts) : timeouts_(timeouts) {}

  // The packet's time on the capture clock, and the clock's verdict on it.
  Sighting observe(const Packet& packet);

  // As in FlowTable: flows with a packet from this frame on were active at `to`, not at `from`.
  void catch_up(std::uint64_t first_frame, Timestamp from, Timestamp to);

  // All flows, in the order in which they closed.
  std::vector<SimpleFlow> finish(Timestamp now);

  [[nodiscard]] std::uint64_t duplicates() const { return duplicates_; }
  // ICMP errors that quoted no flow that was alive.
  [[nodiscard]] const std::vector<Packet>& strays() const { return strays_; }

 private:
  struct Flow {
    SimpleFlow announced;
    SimpleStreams streams;
    std::array<bool, 2> looked{};  // this side's data has shown enough
    // This side has sent a SYN or SYN-ACK with a wrong checksum; or anything with a right one.
    std::array<bool, 2> doubted{};
    std::array<bool, 2> trusted{};
    std::optional<Side> told_by;  // whose data with a wrong checksum told the application
    std::array<StreamStart, 2> starts;
    std::array<std::uint8_t, 2> start_sizes{};
    int again{0};  // data packets of a later connection that may still be examined
    Assemblies::Id assembly{Assemblies::kNone};
    std::uint64_t last_frame{0};
  };
  using Flows = std::map<FlowKey, Flow>;
  // Everything that identifies this packet.
  using Mark = std::tuple<FlowKey, Side, std::uint32_t, std::uint32_t, std::uint8_t, std::uint16_t,
                          std::uint32_t, std::vector<std::uint8_t>>;
  // Who asked over UDP, and whom.
  using Question = std::tuple<IpAddress, std::uint16_t, IpAddress>;

  struct Ends {
    FlowKey key;
    Side sender;
  };
  static Ends ends_of(const IpAddress& source, std::uint16_t source_port, const IpAddress& destination,
                      std::uint16_t destination_port, std::uint8_t protocol, std::uint32_t vlans);

  Flow& flow_of(const Ends& ends, const Packet& packet);
  Flow& open(const Ends& ends, const Packet& packet);
  void note_asked_port(Flow& flow, Side sender, Timestamp now);
  void close(Flows::iterator place, CloseReason reason, bool may_go_on = false);
  static bool is_forged(Flow& flow, Side sender, const Packet& packet);
  static void trust(Flow& flow, Side sender);
  static void settle_doubt(Flow& flow, Side sender, const Packet& packet);
  static void note_handshake(Flow& flow, Side sender, const Packet& packet);
  static void note_first_segment(Flow& flow, Side sender, const Packet& packet);
  static void count(Flow& flow, Side sender, const Packet& packet, bool forged);
  static void take_direction(Flow& flow, Side sender, Speaker speaker);
  void examine(Flow& flow, Side sender, const Packet& packet);
  void forget(Flow& flow);
  void put_together(Flow& flow, Side sender, const Recognition& found);
  void mark_quoted(const Packet& error);
  bool is_duplicate(const Ends& ends, const Packet& packet);
  [[nodiscard]] bool is_silent(const Flow& flow, Timestamp now) const;

  FlowTimeouts timeouts_;
  Flows flows_;
  std::map<Mark, Timestamp> seen_;
  std::map<Question, FlowKey> questions_;
  std::vector<SimpleFlow> closed_;
  Assemblies assemblies_;
  StreamStarts starts_;
  std::uint64_t duplicates_{0};
  std::vector<Packet> strays_;
};

}  // namespace portproof::test
