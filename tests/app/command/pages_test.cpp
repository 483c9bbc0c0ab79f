// What is made from the tables of commands and options: help, the manual page, completions.
#include <doctest/doctest.h>

#include "app/command/completion.hpp"
#include "app/command/help.hpp"
#include "app/command/manual.hpp"

using namespace portproof;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// As roff writes hyphens.
std::string roff(std::string_view text) {
  std::string out;
  for (const char letter : text) out += letter == '-' ? std::string("\\-") : std::string(1, letter);
  return out;
}

}  // namespace

TEST_CASE("help lists every command, and what they do") {
  const std::string text = overview(commands());
  for (const Command& command : commands()) {
    CAPTURE(command.name);
    CHECK(contains(text, "  " + std::string(command.name) + ' '));
    CHECK(contains(text, std::string(command.summary) + '\n'));
  }
}

TEST_CASE("the help of a command has its usage, its examples and all its options, in 80 columns") {
  for (const Command& command : commands()) {
    const std::string text = help_of(command);
    CAPTURE(text);
    CHECK(
        text.starts_with("portproof " + std::string(command.name) + ' ' + std::string(command.usage) + '\n'));
    for (const std::string_view line : command.examples)
      CHECK(contains(text, "\n  " + std::string(line) + '\n'));
    for (const Option* option : options_of(command.id)) CHECK(contains(text, ' ' + usage_of(*option)));
    // Examples are never broken; everything after them is.
    const std::string options = text.substr(text.find(":\n"));
    for (std::size_t at = 0, end = 0; (end = options.find('\n', at)) != std::string::npos; at = end + 1) {
      CHECK(end - at <= 80);
    }
  }
}

TEST_CASE("the manual page has every command and every option") {
  const std::string page = manual_page(commands(), "1.0");
  CHECK(page.starts_with(".TH PORTPROOF 1 \"\" \"portproof 1.0\""));
  for (const Command& command : commands()) {
    CHECK(contains(page, "\n.SS " + std::string(command.name) + '\n'));
  }
  for (const Option& option : all_options()) {
    CHECK(contains(page, "\\fB" + roff("--" + std::string(option.name)) + "\\fR"));
  }
}

TEST_CASE("completions offer every command and its options") {
  const std::string bash = bash_completion(commands());
  const std::string fish = fish_completion(commands());
  for (const Command& command : commands()) {
    const std::string name(command.name);
    CHECK(contains(bash, "\n    " + name + ")\n      options='"));
    CHECK(contains(fish, "-f -a " + name + " -d "));
    for (const Option* option : options_of(command.id)) {
      CHECK(contains(bash, "--" + std::string(option->name)));
      CHECK(contains(fish, "__fish_seen_subcommand_from " + name + "' -l " + std::string(option->name)));
    }
  }
}
