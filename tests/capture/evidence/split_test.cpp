// A capture that is split at any packet, observed in two inputs and merged, settles to the conversations of
// the whole. Equal are the conversations and all their facts; the first frame is the same frame, though it is
// numbered in its own input.
//
// What cannot be equal, because the second input cannot know the first, and what this traffic therefore does
// not do:
//  - an ICMP error behind the split does not find a flow whose last packet lay before it;
//  - a connection that repeats its SYN, or a forged SYN, more than kSynRetry behind the split counts as
//  opened;
//  - one that ends half before and half behind it is given the timeout of one that goes on, so that packets
//    more than ten seconds after its end still belong to it; and where only its last acknowledgement lies
//    behind the split, a SYN from the same port looks like one forged into a connection under way;
//  - times that run back, or jump by over an hour, are judged by each input's clock for itself, and a split
//    in a silence of more than kSeam makes two captures of one;
//  - the accounting and the gaps are an input's own: flows are counted in each, and a flow of which one side
//    was silent behind the split is one-way there.

#include <doctest/doctest.h>

#include "capture/evidence/settle.hpp"
#include "tests/capture/evidence/sessions.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// With the frames of the second input numbered on from those of the first.
Conversations renumbered(Conversations conversations, std::size_t first_input_frames) {
  for (auto& [key, facts] : conversations) {
    if (facts.first_frame.input == 1) facts.first_frame = {0, facts.first_frame.number + first_input_frames};
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

void check_split(const std::vector<CapturedFrame>& frames, std::size_t at, const Evidence& whole) {
  CAPTURE(at);
  const auto merged = merge(observe_part(frames, at, frames.size()), observe_part(frames, 0, at));
  REQUIRE(merged);
  for (const ServiceOracle& oracle : {ServiceOracle{no_oracle}, ServiceOracle{low_ports}}) {
    const Conversations expected = settled_conversations(whole, oracle);
    const Conversations found = renumbered(settled_conversations(*merged, oracle), at);
    REQUIRE(found.size() == expected.size());
    for (const auto& [key, facts] : expected) {
      CAPTURE(to_string(key.initiator));
      CAPTURE(to_string(key.responder));
      CAPTURE(key.port);
      REQUIRE(found.contains(key));
      REQUIRE(*found.find(key) == facts);
    }
  }
}

}  // namespace

TEST_CASE("a capture that is split settles to the conversations of the whole") {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    // Short captures, where nearly all is loose, and long ones, where nearly all is folded.
    const std::vector<CapturedFrame> frames = Sessions(seed).make(25, seconds(seed % 2 == 0 ? 7'200 : 60));
    const Evidence whole = observe_frames(frames);
    for (std::size_t at = 0; at <= frames.size(); at += 1 + at % 3) check_split(frames, at, whole);
  }
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
    // Two of the pieces, whichever, until one is left.
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
