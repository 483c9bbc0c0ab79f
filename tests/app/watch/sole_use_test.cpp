#include "app/watch/sole_use.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

using namespace portproof;
using portproof::test::TemporaryFolder;
namespace fs = std::filesystem;

TEST_CASE("a second watch of one folder, or of one evidence, is refused until the first ends") {
  const TemporaryFolder one;
  const TemporaryFolder two;
  const std::string evidence = one.file("watch.evidence");
  {
    const auto first = SoleUse::take(one.path, evidence);
    REQUIRE(first);
    const auto same = SoleUse::take(one.path, two.file("watch.evidence"));
    REQUIRE(!same);
    CHECK(same.error().kind == ErrorKind::cannot_create);
    CHECK(same.error().where == one.path);
    const auto same_evidence = SoleUse::take(two.path, evidence);
    REQUIRE(!same_evidence);
    CHECK(same_evidence.error().where == evidence);
    CHECK(SoleUse::take(two.path, two.file("watch.evidence")));
  }
  CHECK(SoleUse::take(one.path, evidence));
}

TEST_CASE("a lock that cannot be made is an error, and no link is followed to it") {
  const TemporaryFolder folder;
  CHECK(!SoleUse::take(folder.file("not-there"), folder.file("watch.evidence")));
  std::ofstream(folder.file("precious")) << "kept";
  fs::create_symlink("precious", folder.file(".portproof.lock"));
  CHECK(!SoleUse::take(folder.path, folder.file("watch.evidence")));
}
