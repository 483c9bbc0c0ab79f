#include "app/command/option.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "app/command/command.hpp"
#include "report/wrap.hpp"

using namespace portproof;

namespace {

constexpr const char* kPage = PORTPROOF_SOURCE_DIR "/docs/reference/options.md";
constexpr std::size_t kColumns = 100;

// "- `-I`, `--inventory FILE` (audit, judge): the inventory of the site."
std::string item(const Option& option) {
  std::vector<std::string> takers;
  for (const Command& command : commands()) {
    if (option.commands.contains(command.id)) takers.push_back(fmt::format("`{}`", command.name));
  }
  const std::string range = range_of(option);
  std::string usage = usage_of(option);
  if (option.letter != 0) usage.replace(usage.find(", "), 2, "`, `");
  const std::string text = fmt::format("`{}` ({}): {}{}.", usage, fmt::join(takers, ", "), summary_of(option),
                                       range.empty() ? "" : fmt::format("; from {}", range));
  std::string out;
  for (const std::string& line : wrap(text, kColumns - 2)) {
    out += fmt::format("{}{}\n", out.empty() ? "- " : "  ", line);
  }
  return out;
}

std::string options_page() {
  std::string page =
      "# Options\n\n"
      "Every option, and the commands that take it. `portproof help COMMAND` prints those of one command,\n"
      "`portproof help --man` the manual page, and `portproof help --completion bash` (or `fish`) a\n"
      "completion script. Long options are never abbreviated.\n\n"
      "A test compares this page with the program (`app/command/option_table.cpp`). To update it, run\n"
      "the unit tests of `app` with `PORTPROOF_UPDATE_GOLDEN=1` in the environment.\n";
  std::optional<OptionGroup> group;
  for (const Option& option : all_options()) {
    if (option.group != group) page += fmt::format("\n## {}\n\n", heading(option.group));
    group = option.group;
    page += item(option);
  }
  return page;
}

const Option& option_named(CommandId command, std::string_view name) {
  for (const Option* option : options_of(command)) {
    if (option->name == name) return *option;
  }
  FAIL("no such option");
  return all_options().front();
}

}  // namespace

TEST_CASE("options: no command takes two of one name or letter") {
  for (const Command& command : commands()) {
    CAPTURE(command.name);
    std::set<std::string_view> names{"help"};  // --help and -h work with every command
    std::set<char> letters{'h'};
    for (const Option* option : options_of(command.id)) {
      CAPTURE(option->name);
      CHECK(names.insert(option->name).second);
      if (option->letter != 0) CHECK(letters.insert(option->letter).second);
    }
  }
}

TEST_CASE("options: each is taken by some command, has words to describe it, and a preset that fits") {
  for (const Option& option : all_options()) {
    CAPTURE(option.name);
    bool taken = false;
    for (const Command& command : commands()) taken = taken || option.commands.contains(command.id);
    CHECK(taken);
    CHECK(!option.help.empty());
    CHECK(option.help.back() != '.');
    const OptionArgument& argument = option.argument;
    CHECK((argument.kind == ValueKind::flag) == argument.name.empty());
    CHECK((argument.kind == ValueKind::number) == argument.range.has_value());
    if (!argument.preset) continue;
    CHECK(argument.preset->index() == static_cast<std::size_t>(argument.kind));
    if (const auto* number = std::get_if<std::int64_t>(&*argument.preset)) {
      CHECK(*number >= argument.range->least);
      CHECK(*number <= argument.range->most);
    }
  }
}

TEST_CASE("options: how they are written") {
  CHECK(usage_of(option_named(CommandId::audit, "inventory")) == "-I, --inventory FILE");
  CHECK(usage_of(option_named(CommandId::audit, "seed")) == "--seed N");
  CHECK(usage_of(option_named(CommandId::watch, "status")) == "--status");
  CHECK(summary_of(option_named(CommandId::watch, "interval")) == "seconds between reports (default: 3600)");
  CHECK(preset_of(option_named(CommandId::watch, "event-rate")) == "10");
  CHECK(range_of(option_named(CommandId::audit, "threads")) == "1 to 1024");
  CHECK(range_of(option_named(CommandId::audit, "max-conversations")) == "0 or more");
  CHECK(range_of(option_named(CommandId::audit, "seed")).empty());
}

TEST_CASE("options: the manual lists all of them as the program has them") {
  const std::string page = options_page();
  if (std::getenv("PORTPROOF_UPDATE_GOLDEN") != nullptr) std::ofstream(kPage) << page;
  std::ifstream file(kPage);
  std::ostringstream text;
  text << file.rdbuf();
  CHECK(text.str() == page);
}
