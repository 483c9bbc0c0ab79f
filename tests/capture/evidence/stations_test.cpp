#include "capture/evidence/stations.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "capture/decode/decode.hpp"
#include "capture/evidence/stations_seen.hpp"
#include "capture/observe/observe.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

namespace portproof {
namespace {

using test::Bytes;
using test::CapturedFrame;
using test::Eth;
using test::kStart;

IpAddress address(const char* text) {
  return parse_ip_address(text).value();
}

std::optional<Station> station_of_frame(const Bytes& bytes) {
  Packet packet;
  const CapturedFrame frame{.bytes = bytes, .time = kStart};
  if (decode(frame.view(), packet, {}).kind != Decoded::Kind::packet) return std::nullopt;
  return station_of(packet);
}

// What a capture of these frames, one second apart, reveals about the stations.
Stations stations_of(const std::vector<Bytes>& frames) {
  std::vector<CapturedFrame> captured;
  for (const Bytes& bytes : frames) {
    captured.push_back(
        {.bytes = bytes, .time = kStart + seconds(static_cast<std::int64_t>(captured.size()))});
  }
  test::MemorySource source(captured);
  return observe(source, {}).stations;
}

TEST_CASE("MAC addresses are written and read back in one form") {
  const MacAddress mac{{0x02, 0x14, 0, 0, 0xab, 0x0b}};
  CHECK(to_string(mac) == "02:14:00:00:ab:0b");
  CHECK(parse_mac_address("02:14:00:00:ab:0b") == mac);
  for (const char* text : {"", "02:14:00:00:ab", "02:14:00:00:AB:0b", "02-14-00-00-ab-0b",
                           "02:14:00:00:ab:0b:", "02:14:00:00:ab:xb"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_mac_address(text));
  }
}

TEST_CASE("the sender of a frame, with its VLANs") {
  const auto plain =
      station_of_frame(Eth().from_mac("02:00:00:00:00:aa").ipv4("10.0.0.1", "10.0.0.2").udp(1, 2));
  REQUIRE(plain);
  CHECK(to_string(plain->mac) == "02:00:00:00:00:aa");
  CHECK(vlan_text(plain->vlans) == "none");
  const auto tagged = station_of_frame(Eth().vlan(40).ipv4("10.0.0.1", "10.0.0.2").udp(1, 2));
  REQUIRE(tagged);
  CHECK(vlan_text(tagged->vlans) == "40");
  const auto twice = station_of_frame(Eth().vlan(40, 0x88a8).vlan(7).ipv4("10.0.0.1", "10.0.0.2").udp(1, 2));
  REQUIRE(twice);
  CHECK(vlan_text(twice->vlans) == "40.7");
}

TEST_CASE("a frame in a tunnel, or from no station, shows no sender") {
  CHECK_FALSE(station_of_frame(
      Eth().ipv4("192.0.2.1", "192.0.2.2").ipv4("10.0.0.1", "10.0.0.2").udp(1, 2)));  // IP in IP
  CHECK_FALSE(station_of_frame(Eth().from_mac("01:00:5e:00:00:01").ipv4("10.0.0.1", "10.0.0.2").udp(1, 2)));
  CHECK_FALSE(station_of_frame(Eth().from_mac("00:00:00:00:00:00").ipv4("10.0.0.1", "10.0.0.2").udp(1, 2)));
}

TEST_CASE("the first packet of each side of a flow shows its sender") {
  const auto from = [](const char* mac) { return Eth().from_mac(mac); };
  const Stations stations = stations_of({
      from("02:00:00:00:00:01").ipv4("10.0.0.1", "10.0.0.2").tcp(50'000, 80, kTcpSyn),
      from("02:00:00:00:00:02").ipv4("10.0.0.2", "10.0.0.1").tcp(80, 50'000, kTcpSyn | kTcpAck),
      from("02:00:00:00:00:03").ipv4("10.0.0.1", "10.0.0.2").tcp(50'000, 80, kTcpAck),  // not examined
      from("02:00:00:00:00:04").ipv4("10.0.0.4", "10.0.0.9").udp(50'000, 53),
      from("02:00:00:00:00:09").ipv4("10.0.0.9", "10.0.0.4").udp(53, 50'000),
  });
  REQUIRE(stations.size() == 4);
  REQUIRE(stations.count(address("10.0.0.1")) == 1);
  const StationSpans& client = stations.at(address("10.0.0.1"));
  REQUIRE(client.size() == 1);
  CHECK(to_string(client.begin()->first.mac) == "02:00:00:00:00:01");
  CHECK(client.begin()->second.first == kStart);
  CHECK(stations.count(address("10.0.0.2")) == 1);
  CHECK(stations.count(address("10.0.0.4")) == 1);
  CHECK(stations.count(address("10.0.0.9")) == 1);
}

TEST_CASE("what is kept is bounded, and does not depend on the order") {
  std::vector<std::pair<IpAddress, Station>> sightings;
  for (std::uint8_t host = 1; host <= 3; ++host) {
    for (std::uint8_t mac = 0; mac < 4 + host; ++mac) {
      IpAddress sender = address("10.0.0.0");
      sender.bytes[3] = host;
      sightings.push_back({sender, {{{2, 0, 0, 0, 0, mac}}, 0}});
    }
  }
  std::mt19937 random(7);
  std::optional<Stations> first;
  for (int round = 0; round < 20; ++round) {
    std::shuffle(sightings.begin(), sightings.end(), random);
    Stations left;
    Stations right;
    for (std::size_t index = 0; index < sightings.size(); ++index) {
      const auto& [sender, station] = sightings[index];
      add_station(index < sightings.size() / 2 ? left : right, sender, station, {kStart, kStart});
    }
    add_stations(left, right);
    if (!first) first = left;
    CHECK(left == *first);
  }
  CHECK(first->at(address("10.0.0.3")).size() == kStationsPerAddress + 1);
  CHECK(stations_left_out(*first) == 3);  // five, six and seven stations
}

TEST_CASE("too many addresses are one limit that was hit") {
  Stations stations;
  IpAddress sender = address("10.0.0.0");
  for (std::size_t count = 0; count < kStationAddresses + 9; ++count) {
    sender.bytes[1] = static_cast<std::uint8_t>(count >> 16U);
    sender.bytes[2] = static_cast<std::uint8_t>(count >> 8U);
    sender.bytes[3] = static_cast<std::uint8_t>(count);
    add_station(stations, sender, {{{2, 0, 0, 0, 0, 1}}, 0}, {kStart, kStart});
    if (count + 1 == kStationAddresses) CHECK(stations_left_out(stations) == 0);
  }
  CHECK(stations.size() == kStationAddresses + 1);
  CHECK(stations_left_out(stations) == 1);
}

// Sightings of few addresses by many MAC addresses, and of many addresses: more than are kept.
TEST_CASE("what a thread sees of stations is what a map of all sightings keeps") {
  std::mt19937 random(5);
  StationsSeen seen;
  Stations expected;
  for (int round = 0; round < 2; ++round) {
    for (int count = 0; count < 150'000; ++count) {
      const bool many = random() % 2 == 0;
      Packet packet;
      packet.source = address("10.0.0.0");
      packet.source.bytes[many ? 2 : 3] = static_cast<std::uint8_t>(random());
      packet.source.bytes[1] = static_cast<std::uint8_t>(many ? random() : 0);
      packet.source.bytes[3] ^= static_cast<std::uint8_t>(many ? random() : 0);
      const std::array<std::uint8_t, 14> frame{
          0, 0, 0, 0, 0, 0, 2, static_cast<std::uint8_t>(many ? 1 : random() % 40), 0, 0, 0, 7, 8, 0};
      packet.ethernet = frame.data();
      packet.time = kStart + seconds(count);
      seen.observe(packet);
      const auto station = station_of(packet);
      REQUIRE(station);
      add_station(expected, packet.source, *station, {packet.time, packet.time});
    }
    CHECK(seen.take().stations() == expected);
    expected.clear();
  }
}

}  // namespace
}  // namespace portproof
