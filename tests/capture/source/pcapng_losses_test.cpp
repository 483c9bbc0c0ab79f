#include "capture/source/internal/pcapng_losses.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "tests/capture/source/read_source.hpp"
#include "tests/support/pcapng_writer.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

}  // namespace

TEST_CASE("an interface's totals are cumulative: the largest counts") {
  PcapngLosses losses;
  losses.total(0, 1, 10);
  losses.total(0, 3, 12);
  losses.total(0, 2, 0);
  CHECK(losses.by_interface() == 3);
  CHECK(losses.by_system() == 12);
}

TEST_CASE("interfaces add up, and so do sections") {
  PcapngLosses losses;
  losses.total(0, 1, 10);
  losses.total(7, 2, 20);
  losses.begin_section();
  losses.total(0, 4, 40);
  CHECK(losses.by_interface() == 7);
  CHECK(losses.by_system() == 70);
}

TEST_CASE("losses reported by packets add up, and are not added to the totals") {
  PcapngLosses losses;
  losses.before_packet(0, 5);
  losses.before_packet(0, 6);
  CHECK(losses.by_system() == 11);
  losses.total(0, 4, 3);  // seven of the eleven
  CHECK(losses.by_interface() == 4);
  CHECK(losses.by_system() == 7);
  losses.total(0, 9, 20);
  CHECK(losses.by_interface() == 9);
  CHECK(losses.by_system() == 20);
}

TEST_CASE("absurd numbers neither overflow nor vanish") {
  PcapngLosses losses;
  for (std::uint32_t interface = 0; interface < 100; ++interface) {
    losses.total(interface, kMost, kMost);
    losses.before_packet(interface, kMost);
    losses.before_packet(interface, kMost);
  }
  CHECK(losses.by_interface() == 100 * PcapngLosses::kLargestPlausible);
  CHECK(losses.by_system() == 100 * PcapngLosses::kLargestPlausible);
}

TEST_CASE("pcapng reports losses in statistics and in packets") {
  for (const bool big_endian : {false, true}) {
    CAPTURE(big_endian);
    PcapngWriter capture({.big_endian = big_endian});
    capture.add_interface();
    capture.add_interface();
    const auto statistics = [&](std::uint32_t interface, std::uint64_t ifdrop, std::uint64_t osdrop) {
      Bytes options = capture.option(4, capture.u64(1'000));  // isb_ifrecv
      append(options, capture.option(5, capture.u64(ifdrop)));
      append(options, capture.option(7, capture.u64(osdrop)));
      capture.add_statistics(interface, options);
    };
    Bytes options = capture.option(2, capture.u32(1));  // epb_flags
    append(options, capture.option(4, capture.u64(100)));
    append(options, capture.option(0, {}));
    append(options, capture.option(4, capture.u64(7)));  // after the end
    capture.add_enhanced(0, 1, {1, 2, 3}, {}, options);
    capture.add_obsolete(1, 6, 1, {1, 2, 3});
    statistics(0, 30, 0x1'0000'0000);
    statistics(0, 40, 0x1'0000'0001);
    statistics(1, 2, 1);
    statistics(9, 500, 500);  // of an interface that was not described
    const ReadSource read = read_source(capture.bytes());
    CHECK(read.outcome == ReadOutcome::end);
    CHECK(read.facts.interface_dropped == 42);
    CHECK(read.facts.kernel_dropped == 0x1'0000'0001 + 4);
  }
}
