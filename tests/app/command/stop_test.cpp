#include "app/command/stop.hpp"

#include <doctest/doctest.h>

#include <csignal>

#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

TEST_CASE("a source that is stopped gives no more frames") {
  MemorySource source;
  source.add(Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?"));
  source.add(Eth().ipv4("10.0.0.1", "10.0.0.2").udp(5001, 53).payload("?"));
  source.batches_of(1);
  Stop stop;
  StoppableSource stoppable(source, stop);
  FrameBatch batch;
  CHECK(stoppable.next(batch) == ReadOutcome::frames);
  CHECK(batch.size == 1);
  stop.request();
  CHECK(stoppable.next(batch) == ReadOutcome::stopped);
  CHECK(batch.size == 0);
  CHECK_FALSE(stoppable.error());
  CHECK(stoppable.facts().format == "memory");
}

TEST_CASE("a signal requests a stop as long as signals are noted") {
  const Stop stop;
  CHECK_FALSE(stop.requested());
  {
    const StopSignals signals;
    CHECK(StopSignals::caught() == 0);
    std::raise(SIGTERM);
    CHECK(StopSignals::caught() == SIGTERM);
    CHECK(stop.requested());
  }
  const StopSignals anew;  // forgets the signal before it
  CHECK_FALSE(stop.requested());
}
