#include "capture/evidence/shared_text.hpp"

#include <doctest/doctest.h>

using namespace portproof;

TEST_CASE("shared text compares as text, and lives as long as it is held") {
  SharedText kept;
  CHECK(kept.empty());
  CHECK(kept.view().empty());
  {
    const SharedText first{"beta"};
    kept = first;
    const SharedText moved = std::move(kept);
    kept = moved;
  }
  CHECK(kept.view() == "beta");
  CHECK(kept == SharedText{std::string{"beta"}});
  CHECK(SharedText{"alpha"} < kept);
  CHECK(SharedText{} < SharedText{"alpha"});
  CHECK(SharedText{""} == SharedText{});
  kept.clear();
  CHECK(kept.empty());
}
