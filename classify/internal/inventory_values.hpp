// Values as an inventory writes them. Private to the inventory's builder.
#pragma once

#include <optional>
#include <string_view>

#include "capture/base/timestamp.hpp"
#include "catalog/toml_value.hpp"

namespace portproof {

// Null if the table has no such key.
const TomlValue* find_member(const TomlValue& table, std::string_view key);

bool is_blank(std::string_view text);

// A share of packets or bytes; nothing if it is not a number from 0 to 1.
std::optional<double> parse_share(const TomlValue& value);

// The first nanosecond after the day, UTC. A day too late for nanoseconds ("9999-12-31") never ends. Nothing
// if the text is not a day.
std::optional<Timestamp> end_of_day(std::string_view text);

// Was the text probably meant as an address, so that its fault as an address is worth reporting?
bool looks_like_address(std::string_view text);

// Lower-case letters and digits, with hyphens between them.
bool is_role_id(std::string_view id);

}  // namespace portproof
