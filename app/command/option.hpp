// An option of the command line. Each is described once, in app/command/option_table.cpp; the parser, the
// help, the manual page and shell completion are made from that description, and a test compares
// docs/reference/options.md with it.
//
// An option that means different things to different commands (-o: a report here, a folder there) has a row
// for each meaning. No command has two rows with the same name or letter.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace portproof {

enum class CommandId : std::uint8_t { audit, watch, judge, flows, merge, discover, explain, catalog, help };

class CommandSet {
 public:
  constexpr CommandSet(std::initializer_list<CommandId> commands) {
    for (const CommandId command : commands) bits_ |= bit(command);
  }
  [[nodiscard]] constexpr bool contains(CommandId command) const { return (bits_ & bit(command)) != 0; }

 private:
  static constexpr std::uint32_t bit(CommandId command) { return 1U << static_cast<unsigned>(command); }
  std::uint32_t bits_{0};
};

// What an option may hold, in the order of ValueKind.
using OptionValue =
    std::variant<bool, std::string, std::vector<std::string>, std::int64_t, std::uint64_t, double>;

enum class ValueKind : std::uint8_t {
  flag,     // given or not
  text,     // once
  texts,    // any number of times
  number,   // within a range
  seed,     // any number of 64 bits
  decimal,  // with a fraction
};

// The numbers that an option takes, both ends included.
struct NumberRange {
  std::int64_t least;
  std::int64_t most;
};

// What follows the option's name.
struct OptionArgument {
  ValueKind kind{ValueKind::flag};
  std::string_view name{};                  // as help calls it: FILE; empty for a flag
  std::optional<OptionValue> preset{};      // where the option is not given; a flag is then false
  std::optional<NumberRange> range{};       // of a number
  std::vector<std::string_view> choices{};  // the words that it takes; empty for any
};

// The headings under which help lists options.
enum class OptionGroup : std::uint8_t { estate, output, input, flows, capture, service, question, pages };
std::string_view heading(OptionGroup group);

struct Option {
  std::string_view name;  // without its dashes
  char letter;            // of the short form; 0 for none
  OptionArgument argument;
  std::string help;  // a phrase, without a full stop; defaults and ranges are added from `argument`
  OptionGroup group;
  CommandSet commands;  // that take it
};

// All options, in the order in which help lists them. They live as long as the program.
std::span<const Option> all_options();

// The options that a command takes.
std::vector<const Option*> options_of(CommandId command);

// "-I, --inventory FILE", or "--seed N".
std::string usage_of(const Option& option);

// The preset as one would type it; empty for none and for flags.
std::string preset_of(const Option& option);

// The help and the preset: "seconds between reports (default: 3600)".
std::string summary_of(const Option& option);

// "1 to 31", "0 or more"; empty if the option takes no number.
std::string range_of(const Option& option);

}  // namespace portproof
