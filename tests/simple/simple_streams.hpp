// The TCP streams of one flow in the most obvious form: positions in 64 bits, and the holes between what was
// seen in an ordered map, however many there are. The rules are in capture/flow/internal/streams.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "capture/decode/packet.hpp"
#include "capture/flow/flow.hpp"

namespace portproof::test {

class SimpleStreams {
 public:
  // A packet of the flow, with the flow's facts from before it.
  // True if the packet is the first of a connection that a SYN announced on a stream under way.
  bool follow(const FlowFacts& before, Side sender, const Packet& packet);

  // Does this segment answer a SYN that was seen while the flow was under way?
  [[nodiscard]] bool answers_waiting_syn(Side sender, const Packet& packet) const;

  // Bytes of `side` that were acknowledged and never captured.
  [[nodiscard]] std::uint64_t missed(const FlowFacts& facts, Side side) const;
  [[nodiscard]] StreamSpan span(Side side) const;

 private:
  using Position = std::int64_t;
  // Positions count sequence numbers from the first one seen in the stream.
  struct Stream {
    std::uint32_t first{0};
    Position next{0};          // after the last byte that was seen
    Position acknowledged{0};  // by the other side
    std::map<Position, Position> holes;

    [[nodiscard]] std::uint32_t number(Position position) const {
      return first + static_cast<std::uint32_t>(position);
    }
    // Of a sequence number, as close to `near` as possible.
    [[nodiscard]] Position position(std::uint32_t sequence, Position near) const {
      return near + static_cast<std::int32_t>(sequence - number(near));
    }
    void take(std::uint32_t sequence, std::uint32_t length);
    void take_acknowledgement(std::uint32_t number);
    void fill(Position begin, Position end);
    [[nodiscard]] std::uint64_t in_holes() const;
  };
  struct WaitingSyn {
    Side sender;
    std::uint32_t sequence;
  };

  void begin(Side side, std::uint32_t first, Position next);
  void lose(Side side);
  void take_syn(Side sender, const Packet& packet);
  void take_segment(Side sender, const Packet& packet);

  std::array<std::optional<Stream>, 2> streams_;
  std::array<std::uint64_t, 2> settled_{};  // missed of streams that have ended
  std::optional<WaitingSyn> waiting_;
};

}  // namespace portproof::test
