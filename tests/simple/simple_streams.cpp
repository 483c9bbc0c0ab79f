#include "tests/simple/simple_streams.hpp"

#include <algorithm>
#include <utility>

namespace portproof::test {
namespace {

constexpr std::int64_t kListedBehind = 1 << 19;
constexpr std::int64_t kLikelyWindow = 1 << 24;
constexpr std::int64_t kFurthest = std::int64_t{1} << 30U;  // the largest TCP window

bool has(const Packet& packet, std::uint8_t flag) {
  return (packet.tcp_flags & flag) != 0;
}

std::uint32_t length_of(const Packet& packet) {
  return packet.payload_length + (has(packet, kTcpFin) ? 1 : 0);
}

}  // namespace

void SimpleStreams::Stream::fill(Position begin, Position end) {
  std::map<Position, Position> left;
  for (const auto& [from, to] : holes) {
    if (to <= begin || end <= from) {
      left[from] = to;
      continue;
    }
    if (from < begin) left[from] = begin;
    if (end < to) left[end] = to;
  }
  holes = std::move(left);
}

void SimpleStreams::Stream::extend_back(Position begin, Position end) {
  if (begin >= earliest || -begin > kListedBehind) return;
  if (end < earliest) holes[end] = earliest;
  earliest = begin;
}

void SimpleStreams::Stream::move_begin(Position earlier) {
  first -= static_cast<std::uint32_t>(earlier);
  next += earlier;
  acknowledged += earlier;
  std::map<Position, Position> moved;
  for (const auto& [begin, end] : holes) moved[begin + earlier] = end + earlier;
  holes = std::move(moved);
}

void SimpleStreams::Stream::take(std::uint32_t sequence, std::uint32_t length) {
  const Position begin = position(sequence, next);
  const Position end = begin + length;
  if (begin - next > kFurthest) return;
  if (begin > next) holes[next] = begin;
  if (begin < next) fill(begin, end);
  next = std::max(next, end);
}

void SimpleStreams::Stream::take_acknowledgement(std::uint32_t number) {
  const Position acknowledges = position(number, acknowledged);
  if (acknowledges > acknowledged && acknowledges - acknowledged <= kFurthest) acknowledged = acknowledges;
}

std::uint64_t SimpleStreams::Stream::in_holes() const {
  std::uint64_t bytes = 0;
  for (const auto& [from, to] : holes) {
    if (from >= 0 && from < acknowledged)
      bytes += static_cast<std::uint64_t>(std::min(to, acknowledged) - from);
  }
  return bytes;
}

void SimpleStreams::begin(const FlowFacts& before, Side side, std::uint32_t first, Position next) {
  end(before, side);
  Stream stream;
  stream.first = first;
  stream.next = next;
  streams_[index(side)] = stream;
}

void SimpleStreams::lose(Side side) {
  std::optional<Stream>& stream = streams_[index(side)];
  if (stream) settled_[index(side)] += stream->in_holes();
  stream.reset();
  heard_[index(side)].reset();
}

void SimpleStreams::end(const FlowFacts& before, Side side) {
  if (streams_[index(side)]) settled_[index(side)] = missed(before, side);
  streams_[index(side)].reset();
  heard_[index(side)].reset();
}

// In the middle: what was heard before belongs to it, if it lies near.
void SimpleStreams::pick_up(const FlowFacts& before, Side side, std::uint32_t first, Position next) {
  const std::optional<Heard> heard = heard_[index(side)];
  begin(before, side, first, next);
  Stream& stream = *streams_[index(side)];
  stream.acknowledged = -kLikelyWindow;
  if (!heard) return;
  const Position furthest = stream.position(heard->furthest, 0);
  if (furthest <= -kLikelyWindow || furthest >= kLikelyWindow) return;
  stream.acknowledged = furthest;
  heard_[index(side)] = heard;
}

void SimpleStreams::hear(Side side, std::uint32_t number) {
  std::optional<Heard>& heard = heard_[index(side)];
  if (!heard) {
    heard = Heard{number, number};
    return;
  }
  const Position ahead = static_cast<std::int32_t>(number - heard->furthest);
  if (ahead > 0 && ahead <= kFurthest) heard->furthest = number;
}

bool SimpleStreams::answers_waiting_syn(Side sender, const Packet& packet) const {
  return waiting_ && waiting_->sender == other(sender) &&
         packet.tcp_acknowledgement == waiting_->sequence + 1;
}

bool SimpleStreams::is_late_syn(const FlowFacts& before, Side sender, const Packet& packet) const {
  const std::optional<Stream>& stream = streams_[index(sender)];
  const SideFacts& side = before.side(sender);
  if (!stream || side.syn || side.syn_ack || side.rst) return false;
  const bool was_announced = before.side(other(sender)).syn_ack && packet.tcp_sequence == stream->first;
  return was_announced || packet.tcp_sequence + 1 == stream->first;
}

bool SimpleStreams::answers_syn(const FlowFacts& before, Side sender, const Packet& packet) const {
  const std::optional<Stream>& asking = streams_[index(other(sender))];
  return before.side(other(sender)).syn && asking && packet.tcp_acknowledgement == asking->first + 1;
}

bool SimpleStreams::goes_on(const FlowFacts& facts, Side sender, const Packet& packet) const {
  const std::optional<Stream>& own = streams_[index(sender)];
  const std::optional<Stream>& others = streams_[index(other(sender))];
  return facts.side(other(sender)).syn_ack && own && others && packet.tcp_sequence == own->first + 1 &&
         packet.tcp_acknowledgement == others->first + 1;
}

// A SYN that fits what is known of the stream is its own. Any other begins the stream again if there were no
// data yet; on a stream under way it waits for its answer.
void SimpleStreams::take_syn(const FlowFacts& before, Side sender, const Packet& packet) {
  std::optional<Stream>& stream = streams_[index(sender)];
  const bool first_of_side = !before.side(sender).syn && !before.side(sender).syn_ack;
  const bool is_late = first_of_side && stream && packet.tcp_sequence + 1 == stream->first;
  if (stream && (is_late || packet.tcp_sequence == stream->first)) {
    if (is_late) stream->move_begin(1);
    stream->next = std::max(stream->next, Position{1} + packet.payload_length);
    return;
  }
  const bool has_data = stream && stream->next != 1;
  if (!has_data) {
    begin(before, sender, packet.tcp_sequence, Position{1} + packet.payload_length);
  } else if (!has(packet, kTcpAck)) {
    waiting_ = WaitingSyn{sender, packet.tcp_sequence};
  }
}

void SimpleStreams::take_segment(const FlowFacts& before, Side sender, const Packet& packet) {
  std::optional<Stream>& stream = streams_[index(sender)];
  if (waiting_ && waiting_->sender == sender && packet.tcp_sequence == waiting_->sequence + 1) {
    // The SYN's answer was not captured, and the side continues with the new numbers.
    waiting_.reset();
    begin(before, sender, packet.tcp_sequence, length_of(packet));
    end(before, other(sender));
  } else if (stream) {
    const bool behind_keep_alive = before.side(sender).packets > 0 && stream->is_all_keep_alive() &&
                                   packet.tcp_sequence == stream->first + 1;
    if (behind_keep_alive) {
      stream->move_begin(-1);
      stream->next = 0;
    }
    const bool picked_up = std::none_of(before.sides.begin(), before.sides.end(),
                                        [](const SideFacts& side) { return side.syn || side.syn_ack; });
    const Position at = stream->position(packet.tcp_sequence, stream->next);
    if (picked_up && at < 0 && length_of(packet) > 0) stream->extend_back(at, at + length_of(packet));
    stream->take(packet.tcp_sequence, length_of(packet));
  } else {
    pick_up(before, sender, packet.tcp_sequence, length_of(packet));
  }
}

bool SimpleStreams::follow(const FlowFacts& before, Side sender, const Packet& packet) {
  if (packet.fragment.part == Fragment::Part::later) return false;
  if (packet.transport_cut || packet.fragment.part == Fragment::Part::first) {
    end(before, sender);
    return false;
  }
  if (has(packet, kTcpRst)) return false;
  const bool was_waiting = waiting_.has_value();
  if (has(packet, kTcpSyn)) {
    take_syn(before, sender, packet);
  } else {
    take_segment(before, sender, packet);
  }
  const bool begins_again = was_waiting && !waiting_;
  if (!has(packet, kTcpAck)) return begins_again;
  std::optional<Stream>& answered = streams_[index(other(sender))];
  const std::uint32_t number = packet.tcp_acknowledgement;
  if (answered) {
    answered->take_acknowledgement(number);
  } else if (has(packet, kTcpSyn)) {
    begin(before, other(sender), number - 1, 1);
  } else if (before.side(sender).syn) {
    begin(before, other(sender), number, 0);
  } else {
    hear(other(sender), number);
  }
  return begins_again;
}

// With the tail that was acknowledged and not seen.
std::map<SimpleStreams::Position, SimpleStreams::Position> SimpleStreams::all_holes(const FlowFacts& facts,
                                                                                    Side side) const {
  const Stream& stream = *streams_[index(side)];
  std::map<Position, Position> holes = stream.holes;
  const bool keep_alive =
      facts.side(side).packets > 0 && stream.is_all_keep_alive() && stream.acknowledged == 1;
  if (stream.acknowledged > stream.next && !keep_alive) holes[stream.next] = stream.acknowledged;
  return holes;
}

std::uint64_t SimpleStreams::missed(const FlowFacts& facts, Side side) const {
  const std::optional<Stream>& stream = streams_[index(side)];
  if (facts.side(side).packets == 0) return 0;
  std::uint64_t bytes = settled_[index(side)];
  if (!stream) return bytes;
  // A FIN that was not captured, but acknowledged by a side that has closed too, is not a byte of data.
  const bool fin_unseen = !facts.side(side).fin && facts.side(other(side)).fin;
  bool last_unseen = false;
  for (const auto& [begin, end] : all_holes(facts, side)) {
    if (begin < 0 || begin >= stream->acknowledged) continue;
    bytes += static_cast<std::uint64_t>(std::min(end, stream->acknowledged) - begin);
    last_unseen |= end == stream->acknowledged && stream->acknowledged >= stream->next;
  }
  return bytes > 0 && fin_unseen && last_unseen ? bytes - 1 : bytes;
}

StreamSpan SimpleStreams::span(const FlowFacts& facts, Side side) const {
  const std::optional<Stream>& stream = streams_[index(side)];
  const std::optional<Heard>& heard = heard_[index(side)];
  if (!stream) {
    StreamSpan span;
    if (!heard) return span;
    span.acknowledged = heard->furthest;
    span.heard = heard->first;
    return span;
  }
  const bool keep_alive =
      facts.side(side).packets > 0 && stream->is_all_keep_alive() && stream->acknowledged == 1;
  const Position next = keep_alive ? stream->next : std::max(stream->next, stream->acknowledged);
  const Position acknowledged = stream->acknowledged <= -kLikelyWindow ? 0 : stream->acknowledged;
  StreamSpan span{true, stream->first, stream->number(next), stream->number(acknowledged), {}, {}};
  if (heard && heard->first != stream->first) span.heard = heard->first;
  span.holes.before = static_cast<std::uint32_t>(-stream->earliest);
  for (const auto& [begin, end] : all_holes(facts, side)) {
    if (stream->acknowledged - end > kListedBehind) continue;
    span.holes.more = span.holes.count == StreamHoles::kMost;
    if (span.holes.more) break;
    span.holes.holes[span.holes.count++] = {stream->number(begin), stream->number(end)};
  }
  return span;
}

}  // namespace portproof::test
