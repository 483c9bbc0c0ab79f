#include "catalog/toml_value.hpp"

#include <toml++/toml.h>

#include <array>
#include <sstream>

#include "catalog/internal/toml_bounds.hpp"

namespace portproof {
namespace {

// Numbers and dates, as TOML writes them.
template <typename Node>
std::string written(const Node& node) {
  std::ostringstream stream;
  stream << node;
  return stream.str();
}

TomlValue convert(const toml::node& node);

TomlValue convert_table(const toml::table& table) {
  TomlValue value;
  value.kind = TomlValue::Kind::table;
  for (const auto& [key, member] : table) {
    TomlMember converted{std::string(key.str()), convert(member)};
    // A value may be on a later line than its key; people look for the key.
    if (key.source().begin.line != 0 && !member.is_table() && !member.is_array_of_tables()) {
      converted.value.line = key.source().begin.line;
    }
    value.members.push_back(std::move(converted));
  }
  return value;
}

TomlValue convert_scalar(const toml::node& node) {
  TomlValue value;
  if (const auto* const text = node.as_string()) {
    value.kind = TomlValue::Kind::text;
    value.text = text->get();
  } else if (const auto* const truth = node.as_boolean()) {
    value.kind = TomlValue::Kind::boolean;
    value.truth = truth->get();
  } else if (node.is_number()) {
    value.kind = TomlValue::Kind::number;
    value.text = node.is_integer() ? written(*node.as_integer()) : written(*node.as_floating_point());
  } else {
    value.kind = TomlValue::Kind::date;
    if (const auto* const date = node.as_date()) value.text = written(*date);
    if (const auto* const time = node.as_time()) value.text = written(*time);
    if (const auto* const both = node.as_date_time()) value.text = written(*both);
  }
  return value;
}

TomlValue convert(const toml::node& node) {
  TomlValue value;
  if (const auto* const table = node.as_table()) {
    value = convert_table(*table);
  } else if (const auto* const array = node.as_array()) {
    value.kind = TomlValue::Kind::array;
    for (const toml::node& item : *array) value.items.push_back(convert(item));
  } else {
    value = convert_scalar(node);
  }
  value.line = node.source().begin.line;
  return value;
}

}  // namespace

std::string_view description(TomlValue::Kind kind) {
  constexpr std::array<std::string_view, 6> kDescriptions{"text",   "true or false", "a number",
                                                          "a date", "an array",      "a table"};
  return kDescriptions[static_cast<std::size_t>(kind)];
}

tl::expected<TomlValue, TomlFault> parse_toml(std::string_view text) {
  if (auto fault = exceeded_bound(text)) return tl::unexpected(std::move(*fault));
  try {
    return convert(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return tl::unexpected(
        TomlFault{error.source().begin.line, "not valid TOML: " + std::string(error.description())});
  }
}

}  // namespace portproof
