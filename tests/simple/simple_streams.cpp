#include "tests/simple/simple_streams.hpp"

#include <algorithm>

namespace portproof::test {
namespace {

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
    if (from < acknowledged) bytes += static_cast<std::uint64_t>(std::min(to, acknowledged) - from);
  }
  return bytes;
}

// What was missed of the previous stream stays missed.
void SimpleStreams::begin(Side side, std::uint32_t first, Position next) {
  lose(side);
  Stream stream;
  stream.first = first;
  stream.next = next;
  streams_[index(side)] = stream;
}

void SimpleStreams::lose(Side side) {
  std::optional<Stream>& stream = streams_[index(side)];
  if (stream) settled_[index(side)] += stream->in_holes();
  stream.reset();
}

bool SimpleStreams::answers_waiting_syn(Side sender, const Packet& packet) const {
  return waiting_ && waiting_->sender == other(sender) &&
         packet.tcp_acknowledgement == waiting_->sequence + 1;
}

// A SYN before any data begins the stream again. On a stream under way it waits for its answer, unless it
// repeats the SYN that opened the stream.
void SimpleStreams::take_syn(Side sender, const Packet& packet) {
  const std::optional<Stream>& stream = streams_[index(sender)];
  const bool has_data = stream && stream->next != 1;
  if (!has_data) {
    begin(sender, packet.tcp_sequence, Position{1} + packet.payload_length);
  } else if (packet.tcp_sequence != stream->first && !has(packet, kTcpAck)) {
    waiting_ = WaitingSyn{sender, packet.tcp_sequence};
  }
}

void SimpleStreams::take_segment(Side sender, const Packet& packet) {
  std::optional<Stream>& stream = streams_[index(sender)];
  if (waiting_ && waiting_->sender == sender && packet.tcp_sequence == waiting_->sequence + 1) {
    // The SYN's answer was not captured, and the side continues with the new numbers.
    waiting_.reset();
    begin(sender, packet.tcp_sequence, length_of(packet));
    lose(other(sender));
  } else if (stream) {
    stream->take(packet.tcp_sequence, length_of(packet));
  } else {
    begin(sender, packet.tcp_sequence, length_of(packet));
  }
}

bool SimpleStreams::follow(const FlowFacts& before, Side sender, const Packet& packet) {
  if (packet.fragment.part == Fragment::Part::later) return false;
  if (packet.transport_cut || packet.fragment.part == Fragment::Part::first) {
    lose(sender);
    return false;
  }
  if (has(packet, kTcpRst)) return false;
  const bool was_waiting = waiting_.has_value();
  if (has(packet, kTcpSyn)) {
    take_syn(sender, packet);
  } else {
    take_segment(sender, packet);
  }
  const bool begins_again = was_waiting && !waiting_;
  if (!has(packet, kTcpAck)) return begins_again;
  std::optional<Stream>& answered = streams_[index(other(sender))];
  const std::uint32_t number = packet.tcp_acknowledgement;
  if (answered) {
    answered->take_acknowledgement(number);
  } else if (has(packet, kTcpSyn)) {
    begin(other(sender), number - 1, 1);
  } else if (before.side(sender).syn) {
    begin(other(sender), number, 0);
  }
  return begins_again;
}

std::uint64_t SimpleStreams::missed(const FlowFacts& facts, Side side) const {
  const std::optional<Stream>& stream = streams_[index(side)];
  if (facts.side(side).packets == 0) return 0;
  if (!stream) return settled_[index(side)];
  std::uint64_t bytes = settled_[index(side)] + stream->in_holes();
  if (stream->acknowledged > stream->next)
    bytes += static_cast<std::uint64_t>(stream->acknowledged - stream->next);
  // A FIN that was not captured, but acknowledged by a FIN, is not a byte of data.
  const bool fin_unseen = !facts.side(side).fin && facts.side(other(side)).fin;
  const auto ends_at = [&stream](const auto& hole) { return hole.second == stream->acknowledged; };
  const bool last_unseen = stream->acknowledged > stream->next ||
                           (stream->acknowledged == stream->next &&
                            std::any_of(stream->holes.begin(), stream->holes.end(), ends_at));
  return bytes > 0 && fin_unseen && last_unseen ? bytes - 1 : bytes;
}

StreamSpan SimpleStreams::span(Side side) const {
  const std::optional<Stream>& stream = streams_[index(side)];
  if (!stream) return {};
  return {true, stream->first, stream->number(std::max(stream->next, stream->acknowledged)),
          stream->number(stream->acknowledged)};
}

}  // namespace portproof::test
