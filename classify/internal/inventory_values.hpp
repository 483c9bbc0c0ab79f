// Values as an inventory writes them. Private to the inventory's builder.
#pragma once

#include <optional>
#include <string_view>

#include "capture/base/timestamp.hpp"
#include "catalog/toml_value.hpp"

namespace portproof {

// Null where the table has no such key.
const TomlValue* find_member(const TomlValue& table, std::string_view key);

bool is_blank(std::string_view text);

// A share of packets or bytes; nothing for what is no number from 0 to 1.
std::optional<double> parse_share(const TomlValue& value);

// The first nanosecond after the day, UTC. A day that nanoseconds cannot count ("9999-12-31") is one that
// never ends; nothing for what is no day.
std::optional<Timestamp> end_of_day(std::string_view text);

// Looks like something that was meant as an address, so that its own fault is worth telling.
bool looks_like_address(std::string_view text);

// Small letters, digits and hyphens between them.
bool is_role_id(std::string_view id);

}  // namespace portproof
