#include "capture/evidence/attempts_pool.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace portproof;

namespace {

struct Attempted {
  std::string from;
  std::string to;
  std::uint16_t port;
  bool established{false};
};

constexpr std::uint16_t kClientPort = 50000;

void fold(AttemptsPool& pool, const Attempted& attempted) {
  const Endpoint client{parse_ip_address(attempted.from).value(), kClientPort};
  const Endpoint server{parse_ip_address(attempted.to).value(), attempted.port};
  const bool client_is_low = client < server;
  FlowKey key;
  key.low = client_is_low ? client : server;
  key.high = client_is_low ? server : client;
  key.protocol = kProtocolTcp;
  const Side initiator = client_is_low ? Side::low : Side::high;
  FlowFacts facts;
  facts.first = facts.last = Timestamp{1000};
  facts.initiator = initiator;
  facts.basis = DirectionBasis::syn;
  facts.openings = 1;
  facts.side(initiator).packets = 1;
  facts.side(initiator).bytes = 60;
  facts.side(initiator).syn = true;
  if (attempted.established) {
    facts.side(other(initiator)).packets = 1;
    facts.side(other(initiator)).syn_ack = true;
  }
  pool.fold(key, facts, {}, {initiator, DirectionBasis::syn});
  pool.flush();
}

std::string host(const std::string& net, unsigned number) {
  return net + std::to_string(number / 250) + "." + std::to_string(1 + number % 250);
}

struct Folded {
  Conversations conversations;
  FoldedAttempts attempts;
};

Folded folded(const std::vector<Attempted>& all, std::size_t most) {
  Folded result;
  AttemptsPool pool(most, result.conversations, result.attempts);
  for (const Attempted& attempted : all) fold(pool, attempted);
  return result;
}

// A scan of 100 ports of 20 hosts, a flood from 1,500 addresses, and what else goes on.
std::vector<Attempted> busy_day() {
  std::vector<Attempted> all;
  for (unsigned number = 0; number < 20; ++number) {
    for (std::uint16_t port = 1; port <= 100; ++port) {
      all.push_back({"10.0.0.66", host("10.1.", number), port});
    }
  }
  for (unsigned number = 0; number < 1500; ++number)
    all.push_back({host("192.168.", number), "10.1.0.9", 443});
  for (unsigned number = 0; number < 30; ++number) {
    all.push_back({host("10.2.", number), host("10.3.", number), 5985});
    all.push_back({"10.0.0.66", host("10.3.", number), 80, true});
    all.push_back({host("192.168.", number), "10.1.0.9", 443, true});
  }
  return all;
}

}  // namespace

TEST_CASE("a scan and a flood fold into a record each, and nothing else does") {
  std::vector<Attempted> all = busy_day();
  std::mt19937 random(3);
  for (int round = 0; round < 10; ++round) {
    std::shuffle(all.begin(), all.end(), random);
    const Folded result = folded(all, 500);
    REQUIRE(result.attempts.size() == 2);
    const auto& [scan_key, scan] = *result.attempts.begin();
    CHECK(scan_key ==
          AttemptsKey{AttemptsKind::scan, parse_ip_address("10.0.0.66").value(), kProtocolTcp, 0});
    CHECK(scan.first_port == 1);
    CHECK(scan.last_port == 100);
    CHECK(scan.examples.size() == 20);
    CHECK_FALSE(scan.more_ends);
    const auto& [flood_key, flood] = *result.attempts.rbegin();
    CHECK(flood_key ==
          AttemptsKey{AttemptsKind::flood, parse_ip_address("10.1.0.9").value(), kProtocolTcp, 443});
    // What is kept, and what is folded, is all there was.
    std::uint64_t packets = scan.facts.packets + flood.facts.packets;
    std::size_t established = 0;
    std::size_t lone = 0;
    for (const auto& [key, facts] : result.conversations) {
      packets += facts.packets;
      established += facts.state == FlowState::established ? 1 : 0;
      lone += key.port == 5985 ? 1 : 0;
    }
    CHECK(packets == all.size() + 60);
    CHECK(established == 60);
    CHECK(lone == 30);
  }
}

TEST_CASE("below the limit nothing folds") {
  const std::vector<Attempted> all = busy_day();
  const Folded result = folded(all, all.size());
  CHECK(result.attempts.empty());
  CHECK(result.conversations.size() == all.size() - 30);  // tried before they were answered
}

TEST_CASE("attempts that are neither scan nor flood stay bounded, too") {
  std::vector<Attempted> all;
  for (unsigned number = 0; number < 5000; ++number) {
    all.push_back({host("10.8.", number), host("10.9.", number), 1000});
  }
  for (Attempted& attempted : all)
    attempted.port = static_cast<std::uint16_t>(1000 + (&attempted - all.data()) % 5000);
  const Folded result = folded(all, 1000);
  CHECK(result.conversations.size() <= 1000);
  REQUIRE(result.attempts.size() == 1);
  const auto& [key, rest] = *result.attempts.begin();
  CHECK(key.kind == AttemptsKind::rest);
  CHECK(rest.conversations + result.conversations.size() == 5000);
  CHECK(rest.examples.size() == kAttemptExamples);
  CHECK(rest.more_ends);
}

TEST_CASE("records that were put together from several pieces are held to their limit, the largest staying") {
  Folded all;
  constexpr unsigned kScans = 40;
  for (unsigned scan = 0; scan < kScans; ++scan) {
    Folded piece;
    AttemptsPool pool(10, piece.conversations, piece.attempts);
    for (unsigned number = 0; number < 100 + scan; ++number) {
      fold(pool, {host("10.9.", scan), host("10.1.", number), 80});
    }
    for (const auto& [key, facts] : piece.conversations) all.conversations[key].add(facts);
    for (const auto& [key, attempts] : piece.attempts) all.attempts[key].add(attempts);
  }
  std::uint64_t before = all.conversations.size();
  for (const auto& [key, attempts] : all.attempts) before += attempts.conversations;
  AttemptsPool pool(50, all.conversations, all.attempts, 8);
  const std::size_t again_at = pool.hold();
  CHECK(all.conversations.size() <= 50);
  CHECK(again_at >= 50);
  std::uint64_t after = all.conversations.size();
  std::size_t scans = 0;
  for (const auto& [key, attempts] : all.attempts) {
    after += attempts.conversations;
    scans += key.kind == AttemptsKind::scan ? 1U : 0U;
    if (key.kind == AttemptsKind::scan) CHECK(attempts.conversations > 120);
    CHECK(attempts.examples.size() <= kAttemptExamples);
  }
  CHECK(scans == 8);
  CHECK(after == before);
}
