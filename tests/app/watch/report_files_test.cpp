#include "app/watch/report_files.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "app/output.hpp"

using namespace portproof;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
  void fill(const std::set<std::string>& names) const {
    for (const std::string& name : names) std::ofstream(path + "/" + name) << name;
  }
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& entry : fs::directory_iterator(path)) all.insert(entry.path().filename().string());
    return all;
  }
  std::string path{"/tmp/portproof-files-XXXXXX"};
};

using Names = std::set<std::string>;

}  // namespace

TEST_CASE("a temporary has a name that nobody else gives, beside the file that it becomes") {
  CHECK(temporary_template("/var/lib/watch.evidence") == "/var/lib/.watch.evidence.portproof-XXXXXX");
  CHECK(temporary_template("report.txt") == ".report.txt.portproof-XXXXXX");
  CHECK(name_of_temporary(".watch.evidence.portproof-a1B2c3") == "watch.evidence");
  for (const char* other :
       {"watch.evidence.before", "watch.evidence.sha256", "watch.evidence.portproof-a1B2c3",
        ".watch.evidence.portproof-a1B2c", ".portproof-a1B2c3", "..portproof-a1B2c", ""}) {
    CAPTURE(other);
    CHECK(!name_of_temporary(other));
  }
}

TEST_CASE("only what a run that was killed has left is removed") {
  const Folder folder;
  const Names precious{"watch.evidence",
                       "watch.evidence.before",
                       "watch.evidence.backup",
                       "watch.evidence.sha256",
                       "report-20250101T000000Z.json.sha256",
                       "report-20250101T000000Z.json.tar.gz",
                       "report-mine.txt.signed",
                       ".report-mine.txt.portproof-a1B2c3",
                       ".other.evidence.portproof-a1B2c3"};
  folder.fill(precious);
  folder.fill(
      {".report-20250101T000000Z.json.portproof-a1B2c3", ".report-20250101T000000Z-2.txt.portproof-zzzzzz"});
  fs::create_directory(folder.path + "/.report-20250101T000000Z.txt.portproof-a1B2c4");
  fs::create_symlink("watch.evidence", folder.path + "/.report-20250101T000000Z.txt.portproof-a1B2c5");
  remove_leavings(folder.path, [](std::string_view name) { return report_name_of(name).has_value(); });
  Names wanted = precious;
  wanted.insert(".report-20250101T000000Z.txt.portproof-a1B2c4");
  wanted.insert(".report-20250101T000000Z.txt.portproof-a1B2c5");
  CHECK(folder.names() == wanted);
}

TEST_CASE("a temporary of another user is left alone") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: files can be given away by root only");
    return;
  }
  const Folder folder;
  folder.fill({".watch.evidence.portproof-a1B2c3"});
  constexpr uid_t kOther = 12'345;
  REQUIRE(::chown((folder.path + "/.watch.evidence.portproof-a1B2c3").c_str(), kOther, kOther) == 0);
  remove_leavings(folder.path, [](std::string_view) { return true; });
  CHECK(folder.names().size() == 1);
}
