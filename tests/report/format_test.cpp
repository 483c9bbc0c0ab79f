#include "report/format.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <set>
#include <sstream>

#include "tests/report/audit_builder.hpp"

namespace portproof::test {
namespace {

template <typename Row>
void check_rows(std::span<const Row> formats) {
  std::set<std::string_view> names;
  for (const Format& format : formats) {
    CAPTURE(format.name);
    CHECK(names.insert(format.name).second);
    // One dot: for a watch, a file's ending is everything after the first dot of its name.
    CHECK(format.ending.rfind('.') == 0);
    CHECK(format.ending.size() > 1);
    CHECK(format.summary.starts_with("for "));
  }
  CHECK(find_format(formats, formats.front().name) == &formats.front());
  CHECK(find_format(formats, "") == nullptr);
}

template <typename Row>
std::string documented(std::string_view document, std::span<const Row> formats) {
  std::string rows;
  for (const Format& format : formats) {
    rows += fmt::format("| {} | `{}` | `{}` | {} |\n", document, format.name, format.ending, format.summary);
  }
  return rows;
}

TEST_CASE("formats: names are unique, and each has a file ending and a summary") {
  check_rows(report_formats());
  check_rows(flow_formats());
  check_rows(catalog_formats());
  check_rows(export_formats());
}

TEST_CASE("formats: the documents list every row, and no other") {
  std::ifstream file(PORTPROOF_SOURCE_DIR "/docs/reference/formats.md");
  std::ostringstream text;
  text << file.rdbuf();
  const std::string table = documented("report", report_formats()) + documented("flows", flow_formats()) +
                            documented("catalog", catalog_formats()) + documented("export", export_formats());
  CAPTURE(table);
  CHECK(text.str().find("| --- | --- | --- | --- |\n" + table + "\n") != std::string::npos);
}

TEST_CASE("formats: every report format writes something") {
  Estate estate;
  estate.add_usual();
  for (const ReportFormat& format : report_formats()) {
    CAPTURE(format.name);
    std::ostringstream out;
    format.write(estate.report(), "1.0", {}, out);
    CHECK(!out.str().empty());
  }
}

TEST_CASE("formats: an unknown name is answered with the nearest one, and all of them") {
  CHECK(unknown_format("report", "jsn", {"text", "json"}).what ==
        "no report format is called 'jsn'; did you mean 'json'? There are: text, json");
  CHECK(unknown_format("flow", "yaml", {"text", "ndjson"}).what ==
        "no flow format is called 'yaml'; there are: text, ndjson");
  CHECK(unknown_format("flow", "yaml", {"text"}).kind == ErrorKind::usage);
}

TEST_CASE("formats: the choices as a phrase") {
  CHECK(choice({}).empty());
  CHECK(choice({"text"}) == "text");
  CHECK(choice({"text", "json"}) == "text or json");
  CHECK(choice({"table", "tsv", "json"}) == "table, tsv or json");
}

}  // namespace
}  // namespace portproof::test
