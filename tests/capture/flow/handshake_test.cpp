// Who opened a TCP flow, by its handshake: what one forged packet can do to that, before, within or after.
#include "capture/flow/internal/handshake.hpp"

#include <doctest/doctest.h>

#include <optional>

#include "capture/decode/decode.hpp"
#include "capture/flow/flow.hpp"
#include "tests/capture/flow/closed_flows.hpp"
#include "tests/support/captured_frame.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr int kSynAck = kTcpSyn | kTcpAck;
constexpr Side kServer = Side::low;   // 10.0.0.1
constexpr Side kClient = Side::high;  // 10.0.0.9

// A segment between a client, whose first number is 1000, and a server, whose first number is 5000.
struct Segment {
  bool from_client{true};
  int flags{kTcpAck};
  std::uint32_t sequence{0};
  std::uint32_t acknowledgement{0};
  std::string_view payload{};
  bool wrong_checksum{false};
};
using Segments = std::vector<Segment>;

const Segment kSyn{true, kTcpSyn, 1000, 0};
const Segment kAnswer{false, kSynAck, 5000, 1001};
const Segment kAck{true, kTcpAck, 1001, 5001};
const Segment kRequest{true, kTcpAck | kTcpPsh, 1001, 5001, "request"};
const Segment kReply{false, kTcpAck | kTcpPsh, 5001, 1008, "reply"};
const Segment kForgedSyn{false, kTcpSyn, 77, 0};      // the server seems to open
const Segment kForgedAnswer{true, kSynAck, 999, 78};  // and the client to accept

Segment badly_summed(Segment segment) {
  segment.wrong_checksum = true;
  return segment;
}

Bytes frame_of(const Segment& segment) {
  constexpr std::size_t kChecksumAt = 14 + 20 + 16;
  const std::string_view source = segment.from_client ? "10.0.0.9" : "10.0.0.1";
  const std::string_view destination = segment.from_client ? "10.0.0.1" : "10.0.0.9";
  const std::uint16_t source_port = segment.from_client ? 50000 : 1494;
  const std::uint16_t destination_port = segment.from_client ? 1494 : 50000;
  Bytes bytes = Eth()
                    .ipv4(source, destination)
                    .tcp(source_port, destination_port, segment.flags)
                    .seq(segment.sequence)
                    .ack(segment.acknowledgement)
                    .payload(segment.payload);
  if (segment.wrong_checksum) bytes[kChecksumAt] ^= 0xff;
  return bytes;
}

std::vector<Closed> flows_of(const Segments& segments) {
  Watched watched;
  double now = 0;
  for (const Segment& segment : segments) {
    const CapturedFrame frame{.bytes = frame_of(segment)};
    Packet packet;
    REQUIRE(decode(frame.view(), packet, {}).kind == Decoded::Kind::packet);
    watched.see(packet, now += 0.01);
  }
  return watched.end();
}

FlowFacts facts_of(const Segments& segments) {
  const std::vector<Closed> flows = flows_of(segments);
  REQUIRE(flows.size() == 1);
  return flows[0].facts;
}

struct Verdict {
  std::optional<Side> initiator;
  DirectionBasis basis;
  bool confirmed;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

Verdict opening(const Segments& segments) {
  const Opening found = opening_of(facts_of(segments));
  return {found.initiator, found.basis, found.confirmed};
}

const Verdict kClientOpened{kClient, DirectionBasis::syn, true};
const Verdict kUnclaimed{std::nullopt, DirectionBasis::first_packet, false};
const Verdict kContested{std::nullopt, DirectionBasis::contested, false};

}  // namespace

TEST_CASE("a handshake, whole or in part") {
  CHECK(opening({kSyn}) == Verdict{kClient, DirectionBasis::syn, false});
  CHECK(opening({kSyn, kAnswer}) == kClientOpened);
  CHECK(opening({kSyn, kAnswer, kAck, kRequest, kReply}) == kClientOpened);
  CHECK(opening({kAnswer}) == Verdict{kClient, DirectionBasis::syn_ack, false});
  CHECK(opening({kAnswer, kAck}) == Verdict{kClient, DirectionBasis::syn_ack, true});
  CHECK(opening({kAnswer, kRequest, kReply}) == Verdict{kClient, DirectionBasis::syn_ack, true});
  CHECK(opening({kSyn, kRequest, kReply}) == Verdict{kClient, DirectionBasis::syn, false});
  CHECK(opening({kRequest, kReply}) == kUnclaimed);
}

TEST_CASE("an answer counts only for the SYN that it acknowledges") {
  CHECK(opening({kSyn, {false, kSynAck, 5000, 4000}}) == Verdict{kClient, DirectionBasis::syn, false});
  CHECK_FALSE(facts_of({kSyn, {false, kSynAck, 5000, 4000}}).side(kClient).answered);
  CHECK_FALSE(facts_of({kSyn, kAnswer, {true, kTcpAck, 2000, 5001}}).side(kClient).completed);
  CHECK_FALSE(facts_of({kSyn, kAnswer, {true, kTcpAck, 1001, 6001}}).side(kClient).completed);
  CHECK(facts_of({kSyn, kAnswer, kAck}).side(kClient).completed);
}

TEST_CASE("one forged packet, wherever it comes, does not turn a whole handshake round") {
  const Segments honest{kSyn, kAnswer, kAck, kRequest, kReply};
  const Segments forged{kForgedSyn,
                        kForgedAnswer,
                        {false, kTcpSyn, 5000, 0},
                        {true, kSynAck, 1000, 5001},
                        {false, kTcpAck, 78, 1000},
                        {true, kTcpAck, 4'000'000, 9},
                        {false, kTcpAck | kTcpPsh, 78, 1000, "GET / HTTP/1.1\r\n\r\n"}};
  for (const Segment& packet : forged) {
    for (std::size_t at = 0; at <= honest.size(); ++at) {
      CAPTURE(packet.flags);
      CAPTURE(packet.sequence);
      CAPTURE(at);
      Segments segments = honest;
      segments.insert(segments.begin() + static_cast<std::ptrdiff_t>(at), packet);
      for (const Closed& flow : flows_of(segments)) CHECK(opening_of(flow.facts).initiator != kServer);
    }
  }
}

TEST_CASE("an answered opening outweighs an unanswered one, whichever came first") {
  CHECK(opening({kForgedSyn, kSyn, kAnswer}) == kClientOpened);
  CHECK(opening({kSyn, kForgedSyn, kAnswer}) == kClientOpened);
  CHECK(opening({kSyn, kAnswer, kForgedSyn}) == kClientOpened);
  CHECK(opening({kForgedSyn, kSyn}) == kContested);
}

TEST_CASE("of two answered openings, the one that was completed outweighs the other") {
  CHECK(opening({kForgedSyn, kForgedAnswer, kSyn, kAnswer}) == kContested);
  CHECK(opening({kForgedSyn, kForgedAnswer, kSyn, kAnswer, kAck}) == kClientOpened);
}

TEST_CASE("where both ends send a SYN for one connection, neither has opened it alone") {
  const Segment servers_syn{false, kTcpSyn, 5000, 0};
  // The server opens, gets a SYN for an answer, and answers that.
  CHECK(opening({servers_syn, kSyn, kAnswer, kAck, kRequest}) == kContested);
  CHECK(opening({kSyn, servers_syn, kAnswer, kAck, kRequest}) == kContested);
  CHECK(opening({servers_syn, kSyn, kAnswer, {true, kSynAck, 1000, 5001}}) == kContested);
  // With another number, it is another connection's, or forged.
  CHECK(opening({kForgedSyn, kSyn, kAnswer, kAck, kRequest}) == kClientOpened);
}

TEST_CASE("a wrong checksum decides nothing once its sender has shown a right one") {
  CHECK(opening({badly_summed(kForgedSyn), kRequest, kReply}) == kUnclaimed);
  CHECK(opening({badly_summed(kForgedSyn), badly_summed(kForgedAnswer), kSyn, kAnswer}) == kClientOpened);
  CHECK(opening({kSyn, kAnswer, badly_summed(kForgedSyn)}) == kClientOpened);
  CHECK(facts_of({kSyn, kAnswer, badly_summed(kForgedSyn)}).side(kServer).syn == false);
  CHECK(facts_of({badly_summed(kForgedSyn), kRequest, kReply}).missed_bytes() == 0);

  SUBCASE("but counts if the sender leaves checksums to its network card") {
    CHECK(opening({badly_summed(kSyn), kAnswer, badly_summed(kAck), badly_summed(kRequest)}) ==
          kClientOpened);
  }
  SUBCASE("and as long as nothing else of the sender was seen") {
    CHECK(opening({badly_summed(kSyn)}) == Verdict{kClient, DirectionBasis::syn, false});
  }
}

TEST_CASE("a SYN-ACK that only a RST answers is nobody's opening") {
  CHECK(opening({kAnswer, {true, kTcpRst, 1001, 0}}) == kUnclaimed);
  CHECK(opening({kAnswer, kAnswer, {true, kTcpRst, 1001, 0}}) == kUnclaimed);
  CHECK(opening({kSyn, kAnswer, {true, kTcpRst, 1001, 0}}) == kClientOpened);
  CHECK(opening({kAnswer, kAck, {true, kTcpRst, 1001, 0}}) ==
        Verdict{kClient, DirectionBasis::syn_ack, true});
}

TEST_CASE("a SYN that comes late belongs to its connection") {
  const Segment fin{false, kTcpAck | kTcpFin, 5006, 1008};
  CHECK(opening({kAnswer, kSyn, kAck}) == kClientOpened);
  CHECK(opening({kRequest, kSyn, kAnswer, kAck, kReply}) == kClientOpened);
  CHECK(opening({kRequest, kAnswer, kSyn, kAck, kReply}) == kClientOpened);
  SUBCASE("all that the server sent stands before all that the client sent") {
    const Segments segments{
        kAnswer, kReply, fin, kSyn, kAck, kRequest, {true, kTcpAck | kTcpFin, 1008, 5007}};
    CHECK(opening(segments) == kClientOpened);
    CHECK(facts_of(segments).missed_bytes() == 0);
  }
  SUBCASE("but any other SYN on a connection that has ended begins a new one") {
    CHECK(flows_of({kAnswer, kReply, fin, {true, kTcpSyn, 90'000, 0}}).size() == 2);
  }
}
