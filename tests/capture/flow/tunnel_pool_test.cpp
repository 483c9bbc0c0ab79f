#include "capture/flow/internal/tunnel_pool.hpp"

#include <doctest/doctest.h>

using namespace portproof;

namespace {

TunnelStack stack_of(std::uint32_t id) {
  TunnelStack stack;
  stack.push({.kind = TunnelKind::vxlan, .has_id = true, .id = id});
  return stack;
}

}  // namespace

TEST_CASE("a stack of tunnels is kept once, as long as it is shared") {
  TunnelPool pool;
  const auto first = pool.intern(stack_of(1));
  REQUIRE(first.has_value());
  CHECK(*first != TunnelPool::kNone);
  CHECK(pool.intern(stack_of(1)) == first);
  const auto second = pool.intern(stack_of(2));
  CHECK(second != first);
  CHECK(pool.stack(*first) == stack_of(1));
  CHECK(pool.stack(TunnelPool::kNone).empty());
  pool.release(*first);
  CHECK(pool.stack(*first) == stack_of(1));
  pool.release(*first);
  // Its ID is free, and goes to the next stack.
  CHECK(pool.intern(stack_of(3)) == first);
  CHECK(pool.stack(*second) == stack_of(2));
}

TEST_CASE("the tunnel pool is limited") {
  TunnelPool pool;
  for (std::uint32_t id = 0; id < TunnelPool::kMost; ++id) REQUIRE(pool.intern(stack_of(id)).has_value());
  CHECK_FALSE(pool.intern(stack_of(TunnelPool::kMost)).has_value());
  const auto known = pool.intern(stack_of(7));
  REQUIRE(known.has_value());
  pool.release(*known);
  pool.release(*known);
  CHECK(pool.intern(stack_of(TunnelPool::kMost)) == known);
}
