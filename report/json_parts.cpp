#include "report/json_parts.hpp"

namespace portproof {

std::optional<std::string_view> reason_or_null(Reason reason) {
  return reason == Reason::none ? std::nullopt : std::optional(name(reason));
}

std::optional<std::string> time_or_null(const std::optional<Timestamp>& time) {
  return time ? std::optional(to_string(*time)) : std::nullopt;
}

void write_qualifiers(JsonWriter& json, std::string_view key, const QualifierSet& set) {
  json.key(key);
  json.begin_array();
  for (std::size_t index = 0; index < kQualifierNames.size(); ++index) {
    if (set.test(index)) json.value(kQualifierNames[index]);
  }
  json.end_array();
}

void write_frame(JsonWriter& json, std::string_view key, const FrameRef& frame) {
  json.key(key);
  json.begin_object();
  json.member("input", frame.input);
  json.member("number", frame.number);
  json.end_object();
}

void write_transports(JsonWriter& json, std::string_view key, const TransportSet& set) {
  json.key(key);
  json.begin_array();
  for (std::size_t index = 0; index < kTransportCount; ++index) {
    if (set.test(index)) json.value(name(static_cast<Transport>(index)));
  }
  json.end_array();
}

void write_applications(JsonWriter& json, std::string_view key, const ApplicationSet& set) {
  json.key(key);
  json.begin_array();
  for (std::size_t index = 0; index < application_names().size(); ++index) {
    if (set.test(index)) json.value(application_names()[index]);
  }
  json.end_array();
}

void write_ports(JsonWriter& json, std::string_view key, bool any_port, const std::vector<PortRange>& ports) {
  json.key(key);
  json.begin_array();
  if (any_port) json.value("any");
  for (const PortRange& range : ports) json.value(to_string(range));
  json.end_array();
}

}  // namespace portproof
