// portproof help: explains the commands and their options.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/command/command.hpp"
#include "app/command/completion.hpp"
#include "app/command/help.hpp"
#include "app/command/manual.hpp"
#include "app/command/output.hpp"
#include "app/command/version.hpp"

namespace portproof {
namespace {

Expected<std::string> completion_for(const std::string& shell) {
  if (shell == "bash") return bash_completion(commands());
  if (shell == "fish") return fish_completion(commands());
  return fail(ErrorKind::usage, fmt::format("--completion takes bash or fish, not '{}'", shell));
}

}  // namespace

Expected<int> help_command(const Arguments& arguments) {
  if (arguments.get<bool>("man")) return write_standard_output(manual_page(commands(), kVersion));
  if (arguments.has("completion"))
    return completion_for(arguments.text("completion")).and_then(write_standard_output);
  if (arguments.words().empty()) return write_standard_output(overview(commands()));
  if (arguments.words().size() > 1) {
    return fail(ErrorKind::usage, fmt::format("help explains one command at a time, not '{}'",
                                              fmt::join(arguments.words(), " ")));
  }
  return command_named(arguments.words().front()).and_then([](const Command* command) {
    return write_standard_output(help_of(*command));
  });
}

}  // namespace portproof
