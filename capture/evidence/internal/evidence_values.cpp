#include "capture/evidence/internal/evidence_values.hpp"

#include <array>
#include <limits>

#include "capture/evidence/evidence_file_lines.hpp"
#include "capture/identify/identify.hpp"

namespace portproof::evidence_file {

void put_end(JsonWriter& json, std::string_view key, const Endpoint& end) {
  json.key(key);
  json.begin_object();
  json.member("address", to_string(end.address));
  json.member("port", end.port);
  json.end_object();
}

void put_frame(JsonWriter& json, const FrameRef& frame) {
  json.key("first_frame");
  json.begin_object();
  json.member("input", frame.input);
  json.member("number", frame.number);
  json.end_object();
}

void put_kinds(JsonWriter& json, HttpKinds kinds) {
  json.key("kinds");
  json.begin_array();
  for (std::size_t kind = 0; kind < kHttpKindCount; ++kind) {
    if (kinds.test(kind)) json.value(kHttpKindNames[kind]);
  }
  json.end_array();
}

void put_applications(JsonWriter& json, std::string_view key, const ApplicationSet& applications) {
  if (applications.none()) return;
  json.key(key);
  json.begin_array();
  for (std::size_t application = 0; application < application_names().size(); ++application) {
    if (applications.test(application)) json.value(application_names()[application]);
  }
  json.end_array();
}

std::string_view basis_name(DirectionBasis basis) {
  return kBasisNames[static_cast<std::size_t>(basis)];
}

std::string_view name_of(NameState state) {
  return kNameStateNames[static_cast<std::size_t>(state)];
}

std::string_view name_of(Broadcasts broadcasts) {
  return kBroadcastsNames[static_cast<std::size_t>(broadcasts)];
}

FrameRef read_frame(const Fields& fields) {
  const Fields frame = fields.object("first_frame");
  return {read_number(frame, "input"), frame.count("number")};
}

HttpKinds read_kinds(const Fields& fields) {
  HttpKinds kinds;
  fields.each_text("kinds", [&kinds](std::string_view word) {
    const auto kind = parse_http_kind(word);
    if (kind) kinds.set(static_cast<std::size_t>(*kind));
    return kind.has_value();
  });
  return kinds;
}

ApplicationSet read_applications(const Fields& fields, const char* key) {
  ApplicationSet applications;
  if (!fields.has(key)) return applications;
  fields.each_text(key, [&applications](std::string_view word) {
    const auto application = parse_application(word);
    if (!application || !is_identified(*application)) return false;
    applications.set(static_cast<std::size_t>(*application));
    return true;
  });
  return applications;
}

Application read_application(const Fields& fields) {
  const auto application = parse_application(fields.text("application"));
  fields.require(application.has_value(), "application");
  return application.value_or(kUnknownApplication);
}

std::uint16_t read_port(const Fields& fields, const char* key) {
  return static_cast<std::uint16_t>(fields.count(key, 0xffff));
}

std::uint8_t read_protocol_number(const Fields& fields, const char* key) {
  return static_cast<std::uint8_t>(fields.count(key, 0xff));
}

std::uint32_t read_number(const Fields& fields, const char* key) {
  return static_cast<std::uint32_t>(fields.count(key, std::numeric_limits<std::uint32_t>::max()));
}

std::uint32_t read_vlans(const Fields& fields) {
  return static_cast<std::uint32_t>(fields.count("vlans", 0xffffff));
}

Endpoint read_end(const Fields& fields) {
  return {fields.address("address"), read_port(fields)};
}

FlowKind read_conversation_kind(const Fields& fields, std::uint8_t protocol, const char* key) {
  const auto kind = fields.one_of<FlowKind>(key, kFlowKindNames);
  const bool right = kind == FlowKind::plain || (kind == FlowKind::icmp_other && is_icmp(protocol));
  fields.require(right, key);
  return kind;
}

std::string read_given_name(const Fields& fields, NameState state) {
  std::string name = fields.text("name");
  std::array<char, 256> buffer;
  const bool right =
      state == NameState::given ? !name.empty() && normalise_name(name, buffer) == name : name.empty();
  fields.require(right, "name");
  return name;
}

}  // namespace portproof::evidence_file
