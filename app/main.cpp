// portproof: the command line. Parses, calls, renders, returns; what is wrong becomes a message on standard
// error and an exit status here, and nowhere else.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "app/command/command.hpp"
#include "app/command/exit_status.hpp"
#include "app/command/faults.hpp"
#include "app/command/output.hpp"
#include "app/command/say.hpp"
#include "app/command/version.hpp"
#include "app/sandbox/standard_streams.hpp"
#include "catalog/nearest.hpp"
#include "report/escape.hpp"

namespace portproof {

const std::vector<Command>& commands() {
  static const std::vector<Command> all{audit_command(),   watch_command(),  judge_command(),
                                        flows_command(),   merge_command(),  discover_command(),
                                        explain_command(), catalog_command()};
  return all;
}

namespace {

const Command* find_command(const std::string& name) {
  for (const Command& command : commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

tl::unexpected<Error> unknown_command(const std::string& name) {
  std::vector<std::string_view> known{"help", "--version"};
  for (const Command& command : commands()) known.emplace_back(command.name);
  const std::string_view near = nearest_word(name, known);
  return fail(ErrorKind::usage,
              fmt::format("unknown command '{}'{} ('portproof help' lists the commands)", name,
                          near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

Expected<int> help(const std::vector<std::string>& words) {
  if (words.empty()) return write_standard_output(overview());
  const Command* command = find_command(words.front());
  if (command == nullptr) return unknown_command(words.front());
  return write_standard_output(help_of(*command));
}

Expected<int> run(const std::vector<std::string>& words) {
  if (words.empty()) return fail(ErrorKind::usage, "no command given ('portproof help' lists the commands)");
  const std::string& name = words.front();
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (name == "help" || name == "--help" || name == "-h") return help(rest);
  if (name == "--version" || name == "-V") {
    return write_standard_output(fmt::format("portproof {}\n", kVersion));
  }
  const Command* command = find_command(name);
  if (command == nullptr) return unknown_command(name);
  for (const std::string& word : rest) {
    if (word == "--") break;
    if (word == "--help" || word == "-h") return write_standard_output(help_of(*command));
  }
  return parse_arguments(*command, rest).and_then([&](const Arguments& arguments) {
    return command->run(arguments);
  });
}

int report_fault(const std::string& text, int status) {
  say(fmt::format("portproof: {}\n", escape_terminal(text)));
  return status;
}

}  // namespace
}  // namespace portproof

int main(int argc, char** argv) {
  using namespace portproof;
  if (!hold_standard_streams()) return kExitInternal;
  // A reader that went away is a write that failed (exit 74), not a death without a word.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const Expected<int> status = run(std::vector<std::string>(argv + 1, argv + argc));
    if (status) return *status;
    return report_fault(message(status.error()), exit_status(status.error().kind));
  } catch (...) {
    return report_fault(message(error_of_exception()), kExitInternal);
  }
}
