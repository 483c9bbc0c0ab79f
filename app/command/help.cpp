#include "app/command/help.hpp"

#include <fmt/format.h>

#include <optional>

#include "app/command/exit_status.hpp"
#include "report/wrap.hpp"

namespace portproof {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kLabel = 26;  // columns of an option's usage, without its indent

std::string wrapped(std::string_view paragraph) {
  std::string out;
  for (const std::string& line : wrap(paragraph, kWidth)) out += line + '\n';
  return out;
}

// Options without a letter stand below the long names of those that have one.
std::string option_lines(const Option& option) {
  const std::string gap = option.letter == 0 ? "    " : "";
  return labelled(2, gap + usage_of(option), kLabel, summary_of(option), kWidth);
}

}  // namespace

std::string overview(std::span<const Command> commands) {
  std::string text =
      "portproof checks network traffic against the ports that Citrix documents.\n\n"
      "usage: portproof COMMAND [options] [arguments]\n\n";
  for (const Command& command : commands) text += fmt::format("  {:<9} {}\n", command.name, command.summary);
  text += fmt::format("  {:<9} {}\n", "--version", "print the version of the program");
  std::string statuses = "exit status: ";
  for (const ExitStatus& status : kExitStatuses) {
    const std::string_view end = &status == &kExitStatuses.back() ? "." : ", ";
    statuses += fmt::format("{} {}{}", status.number, status.meaning, end);
  }
  return text + '\n' + wrapped(statuses);
}

std::string help_of(const Command& command) {
  std::string text = fmt::format("portproof {} {}\n\n", command.name, command.usage);
  for (const std::string_view paragraph : command.description) text += wrapped(paragraph);
  text += '\n';
  for (const std::string_view line : command.examples) text += fmt::format("  {}\n", line);
  std::optional<OptionGroup> group;
  for (const Option* option : options_of(command.id)) {
    if (option->group != group) text += fmt::format("\n{}:\n", heading(option->group));
    group = option->group;
    text += option_lines(*option);
  }
  return text;
}

}  // namespace portproof
