#include "capture/identify/dns_stream.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/support/dns_packet.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

std::string message_of(const std::string& name, std::size_t padding = 0) {
  return DnsMessage()
      .question(DnsMessage::name(name))
      .answer(DnsMessage::pointer(12), 16, 60, std::string(padding, 't'))
      .over_tcp();
}

// One direction of a connection, and the messages it carried, without their lengths.
class Direction {
 public:
  explicit Direction(DnsStreams& streams, std::uint16_t port = 50000, std::uint32_t base = 0xfffffff0U)
      : streams_(streams), base_(base) {
    packet_.protocol = kProtocolTcp;
    packet_.source_port = 53;
    packet_.destination_port = port;
  }
  Direction& add(std::size_t offset, std::string_view bytes, std::uint8_t flags = kTcpAck) {
    packet_.tcp_sequence = base_ + static_cast<std::uint32_t>(offset);
    packet_.tcp_flags = flags;
    packet_.payload = {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
    packet_.payload_length = static_cast<std::uint32_t>(bytes.size());
    streams_.add(packet_, [this](std::span<const std::uint8_t> message) {
      messages.emplace_back(message.begin(), message.end());
    });
    return *this;
  }
  std::vector<std::string> messages;

 private:
  DnsStreams& streams_;
  std::uint32_t base_;
  Packet packet_;
};

}  // namespace

TEST_CASE("several messages in a segment, and one over several") {
  const std::string first = message_of("a.example");
  const std::string second = message_of("b.example", 3000);
  const std::string third = message_of("c.example");
  const std::string stream = first + second + third;
  const std::vector<std::string> expected{first.substr(2), second.substr(2), third.substr(2)};
  for (const std::size_t size : {1U, 2U, 7U, 300U, 1460U, 9000U}) {
    CAPTURE(size);
    if (stream.size() / size > 500 && size < 7) continue;  // more segments than a message may have
    DnsStreams streams;
    Direction server(streams);
    for (std::size_t at = 0; at < stream.size(); at += size) {
      server.add(at, std::string_view{stream}.substr(at, size));
    }
    // A message in too many segments is skipped, and the one after it is read again.
    if (size >= 300) CHECK(server.messages == expected);
    if (size == 7) CHECK(server.messages == std::vector<std::string>{expected[0], expected[2]});
    CHECK(streams.unread() == (size == 7 ? 1 : 0));
  }
}

TEST_CASE("the length alone in the first segment") {
  const std::string message = message_of("a.example");
  DnsStreams streams;
  Direction server(streams);
  server.add(0, std::string_view{message}.substr(0, 2)).add(2, std::string_view{message}.substr(2));
  REQUIRE(server.messages.size() == 1);
  CHECK(server.messages[0] == message.substr(2));
}

TEST_CASE("segments in any order, repeated, overlapping") {
  std::mt19937 random(31);
  const std::string message = message_of("a.example", 4000);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::size_t> offsets;
    for (std::size_t at = 500; at < message.size(); at += 500) offsets.push_back(at);
    offsets.push_back(700);
    std::shuffle(offsets.begin(), offsets.end(), random);
    DnsStreams streams;
    Direction server(streams);
    server.add(0, std::string_view{message}.substr(0, 500));
    for (const std::size_t at : offsets) server.add(at, std::string_view{message}.substr(at, 500));
    REQUIRE(!server.messages.empty());
    CHECK(server.messages[0] == message.substr(2));
  }
}

TEST_CASE("messages that are not completed are counted") {
  const std::string message = message_of("a.example", 4000);
  DnsStreams streams;
  SUBCASE("the connection ends in mid-message") {
    Direction(streams).add(0, std::string_view{message}.substr(0, 500)).add(500, "", kTcpRst);
    CHECK(streams.unread() == 1);
  }
  SUBCASE("too long") {
    const std::string longer = message_of("a.example", 40'000);
    Direction server(streams);
    server.add(0, std::string_view{longer}.substr(0, 1000)).add(1000, std::string_view{longer}.substr(1000));
    CHECK(server.messages.empty());
    CHECK(streams.unread() == 1);
    server.add(longer.size(), message_of("b.example"));
    CHECK(server.messages.size() == 1);
    CHECK(streams.unread() == 1);
  }
  SUBCASE("too many at a time: the first is dropped") {
    std::vector<Direction> servers;
    for (std::uint16_t port = 0; port <= DnsStreams::kSlots; ++port) {
      servers.emplace_back(streams, port).add(0, std::string_view{message}.substr(0, 500));
    }
    CHECK(streams.unread() == 1);
    servers[1].add(500, std::string_view{message}.substr(500));
    CHECK(servers[1].messages.size() == 1);
    servers[0].add(500, std::string_view{message}.substr(500));
    CHECK(servers[0].messages.empty());
  }
}

TEST_CASE("data that is not a message takes no slot") {
  DnsStreams streams;
  for (std::uint16_t port = 0; port < 200; ++port) {
    Direction(streams, port).add(0, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
  }
  CHECK(streams.unread() == 0);
}
