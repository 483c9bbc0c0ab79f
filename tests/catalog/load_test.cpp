#include "catalog/load.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/catalog/catalog_text.hpp"
#include "tests/support/application.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

const std::string kPorts = "ports = [\"80\"]\n";

// The message of the first error in a catalog with that text from line 11 of sys.toml.
std::string fault_of(const std::string& added) {
  const auto catalog = load_catalog(files_with(added));
  if (catalog) return "it loads";
  CHECK(catalog.error().kind == ErrorKind::bad_data);
  return message(catalog.error());
}

// A temporary folder for a test, removed afterwards.
class Folder {
 public:
  explicit Folder(const std::string& name) : path_(std::filesystem::temp_directory_path() / name) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void write(const CatalogFile& file) const {
    std::ofstream(path_ / file.name, std::ios::binary) << file.text;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a rule is read with all its keys") {
  const auto catalog = load_catalog(
      files_with(rule_text("full",
                           "ports = [\"443\", \"80-90\", \"85\"]\nalso_to = [\"b\"]\n"
                           "application = [\"http\", \"https\", \"ldaps\"]\n"
                           "both_ways = true\ndistinctive = true\nin_force = false\n"
                           "since = { product = \"sys\", version = \"1912\" }\n"
                           "until = { product = \"sys\", version = \"2209.1\" }\n"
                           "condition = \"c\"\nencrypted_alternative = \"other\"\nrepeats = \"other\"\n"
                           "reading = \"r\"\nnote = \"n\"\n") +
                 rule_text("a-deny", "deny = true\nports = [\"any\"]\n")));
  REQUIRE(catalog);
  CHECK(catalog->edition == "small");
  CHECK(catalog->title == "A small one");
  REQUIRE(catalog->rules.size() == 2);
  CHECK(catalog->rules[0].id == "a-deny");  // sorted by ID
  CHECK(catalog->rules[0].deny);
  CHECK(catalog->rules[0].any_port);
  const Rule& full = *catalog->find_rule("full");
  CHECK(full.system == "sys");
  CHECK(full.document == "page");
  CHECK(full.source == "Table, row 1");
  CHECK(full.from == std::vector<std::string>{"a"});
  CHECK(full.to == std::vector<std::string>{"b"});
  CHECK(full.also_from.empty());
  CHECK(full.also_to == std::vector<std::string>{"b"});
  CHECK(full.ports == std::vector<PortRange>{{80, 90}, {443, 443}});
  CHECK(full.applications.count() == 2);
  CHECK(full.expects(application("tls"), Transport::tcp, 443));
  CHECK(full.both_ways);
  CHECK(full.distinctive);
  CHECK_FALSE(full.in_force);
  CHECK(full.since->version == "1912");
  CHECK(full.until->product == "sys");
  CHECK(full.condition == "c");
  CHECK(full.encrypted_alternative == "other");
  CHECK(full.repeats == "other");
  CHECK(full.reading == "r");
  CHECK(full.note == "n");
  CHECK(catalog->find_rule("missing") == nullptr);
}

TEST_CASE("roles, systems, documents and remarks are read") {
  const auto catalog = load_catalog(
      {edition_file(),
       {"common.toml",
        "[[role]]\nid = \"dns\"\nname = \"DNS\"\nkind = \"infrastructure\"\naliases = [\"resolver\"]\n"},
       {"sys.toml", system_text("[[role]]\nid = \"c\"\nname = \"C\"\nkind = \"cloud\"\nimplies = [\"a\"]\n"
                                "names = [\"*.example.com\"]\n"
                                "[[remark]]\nsource = \"Table, row 2\"\ntext = \"nothing\"\n")}});
  REQUIRE(catalog);
  CHECK(catalog->roles.at(*catalog->roles.find("resolver")).system == kSeveralSystems);
  const Role& c = catalog->roles.at(*catalog->roles.find("c"));
  CHECK(c.system == "sys");
  CHECK(c.kind == RoleKind::cloud);
  CHECK(c.implies == std::vector<std::string>{"a"});
  CHECK(c.names == std::vector<std::string>{"*.example.com"});
  CHECK(catalog->find_system("sys")->name == "A system");
  CHECK(catalog->find_document("page")->title == "A page");
  REQUIRE(catalog->remarks.size() == 1);
  CHECK(catalog->remarks[0].system == "sys");
  CHECK(catalog->remarks[0].document == "page");
}

TEST_CASE("a document lists its sections, with their rows or without") {
  auto files = files_with("");
  files[0].text +=
      "[[document]]\nid = \"manual\"\ntitle = \"M\"\nsection = [{ name = \"Ports\", rows = 12 }, { name = \"Text\" }]\n";
  const auto catalog = load_catalog(files);
  REQUIRE(catalog);
  CHECK(catalog->find_document("page")->sections.empty());
  const std::vector<Section>& sections = catalog->find_document("manual")->sections;
  REQUIRE(sections.size() == 2);
  CHECK(sections[0].name == "Ports");
  CHECK(sections[0].rows == 12);
  CHECK(sections[1].rows == 0);
}

TEST_CASE("a section's rows are counted from 1") {
  for (const char* const rows : {"0", "-3", "1.5", "99999999999"}) {
    CAPTURE(rows);
    auto files = files_with("");
    files[0].text += "[[document]]\nid = \"m\"\ntitle = \"M\"\n[[document.section]]\nname = \"S\"\nrows = " +
                     std::string(rows) + "\n";
    const auto catalog = load_catalog(files);
    REQUIRE_FALSE(catalog);
    CHECK(catalog.error().what.find("\"rows\" in [[document.section]] must be a whole number from 1 up") ==
          0);
  }
}

TEST_CASE("a date may be a string or a date") {
  auto files = files_with("");
  files[0].text =
      "[edition]\nid = \"e\"\ntitle = \"E\"\ndate = 2020-06-01\n[[document]]\nid = \"page\"\ntitle = "
      "\"P\"\ndate = \"2020\"\n";
  const auto catalog = load_catalog(files);
  REQUIRE(catalog);
  CHECK(catalog->date == "2020-06-01");
  CHECK(catalog->documents[0].date == "2020");
}

TEST_CASE("every error in a rule names file and line") {
  struct Case {
    std::string text;
    const char* fault;
  };
  const Case cases[] = {
      {rule_text("r", "pots = [\"80\"]\nports = [\"80\"]\n"),
       "sys.toml:18: unknown key \"pots\" in [[rule]] \"r\"; did you mean \"ports\"?"},
      {rule_text("r", kPorts + "elephants = 3\n"),
       "sys.toml:19: unknown key \"elephants\" in [[rule]] \"r\""},
      {rule_text("r"), "sys.toml:11: [[rule]] \"r\" has no \"ports\""},
      {"[[rule]]\nports = [\"80\"]\n", "sys.toml:11: [[rule]] has no \"id\""},
      {rule_text("r", kPorts + "also_from = [\"b\"]\n"),
       "sys.toml:19: \"b\" is under \"also_from\" but not under \"from\""},
      {rule_text("R", kPorts),
       "sys.toml:12: \"R\" is not a valid id: use lower-case letters, digits and single hyphens between them"},
      {rule_text("r-", kPorts),
       "sys.toml:12: \"r-\" is not a valid id: use lower-case letters, digits and single hyphens between them"},
      {rule_text("r", "ports = \"80\"\n"),
       "sys.toml:18: \"ports\" in [[rule]] \"r\" must be an array, not text"},
      {rule_text("r", "ports = [\n\"443\",\n80\n]\n"),
       "sys.toml:20: \"ports\" in [[rule]] \"r\" must contain quoted strings, not a number"},
      {rule_text("r", "ports = [\"70000\"]\n"),
       "sys.toml:18: \"70000\" is not a port: write 1 to 65535, or a range such as 16500-16509"},
      {rule_text("r", "ports = [\"90-80\"]\n"), "sys.toml:18: \"90-80\" ends before it begins"},
      {rule_text("r", "ports = [\"any\", \"80\"]\n"),
       "sys.toml:18: \"any\" must stand alone: it covers every port"},
      {rule_text("r", kPorts + "application = [\"htpt\"]\n"),
       "sys.toml:19: unknown application \"htpt\"; did you mean \"http\"?"},
      {rule_text("r", kPorts + "application = [\"unknown\"]\n"),
       "sys.toml:19: do not list \"unknown\": unidentified traffic is always accepted"},
      {rule_text("r", kPorts + "deny = \"yes\"\n"),
       "sys.toml:19: \"deny\" in [[rule]] \"r\" must be true or false, not text"},
      {rule_text("r", kPorts + "document = \"pag\"\n"),
       "sys.toml:19: unknown document \"pag\"; did you mean \"page\"?"},
      {rule_text("r", kPorts + "since = \"1912\"\n"),
       "sys.toml:19: \"since\" in [[rule]] \"r\" must be a table, not text"},
      {rule_text("r", kPorts + "since = { product = \"syss\", version = \"1\" }\n"),
       "sys.toml:19: unknown system \"syss\"; did you mean \"sys\"?"},
      {rule_text("r", kPorts + "since = { product = \"sys\" }\n"),
       "sys.toml:19: \"since\" of [[rule]] \"r\" has no \"version\""},
      {rule_text("r", kPorts + "until = { product = \"sys\", version = \"1..2\" }\n"),
       "sys.toml:19: \"1..2\" is not a version: write numbers separated by dots"},
      {rule_text("r", kPorts + "until = { product = \"sys\", version = \"1\", edition = \"x\" }\n"),
       "sys.toml:19: unknown key \"edition\" in \"until\" of [[rule]] \"r\""},
      {rule_text("r", kPorts) + rule_text("r", kPorts),
       "sys.toml:20: the id \"r\" is already used in sys.toml:12"},
      {"[rule]\nid = \"r\"\n", "sys.toml:11: write [[rule]], with two brackets: there can be several"},
      {"[[rules]]\nid = \"r\"\n", "sys.toml:11: unknown key \"rules\" in the file; did you mean \"rule\"?"},
      {"[[remark]]\ntext = \"x\"\n", "sys.toml:11: [[remark]] has no \"source\""},
      {"[[rule]\n", "sys.toml:11: "},
  };
  for (const Case& each : cases) {
    CAPTURE(each.text);
    const std::string fault = fault_of(each.text);
    if (std::string(each.fault).ends_with(": ")) {
      CHECK(fault.starts_with(each.fault));
    } else {
      CHECK(fault == each.fault);
    }
  }
}

TEST_CASE("a rule's roles and transports must be known") {
  const auto replaced = [](std::string_view old, std::string_view with) {
    std::string text = rule_text("r", kPorts);
    text.replace(text.find(old), old.size(), with);
    return fault_of(text);
  };
  CHECK(replaced("from = [\"a\"]", "from = [\"bot\"]") ==
        "sys.toml:13: unknown role \"bot\" in \"r\"; did you mean \"both\"?");
  CHECK(replaced("to = [\"b\"]", "to = [\"elephant\"]") == "sys.toml:14: unknown role \"elephant\" in \"r\"");
  CHECK(replaced("from = [\"a\"]\n", "") == "sys.toml:11: [[rule]] \"r\" has no \"from\"");
  CHECK(replaced("transport = [\"tcp\"]", "transport = [\"TCP\"]") ==
        "sys.toml:15: \"TCP\" is not a transport: write " + std::string(kTransportsToWrite));
  CHECK(replaced("transport = [\"tcp\"]", "transport = [\"tcp\", \"icmp\"]") ==
        "sys.toml:18: icmp has no ports: write ports = [\"any\"], or write a separate rule for icmp");
  CHECK(replaced("purpose = \"a test\"", "purpose = \"\"") ==
        "sys.toml:16: \"purpose\" in [[rule]] \"r\" is empty");
}

TEST_CASE("every error in a role names file and line") {
  const auto role = [](const std::string& keys) {
    return fault_of("[[role]]\nid = \"x\"\nname = \"X\"\n" + keys);
  };
  CHECK(role("kind = \"citrx\"\n") ==
        "sys.toml:14: \"citrx\" is not a kind of role: write citrix, infrastructure, client, cloud or group");
  CHECK(role("kind = \"cloud\"\nmembers = [\"a\"]\n") ==
        "sys.toml:15: only a role of kind group can have members");
  CHECK(role("kind = \"group\"\nimplies = [\"a\"]\n") ==
        "sys.toml:15: a group cannot imply roles: its members can");
  CHECK(role("kind = \"group\"\nnames = [\"a.b\"]\n") ==
        "sys.toml:15: a group cannot have names: its members can");
  CHECK(role("kind = \"cloud\"\nimplies = [\"both\"]\n") ==
        "sys.toml:15: a role cannot imply the group \"both\": name its members");
  CHECK(role("kind = \"group\"\nmembers = [\"aa\"]\n") ==
        "sys.toml:15: unknown role \"aa\" in \"x\"; did you mean \"a\"?");
  CHECK(role("kind = \"cloud\"\naliases = [\"b\"]\n") == "sys.toml:12: there is already a role \"b\"");
  CHECK(fault_of("[[role]]\nid = \"a\"\nname = \"A\"\nkind = \"cloud\"\n") ==
        "sys.toml:12: the id \"a\" is already used in edition.toml:8");
}

TEST_CASE("errors between files") {
  auto files = files_with("");
  files[0].text += "[system]\nid = \"sys\"\nname = \"S\"\n";
  CHECK(message(load_catalog(files).error()) ==
        "sys.toml:2: the id \"sys\" is already used in edition.toml:21");

  files = files_with("");
  files.push_back({"more.toml", "[edition]\nid = \"other\"\ntitle = \"O\"\n"});
  CHECK(message(load_catalog(files).error()) ==
        "more.toml:2: this is a second [edition]: a catalog has only one");

  files = files_with("");
  files[0].text = "[[document]]\nid = \"page\"\ntitle = \"P\"\n";
  CHECK(message(load_catalog(files).error()) ==
        "no file has an [edition], which names the source of the catalog");

  files = files_with("");
  files.push_back({"loose.toml", rule_text("r", kPorts)});
  CHECK(message(load_catalog(files).error()) ==
        "loose.toml:2: the file has no [system] for its rules to belong to");

  CHECK(message(load_catalog({}).error()) == "the catalog has no files");
}

TEST_CASE("the first error is the first by file and line, and all are available") {
  std::vector<CatalogFile> files{
      {"z.toml", system_text(rule_text("r", "prots = [\"80\"]\n"))},
      {"b.toml", "[[role]]\nid = \"x\"\nname = \"X\"\nkind = \"cloud\"\ncolour = \"red\"\n"},
      edition_file(),
  };
  CHECK(message(load_catalog(files).error()) == "b.toml:5: unknown key \"colour\" in [[role]] \"x\"");
  const auto faults = catalog_faults(files);
  REQUIRE(faults.size() == 3);
  CHECK(faults[1].where == "z.toml:11");
  CHECK(faults[2].where == "z.toml:18");
}

TEST_CASE("a file that is not valid TOML does not make its roles seem missing elsewhere") {
  auto files = files_with(rule_text("r", kPorts));
  files.push_back({"broken.toml", "[[role]\n"});
  const auto faults = catalog_faults(files);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].where == "broken.toml:1");
}

TEST_CASE("a folder loads like the same files in memory, wherever it is") {
  const Folder folder("portproof-catalog-load-test");
  const auto files = files_with(rule_text("r", kPorts));
  for (const CatalogFile& file : files) folder.write(file);
  folder.write({"README.md", "not a catalog"});
  std::filesystem::create_directory(folder.path() / "below.toml");
  const auto loaded = load_catalog_folder(folder.path());
  REQUIRE(loaded);
  CHECK(loaded->rules.size() == 1);
  CHECK(loaded->sha256.size() == 64);
  CHECK(loaded->sha256 == load_catalog(files)->sha256);

  folder.write({"sys.toml", system_text(rule_text("other", kPorts))});
  const auto changed = load_catalog_folder(folder.path());
  REQUIRE(changed);
  CHECK(changed->sha256 != loaded->sha256);

  folder.write({"sys.toml", system_text(rule_text("r", "pots = [\"80\"]\n"))});
  const auto broken = load_catalog_folder(folder.path());
  REQUIRE_FALSE(broken);
  CHECK(broken.error().where == (folder.path() / "sys.toml").string() + ":11");
}

TEST_CASE("the hash distinguishes a file's name from its text") {
  auto files = files_with("");
  const std::string before = load_catalog(files)->sha256;
  files[1].name = "renamed.toml";
  CHECK(load_catalog(files)->sha256 != before);
}

TEST_CASE("folders that contain no catalog") {
  const auto missing = load_catalog_folder("/no/such/folder");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::input_missing);
  CHECK(missing.error().where == "/no/such/folder");
  const Folder folder("portproof-catalog-empty-test");
  const auto empty = load_catalog_folder(folder.path());
  REQUIRE_FALSE(empty);
  CHECK(empty.error().kind == ErrorKind::bad_data);
  CHECK(empty.error().what == "the folder contains no *.toml file");
}
