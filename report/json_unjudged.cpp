#include "report/json_unjudged.hpp"

#include "report/json_parts.hpp"

namespace portproof {
namespace {

void write_quoted_end(JsonWriter& json, std::string_view key, const Endpoint& end) {
  json.key(key);
  json.begin_object();
  json.member("address", to_string(end.address));
  json.member("port", end.port);
  json.end_object();
}

}  // namespace

void write_protocols(JsonWriter& json, const SettledEvidence& evidence) {
  json.begin_object();
  for (const auto& [protocol, count] : evidence.protocols) {
    json.key(protocol);
    json.begin_object();
    json.member("packets", count.packets);
    json.member("bytes", count.bytes);
    json.key("hosts");
    json.begin_array();
    for (const IpAddress& host : count.hosts) json.value(to_string(host));
    json.end_array();
    json.member("more_hosts", count.more_hosts);
    json.end_object();
  }
  json.end_object();
}

void write_carrier(JsonWriter& json, const CarrierRow& row) {
  json.begin_object();
  json.member("transport", row.transport);
  json.member("port", row.port);
  json.member("conversations", row.conversations);
  json.member("packets", row.packets);
  json.member("bytes", row.bytes);
  json.key("example");
  json.begin_object();
  json.member("initiator", to_string(row.example->initiator));
  json.member("responder", to_string(row.example->responder));
  json.end_object();
  json.end_object();
}

void write_stray_error(JsonWriter& json, const StrayErrorKey& error, const StrayErrorFacts& facts) {
  json.begin_object();
  json.member("sender", to_string(error.sender));
  json.member("receiver", to_string(error.receiver));
  json.key("quoted");
  if (error.quotes_nothing()) {
    json.value(nullptr);
  } else {
    json.begin_object();
    json.member("transport", name(transport_of(error.quoted_protocol, error.quoted_kind)));
    write_quoted_end(json, "source", error.quoted_source);
    write_quoted_end(json, "destination", error.quoted_destination);
    json.end_object();
  }
  json.member("packets", facts.packets);
  json.member("first", to_string(facts.first));
  json.member("last", to_string(facts.last));
  write_frame(json, "first_frame", facts.first_frame);
  json.end_object();
}

}  // namespace portproof
