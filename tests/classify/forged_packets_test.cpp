// One forged packet before, within or after a flagged connection never makes its audit pass.
#include <doctest/doctest.h>

#include <random>

#include "capture/observe/observe.hpp"
#include "classify/audit.hpp"
#include "tests/classify/estate_builder.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

namespace portproof::test {
namespace {

constexpr int kSynAck = kTcpSyn | kTcpAck;
constexpr int kFinAck = kTcpFin | kTcpAck;

// A VDA opens a connection from its ICA port to a port of the gateway: undocumented. The other way round it
// would be documented.
constexpr std::string_view kVda = "10.20.2.1";
constexpr std::string_view kGateway = "10.20.1.40";
constexpr std::uint16_t kIca = 1494;
constexpr std::uint16_t kPort = 4444;

struct Segment {
  bool from_vda{true};
  int flags{kTcpAck};
  std::uint32_t sequence{0};
  std::uint32_t acknowledgement{0};
  std::string_view payload{};
  bool wrong_checksum{false};
};

const std::vector<Segment> kFlagged{
    {true, kTcpSyn, 1000, 0},           {false, kSynAck, 5000, 1001},
    {true, kTcpAck, 1001, 5001},        {true, kTcpAck, 1001, 5001, "undocumented"},
    {false, kTcpAck, 5001, 1013, "ok"}, {true, kFinAck, 1013, 5003},
    {false, kFinAck, 5003, 1014},       {true, kTcpAck, 1014, 5004}};

// The gateway opens a connection to the ICA port, which is documented, and speaks something else there. One
// greeting comes in two segments.
const std::vector<Segment> kHidden{{false, kTcpSyn, 5000, 0},
                                   {true, kSynAck, 1000, 5001},
                                   {false, kTcpAck, 5001, 1001},
                                   {true, kTcpAck, 1001, 5001, "SSH"},
                                   {true, kTcpAck, 1004, 5001, "-2.0-server\r\n"},
                                   {false, kTcpAck, 5001, 1017, "SSH-2.0-client\r\n"},
                                   {false, kFinAck, 5017, 1017},
                                   {true, kFinAck, 1017, 5018}};

Bytes frame_of(const Segment& segment) {
  constexpr std::size_t kChecksumAt = 14 + 20 + 16;
  Bytes bytes = Eth()
                    .ipv4(segment.from_vda ? kVda : kGateway, segment.from_vda ? kGateway : kVda)
                    .tcp(segment.from_vda ? kIca : kPort, segment.from_vda ? kPort : kIca, segment.flags)
                    .seq(segment.sequence)
                    .ack(segment.acknowledgement)
                    .payload(segment.payload);
  if (segment.wrong_checksum) bytes[kChecksumAt] ^= 0xff;
  return bytes;
}

// What somebody could send who knows the numbers of both sides, and what somebody who does not.
Segment forged_packet(std::mt19937& random) {
  constexpr std::array<int, 8> kFlags{kTcpSyn, kSynAck, kTcpAck,           kTcpAck | kTcpPsh,
                                      kFinAck, kTcpRst, kTcpRst | kTcpAck, kTcpFin};
  constexpr std::array<std::string_view, 4> kPayloads{
      "", "x", "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", {"\x7f\x7fICA\0", 6}};
  constexpr std::array<std::uint32_t, 8> kNumbers{77, 999, 1000, 1001, 1014, 5000, 5001, 4'000'000'000};
  const auto any_of = [&random](const auto& values) { return values[random() % values.size()]; };
  Segment segment;
  segment.from_vda = random() % 2 == 0;
  segment.flags = any_of(kFlags);
  segment.sequence = any_of(kNumbers);
  segment.acknowledgement = any_of(kNumbers);
  if ((segment.flags & kTcpSyn) == 0) segment.payload = any_of(kPayloads);
  segment.wrong_checksum = random() % 3 == 0;
  return segment;
}

class Judge {
 public:
  explicit Judge(const Rule& rule = RuleOf("ica").from({"gateway"}).to({"vda"}).tcp("1494").udp("1494"))
      : catalog_(make_catalog(estate_roles(), {rule},
                              {{"workspace-environment-management", "Workspace Environment Management"}})) {
    inventory_ = parse_inventory(std::string(kEstate), "site.toml", catalog_).value();
  }

  // Of segments that are 10 ms apart, but for the `late` one, before which ten minutes pass. In two inputs,
  // the first of which has `cut` segments.
  [[nodiscard]] AuditResult result(const std::vector<Segment>& segments, std::size_t late,
                                   std::size_t cut) const {
    std::array<MemorySource, 2> sources;
    sources[0].set_path("first");
    sources[1].set_path("second");
    Timestamp time = kStart;
    for (std::size_t at = 0; at < segments.size(); ++at) {
      time = time + (at == late ? seconds(600) : milliseconds(10));
      sources[at < cut ? 0 : 1].add(frame_of(segments[at]), time);
    }
    Evidence evidence = observe(sources[0], {});
    return audit_of(merge(std::move(evidence), observe(sources[1], {})).value()).result;
  }
  [[nodiscard]] Audit audit_of(Evidence evidence) const {
    return audit(std::move(evidence), catalog_, &inventory_, {});
  }

 private:
  Catalog catalog_;
  Inventory inventory_;
};

}  // namespace

TEST_CASE("a flagged connection fails its audit, and its reverse passes") {
  const Judge judge;
  CHECK(judge.result(kFlagged, 99, 99) == AuditResult::fail);
  std::vector<Segment> reversed = kFlagged;
  for (Segment& segment : reversed) segment.from_vda = !segment.from_vda;
  CHECK(judge.result(reversed, 99, 99) == AuditResult::pass);
}

void check_forged(const Judge& judge, const std::vector<Segment>& honest) {
  std::mt19937 random(31);
  for (int round = 0; round < 500; ++round) {
    const Segment forged = forged_packet(random);
    std::vector<Segment> segments = honest;
    const std::size_t at = random() % (segments.size() + 1);
    segments.insert(segments.begin() + static_cast<std::ptrdiff_t>(at), forged);
    const std::size_t late = random() % 2 == 0 ? at + 1 : 99;
    const std::size_t cut = random() % 2 == 0 ? random() % segments.size() : 99;
    CAPTURE(round);
    CAPTURE(at);
    CAPTURE(late);
    CAPTURE(cut);
    CAPTURE(forged.from_vda);
    CAPTURE(forged.flags);
    CAPTURE(forged.sequence);
    CAPTURE(forged.acknowledgement);
    CAPTURE(forged.payload);
    CHECK(judge.result(segments, late, cut) != AuditResult::pass);
  }
}

TEST_CASE("no single forged packet turns fail into pass, wherever it comes and wherever the capture is cut") {
  check_forged(Judge(), kFlagged);
}

TEST_CASE("no single forged packet hides what a documented port is used for") {
  const Judge judge(RuleOf("ica").from({"gateway"}).to({"vda"}).tcp("1494").expecting({"ica"}));
  CHECK(judge.result(kHidden, 99, 99) == AuditResult::fail);
  check_forged(judge, kHidden);
}

TEST_CASE("a DTLS handshake that begins with its answer does not turn a flow round") {
  const Judge judge;
  // HelloVerifyRequest: what a server sends, and here the first thing that the VDA sends.
  const std::string answer =
      std::string("\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x1f\x03\0\0\x13\0\0\0\0\0\0\0\x13\xfe\xff\x10", 28) +
      std::string(16, 'c');
  MemorySource source;
  Timestamp time = kStart;
  const auto add = [&](bool from_vda, std::string_view payload) {
    source.add(Eth()
                   .ipv4(from_vda ? kVda : kGateway, from_vda ? kGateway : kVda)
                   .udp(from_vda ? kIca : kPort, from_vda ? kPort : kIca)
                   .payload(payload),
               time = time + milliseconds(20));
  };
  add(true, answer);
  for (int round = 0; round < 4; ++round) {
    add(true, "undocumented");
    add(false, "ok");
  }
  const Evidence evidence = observe(source, {});
  REQUIRE(evidence.loose.size() == 1);
  CHECK(evidence.loose[0].facts.application == application("dtls"));
  const Audit audited = judge.audit_of(evidence);
  CHECK(audited.result == AuditResult::fail);
  REQUIRE(audited.conversations.size() == 1);
  CHECK(audited.conversations[0].facts.basis == DirectionBasis::contested);
}

}  // namespace portproof::test
