// Values that several kinds of lines hold: how each is written, and how it is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "capture/base/json_writer.hpp"
#include "capture/evidence/evidence.hpp"
#include "capture/evidence/internal/evidence_fields.hpp"

namespace portproof::evidence_file {

// Each writes one member of the current object. The frame's key is "first_frame", the kinds' "kinds"; the
// applications are left out if there are none, which is the rule.
void put_end(JsonWriter& json, std::string_view key, const Endpoint& end);
void put_frame(JsonWriter& json, const FrameRef& frame);
void put_kinds(JsonWriter& json, HttpKinds kinds);
void put_applications(JsonWriter& json, std::string_view key, const ApplicationSet& applications);

std::string_view basis_name(DirectionBasis basis);
std::string_view name_of(NameState state);
std::string_view name_of(Broadcasts broadcasts);

// Each reads the member that is called like this, or the one whose key is given.
FrameRef read_frame(const Fields& fields);
HttpKinds read_kinds(const Fields& fields);
ApplicationSet read_applications(const Fields& fields, const char* key);
Application read_application(const Fields& fields);
std::uint16_t read_port(const Fields& fields, const char* key = "port");
std::uint8_t read_protocol_number(const Fields& fields, const char* key = "protocol");
std::uint32_t read_number(const Fields& fields, const char* key);  // of at most 32 bits
std::uint32_t read_vlans(const Fields& fields);

// Reads an address and a port.
Endpoint read_end(const Fields& fields);

// The kind of a conversation: echoes are plain, other messages of ICMP are not.
FlowKind read_conversation_kind(const Fields& fields, std::uint8_t protocol, const char* key);

// A name stands exactly where the state says so, and in the form in which names are kept.
std::string read_given_name(const Fields& fields, NameState state);

}  // namespace portproof::evidence_file
