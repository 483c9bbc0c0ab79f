#include "capture/evidence/internal/evidence_line.hpp"
#include "capture/evidence/internal/evidence_values.hpp"

namespace portproof::evidence_file {
namespace {

// What conversations and records of attempts have in common, from the sessions to the basis.
void put_traffic(JsonWriter& json, const ConversationFacts& facts) {
  json.member("sessions", facts.sessions);
  json.member("flows", facts.flows);
  json.member("packets", facts.packets);
  json.member("bytes", facts.bytes);
  json.member("first", facts.first.nanoseconds);
  json.member("last", facts.last.nanoseconds);
  put_frame(json, facts.first_frame);
  json.member("state", name(facts.state));
  json.member("basis", basis_name(facts.basis));
  json.member("carries", facts.carries);
}

// What conversations and records of attempts have in common.
ConversationFacts read_traffic(const Fields& fields) {
  ConversationFacts facts;
  facts.sessions = fields.count("sessions");
  facts.flows = fields.count("flows");
  facts.packets = fields.count("packets");
  facts.bytes = fields.count("bytes");
  facts.first.nanoseconds = fields.nanoseconds("first");
  facts.last.nanoseconds = fields.nanoseconds("last");
  fields.require(facts.first <= facts.last, "last");
  facts.first_frame = read_frame(fields);
  facts.state = fields.one_of<FlowState>("state", kFlowStateNames);
  facts.basis = fields.one_of<DirectionBasis>("basis", kBasisNames);
  facts.carries = fields.flag("carries");
  facts.broadcasts = fields.one_of<Broadcasts>("broadcasts", kBroadcastsNames);
  facts.missed_bytes = fields.count("missed_bytes");
  return facts;
}

void read_examples(const Fields& fields, AttemptsKind kind, Attempts& attempts) {
  fields.each_object("examples", kAttemptExamples, [&](const Fields& said) {
    AttemptExample example;
    example.initiator = said.address("initiator");
    example.responder = said.address("responder");
    example.first_port = read_port(said, "first_port");
    example.last_port = read_port(said, "last_port");
    const IpAddress& end = kind == AttemptsKind::scan ? example.responder : example.initiator;
    const bool in_order = attempts.examples.empty() || attempts.examples.rbegin()->first < end;
    fields.require(in_order && example.first_port <= example.last_port, "examples");
    attempts.examples.emplace(end, example);
  });
}

}  // namespace

std::string make_line(const ConversationLine& conversation) {
  const auto& [key, facts] = conversation;
  LineWriter line(LineType::conversation);
  line->member("initiator", to_string(key.initiator));
  line->member("responder", to_string(key.responder));
  line->member("protocol", key.protocol);
  line->member("kind", name(key.kind));
  line->member("port", key.port);
  line->member("application", name(key.application));
  put_applications(line.json(), "later_applications", facts.later_applications);
  line->member("name_state", name_of(key.name_state));
  line->member("name", key.name.view());
  put_traffic(line.json(), facts);
  line->member("answered", facts.answered);
  line->member("broadcasts", name_of(facts.broadcasts));
  line->member("missed_bytes", facts.missed_bytes);
  put_kinds(line.json(), facts.kinds);
  return line.finish();
}

Line read_conversation(const Fields& fields) {
  ConversationLine line;
  ConversationKey& key = line.key;
  key.initiator = fields.address("initiator");
  key.responder = fields.address("responder");
  key.protocol = read_protocol_number(fields);
  key.kind = read_conversation_kind(fields, key.protocol, "kind");
  key.port = read_port(fields);
  fields.require(key.port == 0 || has_ports(key.protocol), "port");
  key.application = read_application(fields);
  key.name_state = fields.one_of<NameState>("name_state", kNameStateNames);
  key.name = read_given_name(fields, key.name_state);

  ConversationFacts& facts = line.facts;
  facts = read_traffic(fields);
  facts.answered = fields.flag("answered");
  facts.kinds = read_kinds(fields);
  facts.later_applications = read_applications(fields, "later_applications");
  const bool right = !facts.later_applications.test(static_cast<std::size_t>(key.application)) &&
                     (is_identified(key.application) || facts.later_applications.none());
  fields.require(right, "later_applications");
  return line;
}

std::string make_line(const AttemptsLine& record) {
  const auto& [key, attempts] = record;
  const ConversationFacts& facts = attempts.facts;
  LineWriter line(LineType::attempts);
  line->member("kind", kAttemptsKindNames[static_cast<std::size_t>(key.kind)]);
  line->member("address", to_string(key.address));
  line->member("protocol", key.protocol);
  line->member("port", key.port);
  line->member("traffic", name(key.traffic));
  line->member("conversations", attempts.conversations);
  put_traffic(line.json(), facts);
  line->member("broadcasts", name_of(facts.broadcasts));
  line->member("missed_bytes", facts.missed_bytes);
  line->member("first_port", attempts.first_port);
  line->member("last_port", attempts.last_port);
  line->key("examples");
  line->begin_array();
  for (const auto& [end, example] : attempts.examples) {
    line->begin_object();
    line->member("initiator", to_string(example.initiator));
    line->member("responder", to_string(example.responder));
    line->member("first_port", example.first_port);
    line->member("last_port", example.last_port);
    line->end_object();
  }
  line->end_array();
  line->member("more_ends", attempts.more_ends);
  return line.finish();
}

Line read_attempts(const Fields& fields) {
  AttemptsLine line;
  AttemptsKey& key = line.key;
  key.kind = fields.one_of<AttemptsKind>("kind", kAttemptsKindNames);
  key.address = fields.address("address");
  key.protocol = read_protocol_number(fields);
  key.port = read_port(fields);
  fields.require(key.port == 0 || key.kind == AttemptsKind::flood, "port");
  key.traffic = read_conversation_kind(fields, key.protocol, "traffic");
  Attempts& attempts = line.attempts;
  attempts.conversations = fields.count("conversations");
  fields.require(attempts.conversations > 0, "conversations");
  ConversationFacts& facts = attempts.facts;
  facts = read_traffic(fields);
  attempts.first_port = read_port(fields, "first_port");
  attempts.last_port = read_port(fields, "last_port");
  fields.require(attempts.first_port <= attempts.last_port, "last_port");
  read_examples(fields, key.kind, attempts);
  fields.require(!attempts.examples.empty(), "examples");
  attempts.more_ends = fields.flag("more_ends");
  return line;
}

}  // namespace portproof::evidence_file
