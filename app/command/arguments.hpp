// The words after a command's name, parsed according to its options (app/command/option.hpp).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/command/option.hpp"
#include "capture/base/error.hpp"

namespace portproof {

class Arguments {
 public:
  using Values = std::map<std::string, OptionValue, std::less<>>;

  // `values`: those of the options that were given or have a preset, and of all flags of the command.
  Arguments(Values values, std::vector<std::string> words, std::vector<std::string> given)
      : values_(std::move(values)), words_(std::move(words)), given_(std::move(given)) {}

  [[nodiscard]] bool has(const std::string& option) const { return values_.count(option) > 0; }

  // The value of an option that is there (`has`). T is the type that its kind has.
  template <typename T>
  [[nodiscard]] const T& get(const std::string& option) const {
    return std::get<T>(values_.at(option));
  }

  // The value of a text option; empty if it was not given.
  [[nodiscard]] std::string text(const std::string& option) const {
    return has(option) ? get<std::string>(option) : std::string{};
  }

  // The value of a number option whose range begins at 0 or above.
  [[nodiscard]] std::size_t size(const std::string& option) const {
    return static_cast<std::size_t>(get<std::int64_t>(option));
  }

  // All words, as they were given.
  [[nodiscard]] const std::vector<std::string>& given() const { return given_; }

  // The words that are neither options nor their arguments.
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }

 private:
  Values values_;
  std::vector<std::string> words_;
  std::vector<std::string> given_;
};

// Parses the words after the command's name. Error of kind usage for an unknown option (with the nearest
// known one), a value that does not fit or is out of its range, or an option given twice.
Expected<Arguments> parse_arguments(std::string_view command, const std::vector<const Option*>& options,
                                    const std::vector<std::string>& words);

}  // namespace portproof
