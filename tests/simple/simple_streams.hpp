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
  [[nodiscard]] StreamSpan span(const FlowFacts& facts, Side side) const;

  // Is this the SYN of the connection under way, behind its own answer or behind the first data?
  [[nodiscard]] bool is_late_syn(const FlowFacts& before, Side sender, const Packet& packet) const;
  // Does this SYN-ACK acknowledge the SYN of the other side?
  [[nodiscard]] bool answers_syn(const FlowFacts& before, Side sender, const Packet& packet) const;
  // Does the segment go on as the SYN-ACK of the other side says?
  [[nodiscard]] bool goes_on(const FlowFacts& facts, Side sender, const Packet& packet) const;
  // Is this the number with which the side's stream begins?
  [[nodiscard]] bool begins_at(Side side, std::uint32_t sequence) const {
    return streams_[index(side)] && streams_[index(side)]->first == sequence;
  }
  // Forgets where the stream stands: its SYN was forged. What its holes missed stays missed.
  void lose(Side side);

 private:
  using Position = std::int64_t;
  // Positions count sequence numbers from the first one seen in the stream.
  struct Stream {
    std::uint32_t first{0};
    Position earliest{0};      // of bytes seen before the first
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
    // Has it shown nothing but an empty segment, which may be a keep-alive?
    [[nodiscard]] bool is_all_keep_alive() const { return next == 0; }
    // Bytes from before everything that was seen: the hole behind them is not missed.
    void extend_back(Position begin, Position end);
    // The stream begins so many sequence numbers before (or, if negative, after) what was its first.
    void move_begin(Position earlier);
    void take(std::uint32_t sequence, std::uint32_t length);
    void take_acknowledgement(std::uint32_t number);
    void fill(Position begin, Position end);
    [[nodiscard]] std::uint64_t in_holes() const;
  };
  // Acknowledgements of a side that was not seen yet.
  struct Heard {
    std::uint32_t first;
    std::uint32_t furthest;
  };
  struct WaitingSyn {
    Side sender;
    std::uint32_t sequence;
  };

  // The stream is over: what was missed of it, its end included, stays missed.
  void end(const FlowFacts& before, Side side);
  void begin(const FlowFacts& before, Side side, std::uint32_t first, Position next);
  void pick_up(const FlowFacts& before, Side side, std::uint32_t first, Position next);
  void hear(Side side, std::uint32_t number);
  void take_syn(const FlowFacts& before, Side sender, const Packet& packet);
  void take_segment(const FlowFacts& before, Side sender, const Packet& packet);
  [[nodiscard]] std::map<Position, Position> all_holes(const FlowFacts& facts, Side side) const;

  std::array<std::optional<Stream>, 2> streams_;
  std::array<std::optional<Heard>, 2> heard_;
  std::array<std::uint64_t, 2> settled_{};  // missed of streams that have ended
  std::optional<WaitingSyn> waiting_;
};

}  // namespace portproof::test
