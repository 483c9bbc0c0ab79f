// Names: opening messages in pieces, QUIC Initial packets, DNS answers. The first byte says which. For
// messages in pieces, the next eight bytes give the sizes and the order of the pieces.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "capture/evidence/names_seen.hpp"
#include "capture/identify/assembly.hpp"
#include "tests/fuzz/run.hpp"
#include "tests/support/quic_packet.hpp"

namespace portproof::fuzz {
namespace {

using Span = std::span<const std::uint8_t>;

constexpr std::size_t kControls = 8;

void check_harmless(std::string_view name) {
  constexpr std::string_view kHarmless = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  require(name.size() <= 255 && name.find_first_not_of(kHarmless) == std::string_view::npos,
          "a name that is kept has no byte with a special meaning");
}

struct Piece {
  std::uint32_t offset{0};
  Span bytes;
};

// At most kControls pieces; the last one takes the rest.
std::vector<Piece> pieces_of(Span controls, Span bytes) {
  std::vector<Piece> pieces;
  std::size_t at = 0;
  for (std::size_t count = 0; count < kControls && at < bytes.size(); ++count) {
    std::size_t size = std::size_t{1} + controls[count] * (controls[count] < 128 ? 1U : 16U);
    if (count + 1 == kControls) size = bytes.size();
    size = std::min(size, bytes.size() - at);
    pieces.push_back(Piece{static_cast<std::uint32_t>(at), bytes.subspan(at, size)});
    at += size;
  }
  return pieces;
}

FirstData data_of(std::uint8_t protocol, Span bytes) {
  return FirstData{
      .protocol = protocol, .bytes = bytes, .wire_length = static_cast<std::uint32_t>(bytes.size())};
}

std::string outcome(const Recognition& found) {
  std::array<char, 256> buffer{};
  check_harmless(normalise_name(found.name, buffer));
  if (found.unfinished) require(found.name_state != NameState::given, "a message with a name wants no more");
  return std::to_string(static_cast<int>(found.name_state)) + (found.unfinished ? "..." : "") +
         std::string(found.name);
}

// The result of the pieces: the first one opens the message, the others follow as they are.
std::string put_together(Assemblies& assemblies, std::uint8_t protocol, const std::vector<Piece>& pieces) {
  const FirstData first = data_of(protocol, pieces.front().bytes);
  const Recognition recognised = identify(first);
  if (!recognised.unfinished) return outcome(recognised);
  const Assemblies::Begun begun = assemblies.begin(recognised.application, first, 0xfffffff0U);
  std::string last = outcome(begun.found);
  if (begun.id == Assemblies::kNone) return last;
  bool wanted = true;
  for (std::size_t at = 1; at < pieces.size() && wanted; ++at) {
    const Recognition found =
        assemblies.add(begun.id, data_of(protocol, pieces[at].bytes), 0xfffffff0U + pieces[at].offset);
    last = outcome(found);
    wanted = found.unfinished;
  }
  assemblies.release(begun.id);
  return last;
}

// The same bytes, in one piece, in several, and in another order.
void try_stream(Span controls, Span bytes) {
  Assemblies assemblies(2);
  std::vector<Piece> pieces = pieces_of(controls, bytes);
  if (pieces.empty() || !identify(data_of(kProtocolTcp, pieces.front().bytes)).unfinished) return;
  const std::string in_order = put_together(assemblies, kProtocolTcp, pieces);
  if (identify(data_of(kProtocolTcp, bytes)).unfinished) {
    const std::string at_once = put_together(assemblies, kProtocolTcp, {Piece{0, bytes}});
    require(at_once == in_order, "a message gives the same in pieces as in one");
  }
  for (std::size_t at = 1; at < pieces.size(); ++at) {
    std::swap(pieces[at], pieces[1 + controls[at % kControls] % (pieces.size() - 1)]);
  }
  require(put_together(assemblies, kProtocolTcp, pieces) == in_order, "pieces may come in any order");
  require(assemblies.refused() == 0, "what is released is free");
}

void try_datagrams(Span controls, Span bytes) {
  Assemblies assemblies(1);
  const std::vector<Piece> pieces = pieces_of(controls, bytes);
  if (!pieces.empty()) put_together(assemblies, kProtocolUdp, pieces);
}

// The bytes as frames of a client's packets, sealed according to RFC 9001.
void try_frames(Span controls, Span bytes) {
  std::vector<std::vector<std::uint8_t>> packets;
  for (const Piece& piece : pieces_of(controls, bytes)) {
    std::string frames(piece.bytes.begin(), piece.bytes.end());
    frames.resize(std::max<std::size_t>(frames.size(), 4));
    packets.push_back(test::quic_initial(frames, {.number = piece.offset & 0xffU}));
  }
  std::vector<Piece> datagrams;
  for (const auto& packet : packets) datagrams.push_back(Piece{0, packet});
  Assemblies assemblies(1);
  if (!datagrams.empty()) put_together(assemblies, kProtocolUdp, datagrams);
}

Packet packet_of(std::uint8_t protocol, const Piece& piece) {
  Packet packet;
  packet.protocol = protocol;
  packet.source_port = 53;
  packet.tcp_sequence = piece.offset;
  packet.payload = piece.bytes;
  packet.payload_length = static_cast<std::uint32_t>(piece.bytes.size());
  return packet;
}

Names collected(std::uint8_t protocol, const std::vector<Piece>& pieces, int times) {
  const auto names = std::make_unique<NamesSeen>(NameLimits{.names = 40, .intervals = 50, .questions = 64});
  for (int time = 0; time < times; ++time) {
    for (const Piece& piece : pieces) names->observe(packet_of(protocol, piece), Timestamp{0});
  }
  Evidence evidence;
  names->give_to(evidence);
  return std::move(evidence.names);
}

void try_answers(std::uint8_t protocol, const std::vector<Piece>& pieces) {
  const Names names = collected(protocol, pieces, 1);
  require(names.size() <= 40, "a full table does not change");
  for (const auto& [key, intervals] : names) {
    check_harmless(key.name);
    require(!key.name.empty() && intervals.size() == 1, "one time is one interval");
    require(intervals[0].first <= intervals[0].until, "an interval ends after it begins");
  }
  if (protocol == kProtocolUdp) {
    require(collected(protocol, pieces, 2) == names, "a repeated answer changes nothing");
  }
}

}  // namespace

void fuzz_one(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 1 + kControls) return;
  const Span controls = bytes.subspan(1, kControls);
  const Span content = bytes.subspan(1 + kControls);
  switch (bytes[0] % 5) {
    case 0:
      return try_stream(controls, content);
    case 1:
      return try_datagrams(controls, content);
    case 2:
      return try_frames(controls, content);
    case 3:
      return try_answers(kProtocolUdp, {Piece{0, content}});
    default:
      return try_answers(kProtocolTcp, pieces_of(controls, content));
  }
}

}  // namespace portproof::fuzz
