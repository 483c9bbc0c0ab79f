#include "capture/flow/internal/name_pool.hpp"

#include <doctest/doctest.h>

using namespace portproof;

TEST_CASE("a name is kept once, as long as it is shared") {
  NamePool pool;
  const auto first = pool.intern("a.example");
  const auto second = pool.intern("a.example");
  const auto other = pool.intern("b.example");
  REQUIRE((first && second && other));
  CHECK(*first == *second);
  CHECK(*first != *other);
  pool.release(*first);
  CHECK(pool.name(*second) == "a.example");
  pool.release(*second);
  // Its slot is free again, and takes another name.
  const auto third = pool.intern("c.example");
  REQUIRE(third);
  CHECK(*third == *first);
  CHECK(pool.name(*third) == "c.example");
  CHECK(pool.name(*other) == "b.example");
}

TEST_CASE("the pool refuses names beyond its byte limit, and accepts names again when there is room") {
  NamePool pool;
  const std::string stem(200, 'x');
  std::vector<NamePool::Id> held;
  while (const auto id = pool.intern(stem + std::to_string(held.size()))) held.push_back(*id);
  CHECK(held.size() * NamePool::kOverhead < NamePool::kMostBytes);
  CHECK(held.size() > NamePool::kMostBytes / 1000);
  // A name that is already known needs no room.
  CHECK(pool.intern(stem + "0").has_value());
  pool.release(held[7]);
  CHECK(pool.intern(stem + "new").has_value());
}
