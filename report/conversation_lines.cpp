#include "report/conversation_lines.hpp"

#include <fmt/format.h>

#include <iterator>

#include "report/documents.hpp"
#include "report/json_parts.hpp"
#include "report/report.hpp"

namespace portproof {
namespace {

// Names beyond the number kept for one service share one conversation, "other".
std::string connection_name(const ConversationKey& key) {
  if (key.name_state == NameState::given) return json_string(key.name.view());
  return key.name_state == NameState::other ? "\"other\"" : "null";
}

std::string kinds_of(HttpKinds kinds) {
  std::string out = "[";
  for (std::size_t kind = 0; kind < kHttpKindCount; ++kind) {
    if (!kinds.test(kind)) continue;
    fmt::format_to(std::back_inserter(out), "{}\"{}\"", out.size() > 1 ? "," : "", kHttpKindNames[kind]);
  }
  return out + "]";
}

std::string names_of(const ApplicationSet& applications) {
  std::string out = "[";
  for (std::size_t application = 0; application < application_names().size(); ++application) {
    if (!applications.test(application)) continue;
    fmt::format_to(std::back_inserter(out), "{}\"{}\"", out.size() > 1 ? "," : "",
                   application_names()[application]);
  }
  return out + "]";
}

}  // namespace

const std::string& ConversationLines::text_of(const Party& party) {
  const auto [entry, is_new] = parties_.try_emplace(&party);
  if (is_new) {
    JsonWriter json(entry->second);
    json.begin_object();
    json.member("address", to_string(party.address));
    json.member("host", text_or_null(party.host));
    json.member("names", party.names);
    json.member("roles", audit_.roles().ids(party.roles));
    if (party.names_omitted > 0) json.member("names_omitted", party.names_omitted);
    json.end_object();
  }
  return entry->second;
}

// The JSON members from `verdict` to `qualifiers`, without braces.
const std::string& ConversationLines::text_of(const Judgement& judgement, std::uint32_t judged_case) {
  const auto [entry, is_new] = judgements_.try_emplace(judged_case);
  if (is_new) {
    std::string object;
    JsonWriter json(object);
    json.begin_object();
    json.member("verdict", name(judgement.verdict));
    json.member("reason", reason_or_null(judgement.reason));
    json.key("rules");
    json.begin_array();
    for (const Rule* rule : judgement.rules) json.value(rule->id);
    json.end_array();
    json.member("documents", documents_of(judgement, *audit_.catalog));
    json.key("nearest_rule");
    if (judgement.nearest != nullptr) {
      json.value(judgement.nearest->id);
    } else {
      json.value(nullptr);
    }
    write_qualifiers(json, "qualifiers", judgement.qualifiers);
    json.end_object();
    entry->second = object.substr(1, object.size() - 2);
  }
  return entry->second;
}

std::string ConversationLines::line(const JudgedConversation& conversation) {
  const ConversationKey& key = conversation.key;
  const ConversationFacts& facts = conversation.facts;
  std::string out;
  const auto end = std::back_inserter(out);
  fmt::format_to(end, R"({{"initiator":{},"responder":{},"transport":"{}","port":{},"application":"{}",)",
                 text_of(conversation.initiator), text_of(conversation.responder), name(transport_of(key)),
                 key.port, name(key.application));
  if (facts.later_applications.any()) {
    fmt::format_to(end, R"("later_applications":{},)", names_of(facts.later_applications));
  }
  fmt::format_to(end, R"("application_basis":{},"application_kinds":{},"name":{},"name_state":"{}",{},)",
                 is_identified(key.application) ? "\"payload\"" : "null", kinds_of(facts.kinds),
                 connection_name(key), kNameStateNames[static_cast<std::size_t>(key.name_state)],
                 text_of(conversation.judgement, conversation.judged_case));
  fmt::format_to(end, R"("state":"{}","direction_basis":"{}","sessions":{},"flows":{},"packets":{},)",
                 name(facts.state), name(facts.basis), facts.sessions, facts.flows, facts.packets);
  fmt::format_to(end, R"("bytes":{},"missed_bytes":{},"first":"{}","last":"{}",)", facts.bytes,
                 facts.missed_bytes, to_string(facts.first), to_string(facts.last));
  if (facts.carries) out += R"("carries":true,)";
  fmt::format_to(end, R"("first_frame":{{"input":{},"number":{}}},"waiver":{}}})", facts.first_frame.input,
                 facts.first_frame.number,
                 conversation.waiver ? json_string(audit_.inventory->waivers[*conversation.waiver].id)
                                     : std::string{"null"});
  return out;
}

}  // namespace portproof
