#include "app/command/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "catalog/nearest.hpp"

namespace portproof {
namespace po = boost::program_options;
namespace {

using Options = std::vector<const Option*>;

constexpr std::string_view kWord = "word";  // Boost's name for words that belong to no option

// Long options whole, never abbreviated: a script must not change its meaning when an option is added.
constexpr int kStyle = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

// Boost takes ownership of what is returned.
po::value_semantic* semantic_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::flag:
      return po::bool_switch();
    case ValueKind::texts:
      return po::value<std::vector<std::string>>();
    case ValueKind::text:
    case ValueKind::number:
    case ValueKind::seed:
    case ValueKind::decimal:
      return po::value<std::string>();
  }
  return po::bool_switch();
}

// What an option of numbers takes: "a number from 1 to 8", "a whole number", "a number".
std::string numbers_of(const Option& option) {
  if (option.argument.kind == ValueKind::decimal) return "a number";
  if (!option.argument.range) return "a whole number";
  const auto [least, most] = *option.argument.range;
  const bool bounded = most != std::numeric_limits<std::int64_t>::max();
  return fmt::format("a number from {}{}", least, bounded ? fmt::format(" to {}", most) : "");
}

tl::unexpected<Error> not_taken(const Option& option, const std::string& text) {
  return fail(ErrorKind::usage,
              fmt::format("--{} takes {}, not {}", option.name, numbers_of(option), in_quotes(text)));
}

// The whole text as a number; nothing if it is none.
template <typename Number>
std::optional<Number> parsed_as(const std::string& text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  return fault == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

Expected<OptionValue> number_of(const Option& option, const std::string& text) {
  const auto number = parsed_as<std::int64_t>(text);
  const auto& range = option.argument.range;
  if (!number || (range && (*number < range->least || *number > range->most))) return not_taken(option, text);
  return *number;
}

Expected<OptionValue> seed_of(const Option& option, const std::string& text) {
  const auto seed = parsed_as<std::uint64_t>(text);
  return seed ? Expected<OptionValue>(*seed) : not_taken(option, text);
}

Expected<OptionValue> decimal_of(const Option& option, const std::string& text) {
  const auto decimal = parsed_as<double>(text);
  const bool finite = decimal && std::isfinite(*decimal);
  return finite ? Expected<OptionValue>(*decimal) : not_taken(option, text);
}

Expected<OptionValue> value_of(const Option& option, const po::variable_value& parsed) {
  switch (option.argument.kind) {
    case ValueKind::flag:
      return parsed.as<bool>();
    case ValueKind::text:
      return parsed.as<std::string>();
    case ValueKind::texts:
      return parsed.as<std::vector<std::string>>();
    case ValueKind::number:
      return number_of(option, parsed.as<std::string>());
    case ValueKind::seed:
      return seed_of(option, parsed.as<std::string>());
    case ValueKind::decimal:
      return decimal_of(option, parsed.as<std::string>());
  }
  return false;
}

po::options_description described(const Options& options) {
  po::options_description all;
  for (const Option* option : options) {
    std::string name(option->name);
    if (option->letter != 0) name += fmt::format(",{}", option->letter);
    all.add_options()(name.c_str(), semantic_of(option->argument.kind));
  }
  all.add_options()(kWord.data(), po::value<std::vector<std::string>>());
  return all;
}

std::string unknown_option(std::string_view command, const Options& options, const std::string& given) {
  std::vector<std::string_view> known;
  for (const Option* option : options) known.push_back(option->name);
  std::string_view bare = given;
  bare.remove_prefix(std::min(bare.find_first_not_of('-'), bare.size()));
  const std::string_view near = nearest_word(bare, known);
  const std::string hint = near.empty() ? "" : fmt::format("; did you mean '--{}'?", near);
  return fmt::format("unknown option '{}' for '{}'{} ('portproof help {}' lists the options)", given, command,
                     hint, command);
}

// The option that Boost calls by its name or its letter, with dashes or without; null for anything else.
const Option* option_called(const Options& options, std::string_view word) {
  word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
  const auto found = std::find_if(options.begin(), options.end(), [word](const Option* option) {
    return option->name == word || (word.size() == 1 && option->letter == word.front());
  });
  return found == options.end() ? nullptr : *found;
}

// What Boost found wrong, in our own words.
std::string syntax_fault(const Options& options, const po::error_with_option_name& fault) {
  const Option* const option = option_called(options, fault.get_option_name());
  if (option == nullptr) return fault.what();
  if (dynamic_cast<const po::multiple_occurrences*>(&fault) != nullptr) {
    return fmt::format("--{} is given more than once", option->name);
  }
  if (option->argument.kind == ValueKind::flag) return fmt::format("--{} takes no value", option->name);
  return fmt::format("--{} needs a value: {}", option->name, usage_of(*option));
}

Expected<Arguments::Values> values_of(const Options& options, const po::variables_map& parsed) {
  Arguments::Values values;
  for (const Option* option : options) {
    const std::string name(option->name);
    if (parsed.count(name) > 0) {
      auto value = value_of(*option, parsed[name]);
      if (!value) return tl::unexpected(std::move(value.error()));
      values.emplace(name, std::move(*value));
    } else if (option->argument.preset) {
      values.emplace(name, *option->argument.preset);
    }
  }
  return values;
}

}  // namespace

Expected<Arguments> parse_arguments(std::string_view command, const Options& options,
                                    const std::vector<std::string>& words) {
  const po::options_description all = described(options);
  po::positional_options_description positional;
  positional.add(kWord.data(), -1);
  po::variables_map parsed;
  // Boost reports what is wrong with a command line by throwing; this is the only place that catches it.
  try {
    po::store(po::command_line_parser(words).options(all).positional(positional).style(kStyle).run(), parsed);
    po::notify(parsed);
  } catch (const po::unknown_option& fault) {
    return fail(ErrorKind::usage, unknown_option(command, options, fault.get_option_name()));
  } catch (const po::error_with_option_name& fault) {
    return fail(ErrorKind::usage,
                fmt::format("{} ('portproof help {}' says more)", syntax_fault(options, fault), command));
  } catch (const po::error& fault) {
    return fail(ErrorKind::usage, fmt::format("{} ('portproof help {}' says more)", fault.what(), command));
  }
  const std::string word(kWord);
  auto others =
      parsed.count(word) > 0 ? parsed[word].as<std::vector<std::string>>() : std::vector<std::string>{};
  return values_of(options, parsed).map([&](Arguments::Values values) {
    return Arguments(std::move(values), std::move(others), words);
  });
}

}  // namespace portproof
