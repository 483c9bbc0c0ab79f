#include "capture/evidence/stray_errors.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "capture/evidence/conversations.hpp"
#include "capture/evidence/settle.hpp"
#include "capture/observe/observe.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr auto kHost = "10.0.0.1";
constexpr auto kFar = "198.51.100.66";
constexpr auto kRouter = "10.0.0.254";

Bytes datagram(std::uint16_t from = 5000) {
  return Ip().ipv4(kHost, kFar).udp(from, 53).payload("?");
}
Bytes error(const Bytes& quoted, std::string_view to = kHost) {
  return Eth().ipv4(kRouter, to).unreachable(1, quoted);
}

// The errors that are left once everything is settled.
std::size_t strays(const std::vector<Bytes>& frames) {
  MemorySource source;
  for (const Bytes& frame : frames) source.add(frame);
  return settle(observe(source, {}), no_oracle, 1000).stray_errors.size();
}

}  // namespace

TEST_CASE("an error about a flow that was seen, before it or after it, is none") {
  const Bytes ask = Eth().ipv4(kHost, kFar).udp(5000, 53).payload("?");
  CHECK(strays({ask, error(datagram())}) == 0);
  CHECK(strays({error(datagram()), ask}) == 0);
}

TEST_CASE("an error about a flow that was never seen is one, and so is one that quotes nothing") {
  CHECK(strays({error(datagram())}) == 1);
  CHECK(strays({Eth().ipv4(kHost, kFar).udp(5000, 54).payload("?"), error(datagram())}) == 1);
  CHECK(strays({Eth().ipv4(kRouter, kHost).icmp(3, 1).payload("evil evil evil evil evil evil")}) == 1);
}

TEST_CASE("an error that goes to somebody else than the sender of what it quotes is one") {
  const Bytes ask = Eth().ipv4(kHost, kFar).udp(5000, 53).payload("?");
  CHECK(strays({ask, error(datagram(), "10.0.0.9")}) == 1);
}

TEST_CASE("an error about a ping belongs to the ping, and one about a tunnel to the tunnel") {
  CHECK(strays({Eth().ipv4(kHost, kFar).echo_request(), error(Ip().ipv4(kHost, kFar).echo_request())}) == 0);
  const Bytes inner = Ip().ipv4("10.9.0.1", "10.9.0.2").udp(1, 2).payload("?");
  const Bytes carried = Eth().ipv4(kHost, kFar).protocol(4).payload(inner);
  CHECK(strays({carried, error(Ip().ipv4(kHost, kFar).protocol(4).payload(inner))}) == 0);
}

TEST_CASE("the errors that are kept, and how many are left out, do not depend on the order") {
  std::vector<StrayErrorKey> keys(StrayErrors::kMost + 100);
  for (std::size_t number = 0; number < keys.size(); ++number) {
    keys[number].quoted_source.port = static_cast<std::uint16_t>(number);
  }
  const StrayErrorFacts once{1, kStart, kStart, {0, 1}};
  StrayErrors expected;
  std::uint64_t expected_left_out = 0;
  for (const StrayErrorKey& key : keys) {
    for (int times = 0; times < 2; ++times) expected_left_out += expected.add(key, once);
  }
  CHECK(expected.size() == StrayErrors::kMost);
  CHECK(expected_left_out == 200);
  std::vector<StrayErrorKey> twice = keys;
  twice.insert(twice.end(), keys.begin(), keys.end());
  std::shuffle(twice.begin(), twice.end(), std::mt19937(7));
  StrayErrors left;
  StrayErrors right;
  std::uint64_t left_out = 0;
  for (std::size_t at = 0; at < twice.size(); ++at)
    left_out += (at % 2 == 0 ? left : right).add(twice[at], once);
  left_out += left.add(right);
  CHECK(left == expected);
  CHECK(left_out == expected_left_out);
}
