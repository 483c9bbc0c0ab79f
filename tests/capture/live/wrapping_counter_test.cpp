#include "capture/live/wrapping_counter.hpp"

#include <doctest/doctest.h>

using portproof::WrappingCounter;

TEST_CASE("a counter of 32 bits goes on where it wraps") {
  WrappingCounter counter;
  CHECK(counter.advance(5) == 5);
  CHECK(counter.advance(0xffff'fff0U) == 0xffff'fff0U);
  CHECK(counter.advance(0x10) == 0x1'0000'0010U);
  CHECK(counter.advance(0x10) == 0x1'0000'0010U);
  CHECK(counter.advance(0xf) == 0x2'0000'000fU);
  CHECK(counter.total() == 0x2'0000'000fU);
}
