#include "app/watch/sole_use.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

using namespace portproof;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
  std::string path{"/tmp/portproof-sole-XXXXXX"};
};

}  // namespace

TEST_CASE("a second watch of one folder, or of one evidence, is refused until the first ends") {
  const Folder one;
  const Folder two;
  const std::string evidence = one.path + "/watch.evidence";
  {
    const auto first = SoleUse::take(one.path, evidence);
    REQUIRE(first);
    const auto same = SoleUse::take(one.path, two.path + "/watch.evidence");
    REQUIRE(!same);
    CHECK(same.error().kind == ErrorKind::cannot_create);
    CHECK(same.error().where == one.path);
    const auto same_evidence = SoleUse::take(two.path, evidence);
    REQUIRE(!same_evidence);
    CHECK(same_evidence.error().where == evidence);
    CHECK(SoleUse::take(two.path, two.path + "/watch.evidence"));
  }
  CHECK(SoleUse::take(one.path, evidence));
}

TEST_CASE("a lock that cannot be made is an error, and no link is followed to it") {
  const Folder folder;
  CHECK(!SoleUse::take(folder.path + "/not-there", folder.path + "/watch.evidence"));
  std::ofstream(folder.path + "/precious") << "kept";
  fs::create_symlink("precious", folder.path + "/.portproof.lock");
  CHECK(!SoleUse::take(folder.path, folder.path + "/watch.evidence"));
}
