// A capture split at any packet, observed as several inputs and merged, settles to the conversations of the
// whole, whether or not frames of it were lost. The conversations and all their facts are equal. The first
// frame is the same frame, though it is numbered in its own input.
//
// Some results cannot be equal, because a later input cannot know an earlier one. This traffic therefore
// avoids them:
//  - an ICMP error after the split does not find a flow whose last packet lies before it;
//  - a connection that repeats its SYN, or a forged SYN, more than kSynRetry after the split counts as
//    opened;
//  - a connection that ends before the split, or whose two sides close on different sides of it, gets the
//    timeout of an open one from what comes later without a SYN. So packets more than ten seconds after its
//    end still belong to it. If only its last acknowledgement lies after the split, a SYN from the same port
//    looks like one forged into a connection under way;
//  - if the end of a connection was lost, or the SYN with which its ports are used again, one flow has two
//    connections. A part knows where it last stood in the later one only, so what the earlier one missed
//    across the split is not counted;
//  - times that run backwards, or jump by over an hour, are judged by each input's own clock, and a split in
//    a silence of more than kSeam turns one capture into two;
//  - of more than StreamHoles::kMost holes in a side's stream only the first are known to the other part;
//  - the accounting belongs to an input: flows are counted in each.

#include <doctest/doctest.h>

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/settle.hpp"
#include "tests/capture/evidence/sessions.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// With the frames of all inputs numbered on from the first; `starts` are those before each input.
Conversations renumbered(Conversations conversations, const std::vector<std::size_t>& starts) {
  for (auto& [key, facts] : conversations) {
    facts.first_frame = {0, facts.first_frame.number + starts[facts.first_frame.input]};
  }
  return conversations;
}

// Documents ports below 1024, as a catalog might.
std::optional<Side> low_ports(const FlowKey& key) {
  const bool low = key.low.port < 1024;
  const bool high = key.high.port < 1024;
  if (low == high) return std::nullopt;
  return low ? Side::low : Side::high;
}

// `starts`: the first frame of each part, in order.
void check_parts(const Evidence& merged, const std::vector<std::size_t>& starts, const Evidence& whole) {
  for (const ServiceOracle& oracle : {ServiceOracle{no_oracle}, ServiceOracle{low_ports}}) {
    const Conversations expected = settled_conversations(whole, oracle);
    const Conversations found = renumbered(settled_conversations(merged, oracle), starts);
    REQUIRE(found.size() == expected.size());
    for (const auto& [key, facts] : expected) {
      CAPTURE(to_string(key.initiator));
      CAPTURE(to_string(key.responder));
      CAPTURE(key.port);
      REQUIRE(found.contains(key));
      const ConversationFacts& split = *found.find(key);
      CAPTURE(facts.packets);
      CAPTURE(split.packets);
      CAPTURE(facts.missed_bytes);
      CAPTURE(split.missed_bytes);
      CAPTURE(name(facts.basis));
      CAPTURE(name(split.basis));
      CAPTURE(facts.sessions);
      CAPTURE(split.sessions);
      REQUIRE(split == facts);
    }
  }
}

// The packets that were captured twice, in all inputs.
std::uint64_t duplicates(const Evidence& evidence) {
  std::uint64_t sum = 0;
  for (const Input& input : settle(evidence, no_oracle, kMostAttempts).inputs) sum += input.gaps.duplicates;
  return sum;
}

void check_split(const std::vector<CapturedFrame>& frames, std::size_t at, const Evidence& whole) {
  CAPTURE(at);
  const auto merged = merge(observe_part(frames, at, frames.size()), observe_part(frames, 0, at));
  REQUIRE(merged);
  // An input without frames comes last.
  check_parts(*merged, at == 0 ? std::vector<std::size_t>{0, 0} : std::vector<std::size_t>{0, at}, whole);
}

}  // namespace

TEST_CASE("a capture that is split settles to the conversations of the whole") {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    // Short captures, where nearly everything is loose, and long ones, where nearly everything is folded.
    const std::vector<CapturedFrame> frames = Sessions(seed).make(25, seconds(seed % 2 == 0 ? 7'200 : 60));
    const Evidence whole = observe_frames(frames);
    for (std::size_t at = 0; at <= frames.size(); at += 1 + at % 3) check_split(frames, at, whole);
  }
}

TEST_CASE("a capture that lost frames settles to the conversations of the whole, wherever it is split") {
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    Sessions sessions(seed);
    sessions.lose(6);
    const std::vector<CapturedFrame> frames = sessions.make(20, seconds(seed % 2 == 0 ? 7'200 : 60));
    const Evidence whole = observe_frames(frames);
    for (std::size_t at = 0; at <= frames.size(); ++at) check_split(frames, at, whole);
  }
}

TEST_CASE(
    "a capture that lost frames settles to the conversations of the whole, from three parts in any order") {
  std::mt19937 random(31);
  for (std::uint32_t seed = 5; seed <= 12; ++seed) {
    CAPTURE(seed);
    Sessions sessions(seed);
    sessions.lose(6);
    const std::vector<CapturedFrame> frames = sessions.make(20, seconds(seed % 2 == 0 ? 7'200 : 60));
    const Evidence whole = observe_frames(frames);
    for (int times = 0; times < 25; ++times) {
      const std::size_t first = 1 + random() % (frames.size() - 2);
      const std::size_t second = first + 1 + random() % (frames.size() - first - 1);
      CAPTURE(first);
      CAPTURE(second);
      std::vector<Evidence> parts;
      parts.push_back(observe_part(frames, 0, first));
      parts.push_back(observe_part(frames, first, second));
      parts.push_back(observe_part(frames, second, frames.size()));
      std::shuffle(parts.begin(), parts.end(), random);
      Evidence merged = merge(merge(parts[0], parts[1]).value(), parts[2]).value();
      check_parts(merged, {0, first, second}, whole);
    }
  }
}

TEST_CASE("copies count as in the whole, wherever a capture is split") {
  std::uint64_t across = 0;
  for (std::uint32_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    Sessions sessions(seed);
    sessions.copy(20);
    const std::vector<CapturedFrame> frames = sessions.make(10, seconds(10));
    const std::uint64_t all = duplicates(observe_frames(frames));
    CHECK(all > 5);
    for (std::size_t first = 0; first <= frames.size(); ++first) {
      CAPTURE(first);
      const std::size_t second = std::min(first + 1 + first % 3, frames.size());
      const Evidence before = observe_part(frames, 0, first);
      const Evidence between = observe_part(frames, first, second);
      const Evidence after = observe_part(frames, second, frames.size());
      REQUIRE(duplicates(merge(after, merge(before, between).value()).value()) == all);
      across += all - duplicates(before) - duplicates(between) - duplicates(after);
    }
  }
  CHECK(across > 10);
}

TEST_CASE("pieces of a capture merge to the same evidence in any order and grouping") {
  std::mt19937 random(17);
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    const std::vector<CapturedFrame> frames = Sessions(seed).make(40, seconds(3600));
    std::vector<Evidence> pieces;
    for (std::size_t from = 0; from < frames.size();) {
      const std::size_t to = std::min(frames.size(), from + 1 + random() % 60);
      pieces.push_back(observe_part(frames, from, to));
      from = to;
    }
    Evidence in_order;
    for (const Evidence& piece : pieces) in_order = merge(std::move(in_order), piece).value();
    // Any two of the pieces, until one is left.
    while (pieces.size() > 1) {
      std::shuffle(pieces.begin(), pieces.end(), random);
      Evidence last = std::move(pieces.back());
      pieces.pop_back();
      pieces.back() = merge(std::move(pieces.back()), std::move(last)).value();
    }
    REQUIRE(pieces[0] == in_order);
    CHECK(settled_conversations(pieces[0], no_oracle) == settled_conversations(in_order, no_oracle));
  }
}
