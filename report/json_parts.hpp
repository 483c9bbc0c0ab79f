// What several of the JSON reports have in common.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/application.hpp"
#include "capture/base/json_writer.hpp"
#include "capture/base/timestamp.hpp"
#include "capture/evidence/conversation.hpp"
#include "catalog/rule.hpp"
#include "classify/verdict.hpp"

namespace portproof {

// The name of the reason; nothing for Reason::none.
std::optional<std::string_view> reason_or_null(Reason reason);

std::optional<std::string> time_or_null(const std::optional<Timestamp>& time);

// Each writes one member of the current object.
void write_qualifiers(JsonWriter& json, std::string_view key, const QualifierSet& set);
void write_frame(JsonWriter& json, std::string_view key, const FrameRef& frame);
void write_transports(JsonWriter& json, std::string_view key, const TransportSet& set);
void write_applications(JsonWriter& json, std::string_view key, const ApplicationSet& set);
// A list such as "443", "1024-65535"; ["any"] for any port.
void write_ports(JsonWriter& json, std::string_view key, bool any_port, const std::vector<PortRange>& ports);

// An object of only the counts above zero: {"snapped-headers": 3}.
template <std::size_t count>
void write_non_zero(JsonWriter& json, std::string_view key, const std::array<std::string_view, count>& names,
                    const std::array<std::uint64_t, count>& values) {
  json.key(key);
  json.begin_object();
  for (std::size_t index = 0; index < count; ++index) {
    if (values[index] != 0) json.member(names[index], values[index]);
  }
  json.end_object();
}

}  // namespace portproof
