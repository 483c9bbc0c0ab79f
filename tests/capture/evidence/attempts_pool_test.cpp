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

// A scan of 100 ports on 20 hosts, a flood from 1,500 addresses, and other traffic.
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

TEST_CASE("a scan and a flood fold into one record each, and nothing else does") {
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
    // What is kept and what is folded add up to everything.
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

TEST_CASE("merged parts are kept within the limits") {
  const std::vector<Attempted> all = busy_day();
  std::vector<Attempted> first(all.begin(), all.begin() + 1500);  // most of the scan
  std::vector<Attempted> second(all.begin() + 1500, all.end());   // its end, the flood, the rest
  Folded parts = folded(first, 300);
  REQUIRE(parts.attempts.size() == 1);
  const Folded others = folded(second, second.size());
  REQUIRE(others.attempts.empty());
  for (const auto& [key, facts] : others.conversations) parts.conversations[key].add(facts);

  SUBCASE("attempts join an existing record, and no other is created") {
    AttemptsPool(second.size(), parts.conversations, parts.attempts).hold();
    REQUIRE(parts.attempts.size() == 1);
    CHECK(parts.attempts.begin()->second.conversations == 2000);
    CHECK(parts.attempts.begin()->second.examples.size() == 20);
  }
  SUBCASE("and if there are still too many, they fold") {
    AttemptsPool(500, parts.conversations, parts.attempts).hold();
    REQUIRE(parts.attempts.size() == 2);
    CHECK(parts.attempts.begin()->second.conversations == 2000);
    // Except for the 30 that by then are known to have been answered.
    CHECK(parts.attempts.rbegin()->second.conversations == 1470);
    CHECK(parts.conversations.size() == 90);
  }
}

TEST_CASE("a thousand scanners have a record each, and beyond that the smallest are merged") {
  // Each scanner makes a given number of attempts more than the one before it, and each has its own target
  // hosts.
  FoldedAttempts records;
  std::uint64_t packets = 0;
  Conversations conversations;
  for (unsigned scanner = 0; scanner < kAttemptsRecords + 10; ++scanner) {
    ConversationKey key;
    key.initiator = parse_ip_address(host("10.4.", scanner)).value();
    key.protocol = kProtocolTcp;
    ConversationFacts facts;
    facts.packets = 1;
    Attempts& record = records[{AttemptsKind::scan, key.initiator, kProtocolTcp, 0}];
    for (unsigned attempt = 0; attempt <= scanner % 50; ++attempt, ++packets) {
      key.responder = parse_ip_address(host("10.5.", attempt)).value();
      key.port = static_cast<std::uint16_t>(1 + scanner);
      record.add(AttemptsKind::scan, key, facts);
    }
  }
  AttemptsPool(1000, conversations, records).hold();
  CHECK(records.size() == kAttemptsRecords);
  const auto rest = records.find({AttemptsKind::rest, {}, kProtocolTcp, 0});
  REQUIRE(rest != records.end());
  CHECK(rest->second.conversations == 11);  // of scanners with one attempt
  CHECK(rest->second.examples.size() == 11);
  std::uint64_t sum = 0;
  for (const auto& [key, record] : records) {
    sum += record.facts.packets;
    CHECK_FALSE(record.examples.empty());
  }
  CHECK(sum == packets);
}

TEST_CASE("the total number of examples is bounded, and every record has one") {
  std::vector<Attempted> all;
  for (unsigned scanner = 0; scanner < 40; ++scanner) {
    for (unsigned number = 0; number < 60; ++number) {
      all.push_back({host("10.6.", scanner), host("10.7.", number + 60 * scanner), 22});
    }
  }
  Folded result;
  AttemptsPool pool(100, result.conversations, result.attempts, 500);
  for (const Attempted& attempted : all) fold(pool, attempted);
  pool.hold();
  std::size_t examples = 0;
  std::uint64_t attempts = result.conversations.size();
  for (const auto& [key, record] : result.attempts) {
    CHECK_FALSE(record.examples.empty());
    CHECK(record.more_ends == (record.examples.size() < record.conversations));
    examples += record.examples.size();
    attempts += record.conversations;
  }
  CHECK(examples <= 500 + result.attempts.size());
  CHECK(attempts == all.size());
}

TEST_CASE("attempts that are neither scan nor flood are bounded, too") {
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

TEST_CASE("evidence merged from several pieces keeps the limit of attempts, and says when to check again") {
  Folded all;
  constexpr unsigned kScans = 40;
  for (unsigned scan = 0; scan < kScans; ++scan) {
    Folded piece;
    AttemptsPool pool(50, piece.conversations, piece.attempts);
    for (unsigned number = 0; number < 100 + scan; ++number) {
      fold(pool, {host("10.9.", scan), host("10.1.", number), 80});
    }
    for (const auto& [key, facts] : piece.conversations) all.conversations[key].add(facts);
    for (const auto& [key, attempts] : piece.attempts) all.attempts[key].add(attempts);
  }
  std::uint64_t before = all.conversations.size();
  for (const auto& [key, attempts] : all.attempts) before += attempts.conversations;
  AttemptsPool pool(50, all.conversations, all.attempts);
  const std::size_t again_at = pool.hold();
  CHECK(all.conversations.size() <= 50);
  CHECK(again_at >= 50);
  std::uint64_t after = all.conversations.size();
  for (const auto& [key, attempts] : all.attempts) {
    after += attempts.conversations;
    CHECK(attempts.examples.size() <= kAttemptExamples);
  }
  CHECK(after == before);
}
