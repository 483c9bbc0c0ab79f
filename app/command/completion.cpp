#include "app/command/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace portproof {
namespace {

// Words that need no quotes in a shell: our names have only letters, digits and hyphens.
std::string names_of(std::span<const Command> commands) {
  std::vector<std::string_view> names;
  for (const Command& command : commands) names.push_back(command.name);
  return fmt::format("{}", fmt::join(names, " "));
}

// "--inventory -I": both forms of each option that `is_wanted`.
std::string option_words(const Command& command, bool (*is_wanted)(const Option& option)) {
  std::vector<std::string> words;
  for (const Option* option : options_of(command.id)) {
    if (!is_wanted(*option)) continue;
    words.push_back(fmt::format("--{}", option->name));
    if (option->letter != 0) words.push_back(fmt::format("-{}", option->letter));
  }
  return fmt::format("{}", fmt::join(words, " "));
}

std::string all_option_words(const Command& command) {
  return option_words(command, [](const Option&) { return true; });
}

// Of the options that take an argument.
std::string argument_option_words(const Command& command) {
  return option_words(command, [](const Option& option) { return option.argument.kind != ValueKind::flag; });
}

// In single quotes, between which everything but a single quote stands for itself.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char letter : text) out += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return out + "'";
}

// A case of "COMMAND PREVIOUS-WORD" for each option that takes one of a few words.
std::string choice_cases(const Command& command) {
  std::string out;
  for (const Option* option : options_of(command.id)) {
    if (option->argument.choices.empty()) continue;
    std::string pattern = fmt::format("'{} --{}'", command.name, option->name);
    if (option->letter != 0) pattern += fmt::format(" | '{} -{}'", command.name, option->letter);
    out += fmt::format("    {}) words='{}' ;;\n", pattern, fmt::join(option->argument.choices, " "));
  }
  return out;
}

}  // namespace

// If no words are offered, bash offers files (-o default).
std::string bash_completion(std::span<const Command> commands) {
  const std::string names = names_of(commands);
  std::string out =
      "# Completion of portproof for bash.\n"
      "_portproof() {\n"
      "  local command=${COMP_WORDS[1]} before=${COMP_WORDS[COMP_CWORD-1]} word=${COMP_WORDS[COMP_CWORD]}\n"
      "  local options='' with_argument='' words=''\n"
      "  case $command in\n";
  for (const Command& command : commands) {
    out += fmt::format("    {})\n      options='{}'\n      with_argument='{}' ;;\n", command.name,
                       all_option_words(command), argument_option_words(command));
  }
  out += "  esac\n  case \"$command $before\" in\n";
  for (const Command& command : commands) out += choice_cases(command);
  out += fmt::format(
      "  esac\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    words='{0} --version'\n"
      "  elif [ -z \"$words\" ]; then\n"
      "    case \" $with_argument \" in *\" $before \"*) return ;; esac\n"
      "    case \"$command $word\" in\n"
      "      *' -'*) words=$options ;;\n"
      "      'help '*) words='{0}' ;;\n"
      "    esac\n"
      "  fi\n",
      names);
  return out +
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "}\n"
         "complete -o default -F _portproof portproof\n";
}

std::string fish_completion(std::span<const Command> commands) {
  std::string out = "# Completion of portproof for fish.\n";
  for (const Command& command : commands) {
    out += fmt::format("complete -c portproof -n __fish_use_subcommand -f -a {} -d {}\n", command.name,
                       quoted(command.summary));
  }
  for (const Command& command : commands) {
    for (const Option* option : options_of(command.id)) {
      out += fmt::format("complete -c portproof -n '__fish_seen_subcommand_from {}' -l {}", command.name,
                         option->name);
      if (option->letter != 0) out += fmt::format(" -s {}", option->letter);
      if (option->argument.kind != ValueKind::flag) out += " -r";
      if (!option->argument.choices.empty()) {
        out += fmt::format(" -f -a '{}'", fmt::join(option->argument.choices, " "));
      }
      out += fmt::format(" -d {}\n", quoted(option->help));
    }
  }
  return out + fmt::format("complete -c portproof -n '__fish_seen_subcommand_from help' -f -a '{}'\n",
                           names_of(commands));
}

}  // namespace portproof
