#include "app/watch/report_files.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "report/format.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace portproof;
namespace fs = std::filesystem;

namespace {

struct Folder : test::TemporaryFolder {
  void fill(const std::set<std::string>& names) const {
    for (const std::string& name : names) std::ofstream(file(name)) << name;
  }
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& entry : fs::directory_iterator(path)) all.insert(entry.path().filename().string());
    return all;
  }
};

using FileNames = std::set<std::string>;

}  // namespace

TEST_CASE("only what a killed run left behind is removed") {
  const Folder folder;
  const FileNames precious{"watch.evidence",
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
  fs::create_directory(folder.file(".report-20250101T000000Z.txt.portproof-a1B2c4"));
  fs::create_symlink("watch.evidence", folder.file(".report-20250101T000000Z.txt.portproof-a1B2c5"));
  remove_leavings(folder.path, [](std::string_view name) { return report_name_of(name).has_value(); });
  FileNames wanted = precious;
  wanted.insert(".report-20250101T000000Z.txt.portproof-a1B2c4");
  wanted.insert(".report-20250101T000000Z.txt.portproof-a1B2c5");
  CHECK(folder.names() == wanted);
}

TEST_CASE("a temporary file of another user is left alone") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root can change the owner of a file");
    return;
  }
  const Folder folder;
  folder.fill({".watch.evidence.portproof-a1B2c3"});
  constexpr uid_t kOther = 12'345;
  REQUIRE(::chown(folder.file(".watch.evidence.portproof-a1B2c3").c_str(), kOther, kOther) == 0);
  remove_leavings(folder.path, [](std::string_view) { return true; });
  CHECK(folder.names().size() == 1);
}

TEST_CASE("how a report is named") {
  const Folder folder;
  const Timestamp at = *parse_timestamp("2026-11-21T17:00:00.5Z");
  const ReportName first = new_report_name(folder.path, at, ".json");
  CHECK(to_string(first) == "report-20261121T170000Z.json");
  CHECK(report_name_of("report-20261121T170000Z.json") == first);
  folder.fill({to_string(first)});
  const ReportName second = new_report_name(folder.path, at, ".json");
  CHECK(to_string(second) == "report-20261121T170000Z-2.json");
  CHECK(report_name_of("report-20261121T170000Z-2.json") == second);
  for (const char* other :
       {"report-aaa.txt", "report-.json", "report-20261121T170000Z", "report-20261121T170000Z.other",
        "report-20261121T170000Z-1.json", "report-20261121T170000Z-02.json", "report-20261121T170000Z-.json",
        "report-20261121T170000Zx2.json", "report-20261121T1700000.json", "report-20261121T170000Z.json.txt",
        "a-report-20261121T170000Z.json"}) {
    CAPTURE(other);
    CHECK(!report_name_of(other));
  }
}

TEST_CASE("the reports of a watch are recognised by the file ending of any report format") {
  for (const ReportFormat& format : report_formats()) {
    CAPTURE(format.name);
    const ReportName name{"20261121T170000Z", 1, std::string(format.ending)};
    CHECK(report_name_of(to_string(name)) == name);
  }
}

TEST_CASE("the newest reports are kept, and within one second the later one") {
  const Folder folder;
  folder.fill({"report-20261121T170000Z.json", "report-20261121T170000Z-2.json",
               "report-20261121T170000Z-9.json", "report-20261121T170000Z-10.json",
               "report-20261120T170000Z.txt", "report-aaa.txt"});
  thin_reports(folder.path, 0, {"20261121T170000Z", 10, ".json"});
  CHECK(folder.names().size() == 6);
  thin_reports(folder.path, 2, {"20261121T170000Z", 10, ".json"});
  CHECK(folder.names() ==
        FileNames{"report-20261121T170000Z-9.json", "report-20261121T170000Z-10.json", "report-aaa.txt"});
}

TEST_CASE("a report just written is kept, even if the clock was set back before it") {
  const Folder folder;
  folder.fill(
      {"report-20261121T180000Z.json", "report-20261121T190000Z.json", "report-20261121T170000Z.json"});
  thin_reports(folder.path, 1, {"20261121T170000Z", 1, ".json"});
  CHECK(folder.names() == FileNames{"report-20261121T170000Z.json"});
}
