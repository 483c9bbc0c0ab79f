#include "app/command/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <limits>

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
    case ValueKind::text:
      return po::value<std::string>();
    case ValueKind::texts:
      return po::value<std::vector<std::string>>();
    case ValueKind::number:
      return po::value<std::int64_t>();
    case ValueKind::seed:
      return po::value<std::uint64_t>();
    case ValueKind::decimal:
      return po::value<double>();
  }
  return po::bool_switch();
}

OptionValue value_of(ValueKind kind, const po::variable_value& parsed) {
  switch (kind) {
    case ValueKind::flag:
      return parsed.as<bool>();
    case ValueKind::text:
      return parsed.as<std::string>();
    case ValueKind::texts:
      return parsed.as<std::vector<std::string>>();
    case ValueKind::number:
      return parsed.as<std::int64_t>();
    case ValueKind::seed:
      return parsed.as<std::uint64_t>();
    case ValueKind::decimal:
      return parsed.as<double>();
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

Expected<void> check_range(const Option& option, const OptionValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || !option.argument.range) return {};
  const auto [least, most] = *option.argument.range;
  if (*number >= least && *number <= most) return {};
  const bool bounded = most != std::numeric_limits<std::int64_t>::max();
  return fail(ErrorKind::usage, fmt::format("--{} takes a number from {}{}, not {}", option.name, least,
                                            bounded ? fmt::format(" to {}", most) : "", *number));
}

Expected<Arguments::Values> values_of(const Options& options, const po::variables_map& parsed) {
  Arguments::Values values;
  for (const Option* option : options) {
    const std::string name(option->name);
    if (parsed.count(name) > 0) {
      OptionValue value = value_of(option->argument.kind, parsed[name]);
      if (auto fits = check_range(*option, value); !fits) return tl::unexpected(fits.error());
      values.emplace(name, std::move(value));
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
