// What a command is: a name, its options and a function. app/main.cpp has the table of all of them.
#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/error.hpp"

namespace portproof {

// The words after the command's name, parsed.
class Arguments {
 public:
  Arguments(boost::program_options::variables_map values, std::vector<std::string> given)
      : values_(std::move(values)), given_(std::move(given)) {}

  [[nodiscard]] bool has(const std::string& option) const { return values_.count(option) > 0; }

  // The value of an option that was given or has a default.
  template <typename T>
  [[nodiscard]] const T& get(const std::string& option) const {
    return values_[option].as<T>();
  }

  // The value of a text option; empty where it was not given.
  [[nodiscard]] std::string text(const std::string& option) const {
    return has(option) ? get<std::string>(option) : std::string{};
  }

  // All words, as they were given.
  [[nodiscard]] const std::vector<std::string>& given() const { return given_; }

  // The words that are no options.
  [[nodiscard]] std::vector<std::string> words() const {
    return has("word") ? get<std::vector<std::string>>("word") : std::vector<std::string>{};
  }

 private:
  boost::program_options::variables_map values_;
  std::vector<std::string> given_;
};

struct Command {
  std::string_view name;
  std::string_view synopsis;     // "audit FILE... [options]"
  std::string_view summary;      // one line for the list of commands
  std::string_view description;  // for `help COMMAND`; may hold examples
  boost::program_options::options_description (*options)();
  // Returns the exit status, or the Error that ends the command.
  Expected<int> (*run)(const Arguments& arguments);
};

// One for each command, in app/COMMAND.cpp.
Command audit_command();
Command watch_command();
Command judge_command();
Command flows_command();
Command catalog_command();
Command explain_command();
Command merge_command();
Command discover_command();

// All of them, in the order in which help lists them.
const std::vector<Command>& commands();

// Parses the words after the command's name. Error of kind usage for an unknown option (with the nearest
// known one), a value that does not fit, or an option given twice.
Expected<Arguments> parse_arguments(const Command& command, const std::vector<std::string>& words);

// What `help COMMAND` prints.
std::string help_of(const Command& command);

// What `help` alone prints.
std::string overview();

}  // namespace portproof
