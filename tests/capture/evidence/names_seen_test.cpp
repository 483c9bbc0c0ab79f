#include "capture/evidence/names_seen.hpp"

#include <doctest/doctest.h>

#include <string>

#include "capture/observe/observe.hpp"
#include "capture/source/open_capture.hpp"
#include "tests/support/dns_packet.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"
#include "tests/support/pcapng_writer.hpp"

using namespace portproof;
using namespace portproof::test;
using namespace std::string_literals;

namespace {

const std::string kAddress = "\x0a\x00\x00\x07"s;

std::string answer_of(const std::string& name, std::uint32_t ttl, const std::string& address = kAddress) {
  return DnsMessage().question(DnsMessage::name(name)).a(name, ttl, address).bytes();
}

Bytes over_udp(const std::string& message, std::uint16_t port = 53) {
  return Eth().ipv4("10.0.0.53", "10.0.0.1").udp(port, 50000).payload(message);
}

// "10.0.0.7 a.example 0-3660" for each interval, in seconds from kStart.
std::string announced(const Evidence& evidence) {
  std::string all;
  for (const auto& [key, intervals] : evidence.names) {
    for (const NameInterval& interval : intervals) {
      if (!all.empty()) all += ", ";
      all += to_string(key.address) + " " + key.name;
      if (key.source == NameSource::name_record) all += " name-record";
      all += " " + std::to_string((interval.first - kStart).nanoseconds / 1'000'000'000) + "-" +
             std::to_string((interval.until - kStart).nanoseconds / 1'000'000'000);
    }
  }
  return all;
}

Evidence observed(const std::vector<std::pair<int, Bytes>>& frames) {
  MemorySource source;
  for (const auto& [second, frame] : frames) source.add(frame, kStart + seconds(second));
  return observe(source, {});
}

// Keeps the clock running: a jump of over an hour would not be believed at once.
const Bytes kTick = Eth().ipv4("10.0.0.2", "10.0.0.3").udp(4000, 4001).payload("?");

}  // namespace

TEST_CASE("an answer names an address for its lifetime plus an hour") {
  CHECK(announced(observed({{0, over_udp(answer_of("A.example", 60))}})) == "10.0.0.7 a.example 0-3660");
  // Seen again while it holds, and again after that: the time between is not claimed.
  CHECK(announced(observed({{0, over_udp(answer_of("a.example", 60))},
                            {100, over_udp(answer_of("a.example", 60))},
                            {2500, kTick},
                            {5000, over_udp(answer_of("a.example", 0))}})) ==
        "10.0.0.7 a.example 0-3760, 10.0.0.7 a.example 5000-8600");
  // An implausible lifetime: a week.
  CHECK(announced(observed({{0, over_udp(answer_of("a.example", 0x7fffffff))}})) ==
        "10.0.0.7 a.example 0-608400");
}

TEST_CASE("an answer after a long silence holds from its arrival, once that time is believed") {
  std::vector<std::pair<int, Bytes>> frames{{0, over_udp(answer_of("a.example", 60))},
                                            {50'000, over_udp(answer_of("b.example", 60))}};
  // The clock stands still meanwhile, and nothing confirms the time.
  CHECK(announced(observed(frames)) == "10.0.0.7 a.example 0-3660, 10.0.0.7 b.example 0-3660");
  while (frames.size() < 20) frames.emplace_back(50'001, kTick);
  CHECK(announced(observed(frames)) ==
        "10.0.0.7 a.example 0-3660, 10.0.0.7 b.example 0-3660, 10.0.0.7 b.example 50001-53661");
  // One frame with a wrong time, and later a real silence: answers near the first stay where they are.
  frames.insert(frames.begin() + 1, {{40'000, over_udp(answer_of("c.example", 60))}, {1, kTick}});
  CHECK(announced(observed(frames)) ==
        "10.0.0.7 a.example 0-3660, 10.0.0.7 b.example 1-3661, 10.0.0.7 b.example 50001-53661, "
        "10.0.0.7 c.example 0-3660");
}

TEST_CASE("aliases name the address, too") {
  const std::string message = DnsMessage()
                                  .question(DnsMessage::name("a.example"))
                                  .cname("a.example", 300, "b.example")
                                  .a("b.example", 20, kAddress)
                                  .bytes();
  CHECK(announced(observed({{0, over_udp(message)}})) ==
        "10.0.0.7 a.example 0-3620, 10.0.0.7 b.example 0-3620");
}

TEST_CASE("over TCP, split and together") {
  const std::string stream =
      DnsMessage().question(DnsMessage::name("a.example")).a("a.example", 60, kAddress).over_tcp() +
      DnsMessage().question(DnsMessage::name("b.example")).a("b.example", 60, kAddress).over_tcp();
  const auto segment = [&stream](std::uint32_t from, std::uint32_t to) {
    return Eth()
        .ipv4("10.0.0.53", "10.0.0.1")
        .tcp(53, 50000, kTcpAck)
        .seq(1000 + from)
        .payload(std::string_view{stream}.substr(from, to - from));
  };
  const auto size = static_cast<std::uint32_t>(stream.size());
  const std::string both = "10.0.0.7 a.example 0-3660, 10.0.0.7 b.example 0-3660";
  CHECK(announced(observed({{0, segment(0, size)}})) == both);
  const Evidence split = observed({{0, segment(0, 60)}, {0, segment(80, size)}, {0, segment(60, 80)}});
  CHECK(announced(split) == both);
  CHECK(split.limits_hit[Limit::dns_messages] == 0);
}

TEST_CASE("messages that are not a server's answer, or name no host") {
  const std::string message = answer_of("a.example", 60);
  CHECK(announced(observed({{0, over_udp(message, 5353)}})).empty());
  CHECK(announced(observed({{0, over_udp(message, 5355)}})).empty());
  CHECK(announced(observed({{0, Eth().ipv4("10.0.0.53", "224.0.0.251").udp(53, 5000).payload(message)}}))
            .empty());
  CHECK(announced(observed({{0, over_udp(answer_of("a.example", 60, "\0\0\0\0"s))}})).empty());
  CHECK(announced(observed({{0, over_udp(answer_of("a.example", 60, "\x7f\0\0\x01"s))}})).empty());
  CHECK(announced(observed({{0, over_udp(DnsMessage(0x8183)
                                             .question(DnsMessage::name("a.example"))
                                             .a("a.example", 60, kAddress)
                                             .bytes())}}))
            .empty());
}

TEST_CASE("limits: names beyond them are counted, known names continue") {
  const auto packet_of = [](const std::string& message) {
    Packet packet;
    packet.protocol = kProtocolUdp;
    packet.source_port = 53;
    packet.payload = {reinterpret_cast<const std::uint8_t*>(message.data()), message.size()};
    return packet;
  };
  NamesSeen names({.names = 2, .intervals = 3});
  const std::string first = answer_of("a.example", 0);
  const std::string second = answer_of("b.example", 0);
  const std::string third = answer_of("c.example", 0);
  names.observe(packet_of(first), kStart);
  names.observe(packet_of(second), kStart);
  names.observe(packet_of(third), kStart);                     // too many names
  names.observe(packet_of(first), kStart + seconds(60));       // longer
  names.observe(packet_of(first), kStart + seconds(10'000));   // the third interval
  names.observe(packet_of(second), kStart + seconds(10'000));  // too many intervals
  names.observe(packet_of(second), kStart + seconds(10));      // touches
  Evidence evidence;
  names.give_to(evidence);
  CHECK(announced(evidence) ==
        "10.0.0.7 a.example 0-3660, 10.0.0.7 a.example 10000-13600, 10.0.0.7 b.example 0-3610");
  CHECK(evidence.limits_hit[Limit::dns_names] == 2);
}

TEST_CASE("names that a capture file carries hold as long as the file") {
  PcapngWriter capture;
  capture.add_interface({});
  Bytes records = capture.name_record(1, {10, 0, 0, 7}, std::string_view("DDC1.example\0bad name\0", 22));
  append(records, capture.name_record(1, {0, 0, 0, 0}, std::string_view("nobody\0", 7)));
  capture.add_names(records);
  for (const int second : {0, 90}) {
    CapturedFrame frame;
    frame.bytes = Eth().ipv4("10.0.0.1", "10.0.0.7").udp(4000, 4001).payload("?");
    frame.time = kStart + seconds(second);
    capture.add(frame);
  }
  auto source = open_capture(bytes_in_memory(capture.bytes()), "x.pcapng");
  REQUIRE(source);
  CHECK(announced(observe(**source, {})) == "10.0.0.7 ddc1.example name-record 0-90");
}

TEST_CASE("a capture in two parts gives the names of the whole") {
  const std::vector<std::pair<int, Bytes>> frames{{0, over_udp(answer_of("a.example", 60))},
                                                  {50, over_udp(answer_of("b.example", 60))},
                                                  {100, over_udp(answer_of("a.example", 60))},
                                                  {3000, kTick},
                                                  {6000, kTick},
                                                  {9000, over_udp(answer_of("a.example", 60))}};
  const std::string whole = announced(observed(frames));
  for (std::size_t split = 1; split < frames.size(); ++split) {
    const auto middle = frames.begin() + static_cast<std::ptrdiff_t>(split);
    auto merged = merge(observed({middle, frames.end()}), observed({frames.begin(), middle}));
    REQUIRE(merged);
    CHECK(announced(*merged) == whole);
  }
}

namespace {

// The source of the only name of the capture.
std::string source_of(const std::vector<std::pair<int, Bytes>>& frames) {
  const Evidence evidence = observed(frames);
  REQUIRE(evidence.names.size() == 1);
  return std::string(kNameSourceNames[static_cast<std::size_t>(evidence.names.begin()->first.source)]);
}

Bytes question_over_udp(const std::string& name, unsigned type = 1, const char* client = "10.0.0.1",
                        std::uint16_t port = 50000) {
  const std::string message = DnsMessage(0x0100).question(DnsMessage::name(name), type).bytes();
  return Eth().ipv4(client, "10.0.0.53").udp(port, 53).payload(message);
}

}  // namespace

TEST_CASE("an answer counts as asked for if its very question was seen") {
  const Bytes answer = over_udp(answer_of("a.example", 60));
  CHECK(source_of({{0, question_over_udp("a.example")}, {1, answer}}) == "dns");
  CHECK(source_of({{0, question_over_udp("A.Example")}, {1, answer}}) == "dns");
  CHECK(source_of({{0, answer}}) == "unasked");
  CHECK(source_of({{0, answer}, {0, question_over_udp("a.example")}}) == "unasked");
  CHECK(source_of({{0, question_over_udp("b.example")}, {1, answer}}) == "unasked");
  CHECK(source_of({{0, question_over_udp("a.example", 28)}, {1, answer}}) == "unasked");
  CHECK(source_of({{0, question_over_udp("a.example", 1, "10.0.0.2")}, {1, answer}}) == "unasked");
  CHECK(source_of({{0, question_over_udp("a.example", 1, "10.0.0.1", 50001)}, {1, answer}}) == "unasked");
  std::string other_id = answer_of("a.example", 60);
  other_id[1] = 8;
  CHECK(source_of({{0, question_over_udp("a.example")}, {1, over_udp(other_id)}}) == "unasked");
}

TEST_CASE("an answer with a wrong checksum is not its server's, if that sends right ones") {
  const Bytes asked = question_over_udp("a.example");
  const Bytes right = over_udp(answer_of("a.example", 60));
  constexpr std::size_t kChecksumAt = 14 + 20 + 6;
  Bytes wrong = over_udp(answer_of("a.example", 60, "\x0a\x00\x00\x08"s));
  wrong[kChecksumAt] ^= 0xff;
  const auto sources = [](const std::vector<std::pair<int, Bytes>>& frames) {
    std::string all;
    for (const auto& [key, intervals] : observed(frames).names) {
      all += to_string(key.address) + " " +
             std::string(kNameSourceNames[static_cast<std::size_t>(key.source)]) + " " +
             to_string(key.server) + "; ";
    }
    return all;
  };
  CHECK(sources({{0, asked}, {1, right}}) == "10.0.0.7 dns 10.0.0.53; ");
  CHECK(sources({{0, asked}, {1, wrong}, {1, right}}) ==
        "10.0.0.7 dns 10.0.0.53; 10.0.0.8 unasked 10.0.0.53; ");
  CHECK(sources({{0, asked}, {1, right}, {1, wrong}}) ==
        "10.0.0.7 dns 10.0.0.53; 10.0.0.8 unasked 10.0.0.53; ");
  // Its network card computes them behind the capture point.
  CHECK(sources({{0, asked}, {1, wrong}}) == "10.0.0.8 dns 10.0.0.53; ");
  // It computes none.
  wrong[kChecksumAt] = wrong[kChecksumAt + 1] = 0;
  CHECK(sources({{0, asked}, {1, right}, {1, wrong}}) == "10.0.0.7 dns 10.0.0.53; 10.0.0.8 dns 10.0.0.53; ");
}

TEST_CASE("a question is forgotten after a while, and answers to it are unasked") {
  const Bytes answer = over_udp(answer_of("a.example", 60));
  CHECK(source_of({{0, question_over_udp("a.example")}, {30, answer}}) == "dns");
  CHECK(source_of({{0, question_over_udp("a.example")}, {31, answer}}) == "unasked");
}

TEST_CASE("a question over TCP is seen as well") {
  const std::string question = DnsMessage(0x0100).question(DnsMessage::name("a.example")).over_tcp();
  const std::string answer =
      DnsMessage().question(DnsMessage::name("a.example")).a("a.example", 60, kAddress).over_tcp();
  const Bytes asks = Eth().ipv4("10.0.0.1", "10.0.0.53").tcp(50000, 53, kTcpAck).payload(question);
  const Bytes answers = Eth().ipv4("10.0.0.53", "10.0.0.1").tcp(53, 50000, kTcpAck).payload(answer);
  CHECK(source_of({{0, asks}, {1, answers}}) == "dns");
  CHECK(source_of({{1, answers}}) == "unasked");
}
