#include "capture/flow/waiting_fragments.hpp"

#include <doctest/doctest.h>

#include "capture/flow/fragment_table.hpp"
#include "capture/observe/observe.hpp"
#include "tests/support/captured_frame.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

Fragment part(std::uint32_t id, const char* source = "10.0.0.9") {
  return {Fragment::Part::later, parse_ip_address(source).value(), parse_ip_address("10.0.0.1").value(),
          kProtocolUdp, id};
}

std::uint64_t count_of(const WaitingFragments& waiting, Timestamp now, bool is_over,
                       UnreadInventory unread = {}) {
  waiting.count_into(unread, now, is_over);
  return unread.total(UnreadGap::undecoded);
}

CapturedFrame fragment(std::uint32_t offset, bool more, Timestamp time, std::uint32_t id = 7) {
  PacketBuilder frame = Eth().ipv4("10.0.0.9", "10.0.0.1");
  if (offset == 0) {
    frame.udp(5000, 2049).payload("12345678").fragment(0, more, id);
  } else {
    frame.protocol(17).payload("the rest").fragment(offset, more, id);
  }
  return {.bytes = frame, .time = time};
}

}  // namespace

TEST_CASE("fragments wait for their first one, and are missed once it is too late") {
  UnreadInventory unread;
  WaitingFragments waiting(7);
  CHECK(count_of(waiting, kStart, true) == 0);
  waiting.add(part(1), kStart, 3, unread);
  waiting.add(part(1), kStart + seconds(1), 4, unread);
  waiting.add(part(2), kStart + seconds(2), 5, unread);
  waiting.add(part(1, "10.0.0.8"), kStart + seconds(2), 6, unread);
  CHECK(unread.empty());
  CHECK(count_of(waiting, kStart + seconds(2), false) == 0);
  CHECK(count_of(waiting, kStart + seconds(2), true) == 4);
  CHECK(count_of(waiting, kStart + seconds(31), false) == 2);
  waiting.settle(part(1), kStart + seconds(3));
  CHECK(count_of(waiting, kStart + seconds(40), false) == 2);
  // Another packet with the same identification does not settle what is too old.
  waiting.settle(part(2), kStart + seconds(50));
  waiting.add(part(2), kStart + seconds(50), 9, unread);
  CHECK(unread.lines() == std::vector<UnreadCount>{{UnreadKind::later_fragment, std::nullopt, 1, 5}});
  CHECK(count_of(waiting, kStart + seconds(50), true, unread) == 3);
}

TEST_CASE("more fragments than can wait are missed, and all are counted") {
  constexpr std::uint32_t kMany = 20'000;
  UnreadInventory unread;
  WaitingFragments waiting(7);
  for (std::uint32_t id = 0; id < kMany; ++id) {
    waiting.add(part(id), kStart + Duration{id}, id + 1, unread);
  }
  CHECK(unread.total(UnreadGap::undecoded) >= kMany - WaitingFragments::kEntries);
  CHECK(count_of(waiting, kStart, true, unread) == kMany);
}

TEST_CASE("a later fragment that overtook its first one is not missed") {
  MemorySource source;
  source.add(fragment(16, false, kStart));
  source.add(fragment(0, true, kStart + seconds(1)));
  source.add(fragment(24, false, kStart + seconds(2)));
  const Evidence evidence = observe(source, {});
  CHECK(evidence.inputs[0].gaps.undecoded == 0);
  CHECK(evidence.inputs[0].unread.empty());
  CHECK(evidence.inputs[0].accounting.no_flow[static_cast<std::size_t>(NoFlowReason::later_fragment)] == 1);
}

TEST_CASE("later fragments alone are missed, with the first of them") {
  MemorySource source;
  source.add(fragment(0, true, kStart, 6));
  source.add(fragment(16, true, kStart));
  source.add(fragment(24, false, kStart));
  const Evidence evidence = observe(source, {});
  CHECK(evidence.inputs[0].gaps.undecoded == 2);
  CHECK(evidence.inputs[0].unread ==
        std::vector<UnreadCount>{{UnreadKind::later_fragment, std::nullopt, 2, 2}});
}
