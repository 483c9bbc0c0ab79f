#include "app/command/option.hpp"

#include <fmt/format.h>

#include <limits>

namespace portproof {

std::string_view heading(OptionGroup group) {
  switch (group) {
    case OptionGroup::estate:
      return "Site and catalog";
    case OptionGroup::output:
      return "Output";
    case OptionGroup::input:
      return "Input";
    case OptionGroup::flows:
      return "Flows and limits";
    case OptionGroup::capture:
      return "Live capture";
    case OptionGroup::service:
      return "Running as a service";
    case OptionGroup::question:
      return "Question";
    case OptionGroup::pages:
      return "Pages";
  }
  return "";
}

std::vector<const Option*> options_of(CommandId command) {
  std::vector<const Option*> taken;
  for (const Option& option : all_options()) {
    if (option.commands.contains(command)) taken.push_back(&option);
  }
  return taken;
}

std::string usage_of(const Option& option) {
  const std::string_view gap = option.argument.name.empty() ? "" : " ";
  const std::string letter = option.letter == 0 ? "" : fmt::format("-{}, ", option.letter);
  return fmt::format("{}--{}{}{}", letter, option.name, gap, option.argument.name);
}

std::string preset_of(const Option& option) {
  if (!option.argument.preset) return {};
  const OptionValue& preset = *option.argument.preset;
  if (const auto* text = std::get_if<std::string>(&preset)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&preset)) return std::to_string(*number);
  if (const auto* decimal = std::get_if<double>(&preset)) return fmt::format("{}", *decimal);
  return {};
}

std::string summary_of(const Option& option) {
  const std::string preset = preset_of(option);
  return preset.empty() ? option.help : fmt::format("{} (default: {})", option.help, preset);
}

std::string range_of(const Option& option) {
  if (!option.argument.range) return {};
  const auto [least, most] = *option.argument.range;
  if (most == std::numeric_limits<std::int64_t>::max()) return fmt::format("{} or more", least);
  return fmt::format("{} to {}", least, most);
}

}  // namespace portproof
