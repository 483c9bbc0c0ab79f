#include "app/watch/accumulated.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "capture/evidence/evidence_file.hpp"
#include "capture/observe/running_observation.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// A connection that ends, from port `port`, beginning at `time`.
void add_connection(MemorySource& source, std::uint16_t port, Timestamp time) {
  source.add(Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(port, 1494, kTcpSyn), time);
  source.add(Eth().ipv4("10.0.0.2", "10.0.0.1").tcp(1494, port, kTcpSyn | kTcpAck), time + seconds(1));
  source.add(Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(port, 1494, kTcpRst), time + seconds(2));
}

std::string file_of(const Evidence& evidence) {
  std::ostringstream out;
  write_evidence(evidence, out);
  return out.str();
}

Evidence read_back(const std::string& text) {
  std::istringstream in(text);
  auto evidence = read_evidence(in, "test");
  REQUIRE_MESSAGE(evidence.has_value(), (evidence ? "" : message(evidence.error())));
  return *evidence;
}

// A run of ten connections an hour apart, with a cut after each; returns what is saved at its last cut.
std::string run(Accumulated& all, Timestamp start, bool ends) {
  RunningObservation observation({});
  std::string saved;
  MemorySource source;
  source.set_path("eth1");
  for (std::uint16_t hour = 0; hour < 10; ++hour) {
    add_connection(source, static_cast<std::uint16_t>(50000 + hour), start + seconds(3600 * hour));
  }
  source.batches_of(3);
  FrameBatch batch;
  while (source.next(batch) == ReadOutcome::frames) {
    REQUIRE(observation.take(batch.view()));
    Harvest harvest = observation.harvest(source, Timestamp::earliest());
    REQUIRE(all.add(std::move(harvest.closed), harvest.input));
    REQUIRE(all.put_together());
    const Accumulated::WithOpen whole(all, std::move(harvest.open), still_running_at(*harvest.input.last));
    saved = file_of(whole.evidence());
    CHECK(file_of(read_back(saved)) == saved);
  }
  if (!ends) return saved;
  Harvest harvest = observation.finish(source, ReadOutcome::stopped);
  REQUIRE(all.add(std::move(harvest.closed), harvest.input));
  REQUIRE(all.put_together());
  const Accumulated::WithOpen whole(all, {}, "");
  return file_of(whole.evidence());
}

std::uint64_t sessions(const Evidence& evidence) {
  std::uint64_t sum = 0;
  for (const auto& [key, facts] : evidence.conversations) sum += facts.sessions;
  for (const LooseFlow& flow : evidence.loose) sum += flow.facts.openings;
  return sum;
}

}  // namespace

TEST_CASE("a run is one input, however often it was cut") {
  Accumulated all{ObservationSettings{}};
  const Evidence evidence = read_back(run(all, kStart, true));
  REQUIRE(evidence.inputs.size() == 1);
  CHECK(evidence.inputs[0].path == "eth1");
  CHECK(evidence.inputs[0].error.empty());
  CHECK(evidence.inputs[0].accounting.frames == 30);
  CHECK(sessions(evidence) == 10);
}

TEST_CASE("a run continues the previous one, and reports what was lost if that was killed") {
  for (const bool ended : {true, false}) {
    CAPTURE(ended);
    Accumulated first{ObservationSettings{}};
    const Evidence saved = read_back(run(first, kStart, ended));
    const Timestamp later = kStart + seconds(100'000);
    Accumulated second{ObservationSettings{}};
    REQUIRE(second.take_up(saved, {}, later));
    const Evidence evidence = read_back(run(second, later, true));
    REQUIRE(evidence.inputs.size() == 2);
    CHECK(evidence.inputs[0].accounting.frames == 30);
    CHECK(evidence.inputs[1].accounting.frames == 30);
    CHECK(sessions(evidence) == 20);
    CHECK(evidence.inputs[0].gaps.cut_short == (ended ? 0 : 1));
    const bool stated = evidence.inputs[0].error.find("the watch was killed: what came from ") == 0 &&
                        evidence.inputs[0].error.find(to_string(later) + " is lost") != std::string::npos;
    CHECK(stated == !ended);
  }
}

TEST_CASE("packets and fragments at the beginning of a run stay with it") {
  Accumulated first{ObservationSettings{}};
  const Evidence saved = read_back(run(first, kStart, true));
  const Timestamp later = kStart + seconds(100'000);
  Accumulated second{ObservationSettings{}};
  REQUIRE(second.take_up(saved, {}, later));
  RunningObservation observation({});
  MemorySource source;
  source.set_path("eth1");
  source.add(Eth().ipv4("10.0.0.1", "10.0.0.2").udp(50000, 53).payload("question"), later);
  source.add(Eth().ipv4("10.0.0.1", "10.0.0.2").protocol(17).fragment(64, false, 7).payload("later"), later);
  for (std::uint16_t hour = 0; hour < 4; ++hour) add_connection(source, 50000, later + seconds(3600 * hour));
  source.batches_of(2);
  std::string text;
  FrameBatch batch;
  while (source.next(batch) == ReadOutcome::frames) {
    REQUIRE(observation.take(batch.view()));
    Harvest harvest = observation.harvest(source, Timestamp::earliest());
    REQUIRE(second.add(std::move(harvest.closed), harvest.input));
    REQUIRE(second.put_together());
    const Accumulated::WithOpen whole(second, std::move(harvest.open), "");
    text = file_of(whole.evidence());
  }
  const Evidence evidence = read_back(text);
  REQUIRE(evidence.inputs.size() == 2);
  std::size_t of_run = 0;
  for (const EdgePacket& packet : evidence.edge_packets) of_run += packet.input;
  CHECK(of_run == 1);
  REQUIRE(evidence.fragments.size() == 1);
  CHECK(evidence.fragments.begin()->input == 1);
}

TEST_CASE("other settings and filters are refused") {
  Accumulated first{ObservationSettings{}};
  const Evidence saved = read_back(run(first, kStart, true));
  ObservationSettings other;
  other.timeouts.udp = seconds(1);
  Accumulated second{other};
  const auto taken = second.take_up(saved, {}, kStart);
  REQUIRE(!taken);
  CHECK(taken.error().kind == ErrorKind::usage);
  Accumulated third{ObservationSettings{}};
  CHECK(!third.take_up(saved, {"port 443", ""}, kStart));
  Accumulated fourth{ObservationSettings{}};
  const auto unseen = fourth.take_up(saved, {"", "port 443"}, kStart);
  REQUIRE(!unseen);
  CHECK(unseen.error().what.find("a different kernel filter, or without one") != std::string::npos);
  Evidence filtered = saved;
  filtered.inputs[0].kernel_filter = "port 443";
  Accumulated fifth{ObservationSettings{}};
  CHECK(!fifth.take_up(filtered, {}, kStart));
  Accumulated sixth{ObservationSettings{}};
  CHECK(sixth.take_up(filtered, {"", "port 443"}, kStart));
}

TEST_CASE("a run without a frame is still an input, and leaves no trace of its own report") {
  Accumulated all{ObservationSettings{}};
  Input run;
  run.path = "eth1";
  Evidence nothing;
  REQUIRE(all.add(std::move(nothing), run));
  REQUIRE(all.put_together());
  {
    const Accumulated::WithOpen whole(all, {}, "");
    REQUIRE(whole.evidence().inputs.size() == 1);
    CHECK(whole.evidence().inputs[0].path == "eth1");
  }
  CHECK(all.so_far().inputs.empty());
}

TEST_CASE("attempts stay within their limit, between reports too, and none is lost") {
  AccumulatedLimits limits;
  limits.attempts = 400;
  Accumulated all(ObservationSettings{}, limits);
  ObserveOptions options;
  options.collect.most_attempts = 200;
  RunningObservation observation(options);
  constexpr unsigned kLooks = 40;
  constexpr unsigned kEach = 100;
  MemorySource source;
  source.batches_of(kEach);
  for (unsigned number = 0; number < kLooks * kEach; ++number) {
    const std::string from =
        "192.168." + std::to_string(number / 250) + "." + std::to_string(number % 250 + 1);
    source.add(Eth().ipv4(from, "10.0.0.2").tcp(50000, 1494, kTcpSyn), kStart + seconds(60 * number));
  }
  FrameBatch batch;
  std::size_t most = 0;
  for (unsigned look = 0; source.next(batch) == ReadOutcome::frames; ++look) {
    REQUIRE(observation.take(batch.view()));
    Harvest harvest = observation.harvest(source, Timestamp::earliest());
    REQUIRE(all.add(std::move(harvest.closed), harvest.input));
    if (look % 10 == 9) REQUIRE(all.put_together());
    most = std::max(most, all.conversations());
  }
  Harvest harvest = observation.finish(source, ReadOutcome::stopped);
  REQUIRE(all.add(std::move(harvest.closed), harvest.input));
  REQUIRE(all.put_together());
  CHECK(most <= 600);
  const Accumulated::WithOpen whole(all, {}, "");
  std::uint64_t attempts = 0;
  for (const auto& [key, folded] : whole.evidence().attempts) attempts += folded.conversations;
  CHECK(attempts > 3000);
  CHECK(attempts + whole.evidence().conversations.size() + whole.evidence().loose.size() == kLooks * kEach);
  CHECK(whole.evidence().limits_hit[Limit::attempts] == attempts);
  CHECK(file_of(read_back(file_of(whole.evidence()))) == file_of(whole.evidence()));
}

TEST_CASE("flows without a direction stay within their limit, though none of them has ended") {
  AccumulatedLimits limits;
  limits.loose = 400;
  Accumulated all(ObservationSettings{}, limits);
  ObserveOptions options;
  options.table.max_flows = 64;
  RunningObservation observation(options);
  MemorySource source;
  source.batches_of(100);
  constexpr unsigned kFlows = 4000;
  for (unsigned number = 0; number < kFlows; ++number) {
    const auto port = static_cast<std::uint16_t>(10'000 + number);
    source.add(Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(port, 443, kTcpAck), kStart + milliseconds(number));
  }
  FrameBatch batch;
  while (source.next(batch) == ReadOutcome::frames) {
    REQUIRE(observation.take(batch.view()));
    Harvest harvest = observation.harvest(source, Timestamp::earliest());
    REQUIRE(all.add(std::move(harvest.closed), harvest.input));
  }
  Harvest harvest = observation.finish(source, ReadOutcome::stopped);
  REQUIRE(all.add(std::move(harvest.closed), harvest.input));
  REQUIRE(all.put_together());
  CHECK(all.so_far().loose.size() <= 400);
  CHECK(all.so_far().limits_hit[Limit::loose_flows] == kFlows - all.so_far().loose.size());
  std::uint64_t packets = 0;
  for (const auto& [key, facts] : all.so_far().conversations) packets += facts.packets;
  for (const LooseFlow& flow : all.so_far().loose) packets += flow.facts.packets();
  CHECK(packets == kFlows);
}

TEST_CASE("the times at which addresses had names stay within their limit, and the newest are kept") {
  AccumulatedLimits limits;
  limits.name_intervals = 100;
  Accumulated all(ObservationSettings{}, limits);
  Input run;
  run.first = kStart;
  constexpr std::int64_t kAnswers = 1000;
  std::size_t most = 0;
  std::uint64_t left = 0;
  for (std::int64_t answer = 0; answer < kAnswers; ++answer) {
    const Timestamp first = kStart + seconds(10'800 * answer);
    Evidence closed;
    const NameKey key{*parse_ip_address(answer % 2 == 0 ? "10.0.0.1" : "10.0.0.2"), "license.example"};
    closed.names[key].push_back({first, first + seconds(3900)});
    run.last = first;
    all.learn(closed.names);
    REQUIRE(all.add(std::move(closed), run));
    left = 0;
    for (const auto& [name, intervals] : all.so_far().names) left += intervals.size();
    most = std::max<std::size_t>(most, left);
  }
  CHECK(most <= 100);
  CHECK(left >= 75);
  REQUIRE(all.put_together());
  CHECK(all.so_far().limits_hit[Limit::dns_names] == kAnswers - left);
  CHECK(all.so_far().names.size() == 2);
  const Timestamp last = kStart + seconds(10'800 * (kAnswers - 1));
  CHECK(all.so_far().names.rbegin()->second.back() == NameInterval{last, last + seconds(3900)});

  Accumulated next(ObservationSettings{}, limits);
  REQUIRE(next.take_up(all.so_far(), {}, last));
  Names more;
  for (std::int64_t answer = 0; answer < 200; ++answer) {
    const Timestamp first = last + seconds(10'800 * (answer + 1));
    more.clear();
    more[{*parse_ip_address("10.0.0.3"), "license.example"}].push_back({first, first});
    next.learn(more);
  }
  left = 0;
  for (const auto& [name, intervals] : next.so_far().names) left += intervals.size();
  CHECK(left <= 100);  // resumed ones count, too, and are dropped first
  CHECK(next.so_far().names.size() == 1);
}
