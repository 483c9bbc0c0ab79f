// portproof: the command line. Parses, calls, renders, returns. This is the only place where an error becomes
// a message on standard error and an exit status.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "app/command/command.hpp"
#include "app/command/exit_status.hpp"
#include "app/command/faults.hpp"
#include "app/command/help.hpp"
#include "app/command/output.hpp"
#include "app/command/say.hpp"
#include "app/command/temporary_file.hpp"
#include "app/command/version.hpp"
#include "app/sandbox/standard_streams.hpp"
#include "report/escape.hpp"

namespace portproof {

namespace {

Expected<int> run_command(std::string_view name, const std::vector<std::string>& words) {
  const auto command = command_named(name);
  if (!command) return tl::unexpected(command.error());
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word == "--help" || word == "-h") return write_standard_output(help_of(**command));
  }
  return parse_arguments(name, options_of((*command)->id), words).and_then((*command)->run);
}

// A bare program name asks for no result: the list of commands goes to standard error.
Expected<int> without_command() {
  say(overview(commands()));
  return fail(ErrorKind::usage, "no command given");
}

Expected<int> run(const std::vector<std::string>& words) {
  if (words.empty()) return without_command();
  const std::string& name = words.front();
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (name == "--version" || name == "-V") {
    return write_standard_output(fmt::format("portproof {}\n", kVersion));
  }
  return run_command(name == "--help" || name == "-h" ? "help" : name, rest);
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
  // Writing to a reader that has gone is an error (exit 74), not a silent death.
  std::signal(SIGPIPE, SIG_IGN);
  // So is writing to a file that reached its size limit (ulimit -f).
  std::signal(SIGXFSZ, SIG_IGN);
  remove_temporaries_on_signals();
  try {
    const Expected<int> status = run(std::vector<std::string>(argv + 1, argv + argc));
    if (status) return *status;
    return report_fault(message(status.error()), exit_status(status.error().kind));
  } catch (...) {
    return report_fault(message(error_of_exception()), kExitInternal);
  }
}
