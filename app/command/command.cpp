#include "app/command/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "catalog/nearest.hpp"

namespace portproof {
namespace po = boost::program_options;
namespace {

// Long options whole, never abbreviated: a script must not change its meaning when an option is added.
constexpr int kStyle = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

std::string unknown_option(const Command& command, const std::string& given) {
  const po::options_description options = command.options();
  std::vector<std::string_view> known;
  for (const auto& option : options.options()) known.emplace_back(option->long_name());
  std::string_view bare = given;
  bare.remove_prefix(std::min(bare.find_first_not_of('-'), bare.size()));
  const std::string_view near = nearest_word(bare, known);
  const std::string hint = near.empty() ? "" : fmt::format("; did you mean '--{}'?", near);
  return fmt::format("unknown option '{}' for '{}'{} ('portproof help {}' lists the options)", given,
                     command.name, hint, command.name);
}

tl::unexpected<Error> usage(const Command& command, std::string_view what) {
  return fail(ErrorKind::usage, fmt::format("{} ('portproof help {}' says more)", what, command.name));
}

}  // namespace

Expected<Arguments> parse_arguments(const Command& command, const std::vector<std::string>& words) {
  po::options_description options = command.options();
  options.add_options()("word", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("word", -1);
  po::variables_map values;
  // Boost reports what is wrong with a command line by throwing; this is the only place that catches it.
  try {
    po::store(po::command_line_parser(words).options(options).positional(positional).style(kStyle).run(),
              values);
    po::notify(values);
  } catch (const po::unknown_option& fault) {
    return fail(ErrorKind::usage, unknown_option(command, fault.get_option_name()));
  } catch (const po::error& fault) {
    return usage(command, fault.what());
  }
  return Arguments(std::move(values), words);
}

std::string help_of(const Command& command) {
  std::ostringstream text;
  text << "portproof " << command.synopsis << "\n\n" << command.description << "\n\n" << command.options();
  return text.str();
}

std::string overview() {
  std::string text =
      "portproof holds network traffic against the ports that Citrix documents.\n\n"
      "usage: portproof COMMAND [options] [arguments]\n\n";
  for (const Command& command : commands())
    text += fmt::format("  {:<9} {}\n", command.name, command.summary);
  text += fmt::format("  {:<9} {}\n", "help", "what a command does, and its options: portproof help COMMAND");
  text += fmt::format("  {:<9} {}\n", "--version", "the version of the program");
  text +=
      "\nexit status: 0 pass, 1 fail, 2 inconclusive; 64 usage, 65 bad data, 66 input missing,\n"
      "69 unavailable, 70 internal error, 73 cannot create output, 74 I/O error, 77 no permission.\n";
  return text;
}

}  // namespace portproof
