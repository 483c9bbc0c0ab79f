#include "report/json_groups.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "report/documents.hpp"
#include "report/json_document.hpp"
#include "report/json_parts.hpp"

namespace portproof {
namespace {

std::string port_range(std::uint16_t first, std::uint16_t last) {
  return std::to_string(first) + "-" + std::to_string(last);
}

void write_folded(JsonWriter& json, const FoldedAttempts::value_type& folded) {
  constexpr std::size_t kExamples = 8;
  const auto& [key, attempts] = folded;
  json.begin_object();
  json.member("kind", kAttemptsKindNames[static_cast<std::size_t>(key.kind)]);
  json.member("conversations", attempts.conversations);
  json.member("ports", port_range(attempts.first_port, attempts.last_port));
  json.member("ends", attempts.examples.size());
  json.member("more_ends", attempts.more_ends);
  std::vector<AttemptExample> examples;
  for (const auto& [end, example] : attempts.examples) {
    if (examples.size() < kExamples) examples.push_back(example);
  }
  write_objects(json, "examples", examples, [](JsonWriter& object, const AttemptExample& example) {
    object.member("initiator", to_string(example.initiator));
    object.member("responder", to_string(example.responder));
    object.member("ports", port_range(example.first_port, example.last_port));
  });
  json.end_object();
}

void write_example(JsonWriter& json, const Group& group, const JudgedConversation& example) {
  json.begin_object();
  json.member("initiator", group.example_initiator);
  json.member("responder", group.example_responder);
  json.member("port", example.key.port);
  write_frame(json, "first_frame", example.facts.first_frame);
  json.end_object();
}

}  // namespace

void write_group(JsonWriter& json, const Group& group, const Audit& audit) {
  const JudgedConversation example = audit.conversations[group.example];
  json.begin_object();
  json.member("verdict", name(group.verdict));
  json.member("reason", reason_or_null(group.reason));
  json.member("from", group.from);
  json.member("to", group.to);
  json.member("transport", group.transport);
  if (group.ports.first == group.ports.last) {
    json.member("port", group.ports.first);
  } else {
    json.member("port", port_range(group.ports.first, group.ports.last));
  }
  json.member("ports", group.ports_seen);
  json.member("rules", group.rules);
  json.member("documents", documents_of(example.judgement, *audit.catalog));
  json.member("nearest_rule", text_or_null(group.nearest_rule));
  write_qualifiers(json, "qualifiers", group.qualifiers);
  json.member("conversations", group.conversations);
  json.member("sessions", group.sessions);
  json.member("packets", group.packets);
  json.member("bytes", group.bytes);
  json.member("initiators", group.initiators);
  json.member("responders", group.responders);
  json.member("states", group.states);
  json.member("applications", group.applications);
  json.member("first", to_string(group.first));
  json.member("last", to_string(group.last));
  json.member("waived", group.waived);
  json.member("waivers", group.waivers);
  json.key("example");
  write_example(json, group, example);
  if (example.folded != nullptr) {
    json.key("folded");
    write_folded(json, *example.folded);
  }
  json.end_object();
}

}  // namespace portproof
