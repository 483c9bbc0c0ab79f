#include "capture/evidence/evidence_file.hpp"

#include <openssl/evp.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "capture/evidence/evidence_file_lines.hpp"

namespace portproof {
namespace evidence_file {
namespace {

using Json = nlohmann::ordered_json;

Json begin_line(LineType type) {
  return Json{{"type", kLineTypeNames[static_cast<std::size_t>(type)]}};
}

// Pure ASCII on one line. Bytes of a path that are no UTF-8 become U+FFFD: JSON cannot hold them.
std::string text_of(const Json& line) {
  return line.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Json time_or_null(const std::optional<Timestamp>& time) {
  return time ? Json(time->nanoseconds) : Json(nullptr);
}

template <std::size_t Size>
Json by_name(const std::array<std::string_view, Size>& names, const std::array<std::uint64_t, Size>& counts) {
  Json object = Json::object();
  for (std::size_t index = 0; index < Size; ++index) object[std::string{names[index]}] = counts[index];
  return object;
}

Json to_json(const Accounting& accounting) {
  return {{"frames", accounting.frames},
          {"decoded", accounting.decoded},
          {"in_flows", accounting.in_flows},
          {"rejected", by_name(kRejectReasonNames, accounting.rejected)},
          {"no_flow", by_name(kNoFlowReasonNames, accounting.no_flow)},
          {"flows_opened", accounting.flows_opened},
          {"flows_closed", by_name(kCloseReasonNames, accounting.flows_closed)}};
}

Json to_json(const Endpoint& end) {
  return {{"address", to_string(end.address)}, {"port", end.port}};
}

Json to_json(const SideFacts& side) {
  Json deeds = Json::array();
  for (const Deed& deed : kDeeds) {
    if (side.*deed.done) deeds.push_back(deed.name);
  }
  const StreamSpan& span = side.stream;
  const Json stream =
      span.known ? Json{{"first", span.first}, {"next", span.next}, {"acknowledged", span.acknowledged}}
                 : Json(nullptr);
  return {
      {"packets", side.packets},           {"bytes", side.bytes}, {"did", deeds}, {"examined", side.examined},
      {"missed_bytes", side.missed_bytes}, {"stream", stream}};
}

Json to_json(HttpKinds kinds) {
  Json names = Json::array();
  for (std::size_t kind = 0; kind < kHttpKindCount; ++kind) {
    if (kinds.test(kind)) names.push_back(kHttpKindNames[kind]);
  }
  return names;
}

std::string_view basis_name(DirectionBasis basis) {
  return kBasisNames[static_cast<std::size_t>(basis)];
}

std::string_view name_of(NameState state) {
  return kNameStateNames[static_cast<std::size_t>(state)];
}

// What conversations and records of attempts have in common, from the sessions to the basis.
void put_traffic(const ConversationFacts& facts, Json& json) {
  json["sessions"] = facts.sessions;
  json["flows"] = facts.flows;
  json["packets"] = facts.packets;
  json["bytes"] = facts.bytes;
  json["first"] = facts.first.nanoseconds;
  json["last"] = facts.last.nanoseconds;
  json["first_frame"] = {{"input", facts.first_frame.input}, {"number", facts.first_frame.number}};
  json["state"] = name(facts.state);
  json["basis"] = basis_name(facts.basis);
}

}  // namespace

std::string make_line(const HeadLine& head) {
  Json json = begin_line(LineType::evidence);
  json["schema"] = kEvidenceSchema;
  json["timeouts"] = {{"tcp", head.timeouts.tcp.nanoseconds},
                      {"tcp_closed", head.timeouts.tcp_closed.nanoseconds},
                      {"udp", head.timeouts.udp.nanoseconds},
                      {"others", head.timeouts.others.nanoseconds}};
  return text_of(json);
}

std::string make_line(const Input& input) {
  Json gaps = Json::object();
  for (const Gap& gap : kGaps) gaps[std::string{gap.name}] = input.gaps.*gap.count;
  Json json = begin_line(LineType::input);
  json["path"] = input.path;
  json["format"] = input.format;
  json["sha256"] = input.sha256;
  json["bytes"] = input.bytes;
  json["wire_bytes"] = input.wire_bytes;
  json["first"] = time_or_null(input.first);
  json["last"] = time_or_null(input.last);
  json["link_types"] = input.link_types;
  json["error"] = input.error;
  json["accounting"] = to_json(input.accounting);
  json["gaps"] = gaps;
  if (!input.filter.empty()) {
    json["filter"] = input.filter;
    json["filtered_out"] = input.filtered_out;
  }
  if (!input.kernel_filter.empty()) json["kernel_filter"] = input.kernel_filter;
  return text_of(json);
}

std::string make_line(const ConversationLine& conversation) {
  const auto& [key, facts] = conversation;
  Json json = begin_line(LineType::conversation);
  json["initiator"] = to_string(key.initiator);
  json["responder"] = to_string(key.responder);
  json["protocol"] = key.protocol;
  json["port"] = key.port;
  json["application"] = name(key.application);
  json["name_state"] = name_of(key.name_state);
  json["name"] = key.name.view();
  put_traffic(facts, json);
  json["answered"] = facts.answered;
  json["broadcast"] = facts.broadcast;
  json["missed_bytes"] = facts.missed_bytes;
  json["kinds"] = to_json(facts.kinds);
  return text_of(json);
}

std::string make_line(const LooseFlow& flow) {
  const FlowFacts& facts = flow.facts;
  Json json = begin_line(LineType::loose);
  json["low"] = to_json(flow.key.low);
  json["high"] = to_json(flow.key.high);
  json["protocol"] = flow.key.protocol;
  json["vlans"] = flow.key.vlans;
  json["first"] = facts.first.nanoseconds;
  json["last"] = facts.last.nanoseconds;
  json["first_frame"] = {{"input", facts.first_input}, {"number", facts.first_frame}};
  json["first_sender"] = kSideNames[index(facts.first_sender)];
  json["initiator"] = facts.initiator ? Json(kSideNames[index(*facts.initiator)]) : Json(nullptr);
  json["basis"] = basis_name(facts.basis);
  json["openings"] = facts.openings;
  json["broadcast"] = facts.broadcast;
  json["application"] = name(facts.application);
  json["name_state"] = name_of(facts.name_state);
  json["name"] = flow.name.view();
  json["kinds"] = to_json(facts.kinds);
  json["asked_port"] = facts.asked_port;
  json["tunnel"] = Json::array();
  for (const TunnelLayer& layer : facts.tunnels) json["tunnel"].push_back(to_string(layer));
  json["low_side"] = to_json(facts.side(Side::low));
  json["high_side"] = to_json(facts.side(Side::high));
  return text_of(json);
}

std::string make_line(const AttemptsLine& line) {
  const auto& [key, attempts] = line;
  const ConversationFacts& facts = attempts.facts;
  Json json = begin_line(LineType::attempts);
  json["kind"] = kAttemptsKindNames[static_cast<std::size_t>(key.kind)];
  json["address"] = to_string(key.address);
  json["protocol"] = key.protocol;
  json["port"] = key.port;
  json["conversations"] = attempts.conversations;
  put_traffic(facts, json);
  json["broadcast"] = facts.broadcast;
  json["missed_bytes"] = facts.missed_bytes;
  json["first_port"] = attempts.first_port;
  json["last_port"] = attempts.last_port;
  json["examples"] = Json::array();
  for (const auto& [end, example] : attempts.examples) {
    json["examples"].push_back({{"initiator", to_string(example.initiator)},
                                {"responder", to_string(example.responder)},
                                {"first_port", example.first_port},
                                {"last_port", example.last_port}});
  }
  json["more_ends"] = attempts.more_ends;
  return text_of(json);
}

std::string make_line(const NameLine& name) {
  Json json = begin_line(LineType::name);
  json["address"] = to_string(name.key.address);
  json["name"] = name.key.name;
  json["source"] = kNameSourceNames[static_cast<std::size_t>(name.key.source)];
  json["first"] = name.interval.first.nanoseconds;
  json["until"] = name.interval.until.nanoseconds;
  return text_of(json);
}

std::string make_line(const StationLine& station) {
  Json json = begin_line(LineType::station);
  json["address"] = to_string(station.address);
  json["mac"] = to_string(station.station.mac);
  json["vlans"] = station.station.vlans;
  json["first"] = station.span.first.nanoseconds;
  json["last"] = station.span.last.nanoseconds;
  return text_of(json);
}

std::string make_line(const ProtocolLine& protocol) {
  Json json = begin_line(LineType::protocol);
  json["protocol"] = protocol.protocol;
  json["packets"] = protocol.count.packets;
  json["bytes"] = protocol.count.bytes;
  return text_of(json);
}

std::string make_line(const LimitLine& limit) {
  Json json = begin_line(LineType::limit);
  json["limit"] = limit.limit;
  json["hits"] = limit.hits;
  return text_of(json);
}

std::string make_end_line(std::uint64_t lines, std::string_view sha256) {
  Json json = begin_line(LineType::end);
  json["lines"] = lines;
  json["sha256"] = sha256;
  return text_of(json);
}

LineHash::LineHash() : state_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(state_), EVP_sha256(), nullptr);
}

LineHash::~LineHash() {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(state_));
}

void LineHash::add_line(std::string_view line) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(state_), line.data(), line.size());
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(state_), "\n", 1);
}

std::string LineHash::hex() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(state_), digest.data(), &size);
  std::string text;
  for (unsigned int at = 0; at < size; ++at) {
    text += kDigits[digest[at] >> 4U];
    text += kDigits[digest[at] & 0x0fU];
  }
  return text;
}

}  // namespace evidence_file

void write_evidence(const Evidence& evidence, std::ostream& out) {
  using namespace evidence_file;
  LineHash hash;
  std::uint64_t lines = 0;
  const auto write = [&](const std::string& line) {
    hash.add_line(line);
    ++lines;
    out << line << '\n';
  };
  write(make_line(HeadLine{evidence.timeouts}));
  for (const Input& input : evidence.inputs) write(make_line(input));
  for (const auto& [key, facts] : evidence.conversations) write(make_line(ConversationLine{key, facts}));
  for (const LooseFlow& flow : evidence.loose) write(make_line(flow));
  for (const auto& [key, attempts] : evidence.attempts) write(make_line(AttemptsLine{key, attempts}));
  for (const auto& [key, intervals] : evidence.names) {
    for (const NameInterval& interval : intervals) write(make_line(NameLine{key, interval}));
  }
  for (const auto& [address, spans] : evidence.stations) {
    for (const auto& [station, span] : spans) write(make_line(StationLine{address, station, span}));
  }
  for (const auto& [protocol, count] : evidence.protocols) write(make_line(ProtocolLine{protocol, count}));
  for (const auto& [limit, hits] : evidence.limits_hit) write(make_line(LimitLine{limit, hits}));
  out << make_end_line(lines + 1, hash.hex()) << '\n';
}

}  // namespace portproof
