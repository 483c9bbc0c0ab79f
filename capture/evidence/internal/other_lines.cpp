#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "capture/evidence/internal/evidence_line.hpp"
#include "capture/evidence/internal/evidence_values.hpp"

namespace portproof::evidence_file {

std::string make_line(const EdgePacket& packet) {
  LineWriter line(LineType::edge_packet);
  line->member("mark", fmt::format("{:012x}", packet.mark));
  line->member("time", packet.time.nanoseconds);
  line->member("input", packet.input);
  line->member("edge", kEdgeNames[static_cast<std::size_t>(packet.edge)]);
  return line.finish();
}

Line read_edge_packet(const Fields& fields) {
  EdgePacket packet;
  const std::string mark = fields.text("mark");
  const auto [end, error] = std::from_chars(mark.data(), mark.data() + mark.size(), packet.mark, 16);
  fields.require(mark.size() == 12 && error == std::errc{} && end == mark.data() + mark.size(), "mark");
  packet.time.nanoseconds = fields.nanoseconds("time");
  packet.input = read_number(fields, "input");
  packet.edge = fields.one_of<Edge>("edge", kEdgeNames);
  return packet;
}

std::string make_line(const NameLine& name) {
  LineWriter line(LineType::name);
  line->member("address", to_string(name.key.address));
  line->member("name", name.key.name);
  line->member("source", kNameSourceNames[static_cast<std::size_t>(name.key.source)]);
  if (name.key.server != IpAddress{}) line->member("server", to_string(name.key.server));
  line->member("first", name.interval.first.nanoseconds);
  line->member("until", name.interval.until.nanoseconds);
  return line.finish();
}

Line read_name(const Fields& fields) {
  NameLine line;
  line.key.address = fields.address("address");
  line.key.name = read_given_name(fields, NameState::given);
  line.key.source = fields.one_of<NameSource>("source", kNameSourceNames);
  const bool answered = line.key.source != NameSource::name_record && fields.has("server");
  if (answered) line.key.server = fields.address("server");
  line.interval.first.nanoseconds = fields.nanoseconds("first");
  line.interval.until.nanoseconds = fields.nanoseconds("until");
  fields.require(line.interval.first <= line.interval.until, "until");
  return line;
}

std::string make_line(const StationLine& station) {
  LineWriter line(LineType::station);
  line->member("address", to_string(station.address));
  line->member("mac", to_string(station.station.mac));
  line->member("vlans", station.station.vlans);
  line->member("first", station.span.first.nanoseconds);
  line->member("last", station.span.last.nanoseconds);
  return line.finish();
}

Line read_station(const Fields& fields) {
  StationLine line;
  line.address = fields.address("address");
  const auto mac = parse_mac_address(fields.text("mac"));
  fields.require(mac.has_value(), "mac");
  line.station.mac = mac.value_or(MacAddress{});
  line.station.vlans = read_vlans(fields);
  line.span.first.nanoseconds = fields.nanoseconds("first");
  line.span.last.nanoseconds = fields.nanoseconds("last");
  fields.require(line.span.first <= line.span.last, "last");
  return line;
}

std::string make_line(const ProtocolLine& protocol) {
  LineWriter line(LineType::protocol);
  line->member("protocol", protocol.protocol);
  line->member("packets", protocol.count.packets);
  line->member("bytes", protocol.count.bytes);
  line->key("hosts");
  line->begin_array();
  for (const IpAddress& host : protocol.count.hosts) line->value(to_string(host));
  line->end_array();
  line->member("more_hosts", protocol.count.more_hosts);
  return line.finish();
}

Line read_protocol(const Fields& fields) {
  ProtocolLine line;
  line.protocol = fields.text("protocol");
  ProtocolCount& count = line.count;
  count.packets = fields.count("packets");
  count.bytes = fields.count("bytes");
  fields.each_text("hosts", [&count](std::string_view word) {
    const auto host = parse_ip_address(word);
    const bool in_order = host && (count.hosts.empty() || count.hosts.back() < *host);
    if (!in_order || count.hosts.size() == ProtocolCount::kMostHosts) return false;
    count.hosts.push_back(*host);
    return true;
  });
  count.more_hosts = fields.flag("more_hosts");
  return line;
}

std::string make_line(const StrayErrorLine& error) {
  const auto& [key, facts] = error;
  LineWriter line(LineType::stray_error);
  line->member("sender", to_string(key.sender));
  line->member("receiver", to_string(key.receiver));
  line->member("protocol", key.protocol);
  put_end(line.json(), "quoted_source", key.quoted_source);
  put_end(line.json(), "quoted_destination", key.quoted_destination);
  line->member("quoted_protocol", key.quoted_protocol);
  line->member("quoted_kind", name(key.quoted_kind));
  line->member("packets", facts.packets);
  line->member("first", facts.first.nanoseconds);
  line->member("last", facts.last.nanoseconds);
  put_frame(line.json(), facts.first_frame);
  return line.finish();
}

Line read_stray_error(const Fields& fields) {
  StrayErrorLine line;
  StrayErrorKey& key = line.key;
  key.sender = fields.address("sender");
  key.receiver = fields.address("receiver");
  key.protocol = read_protocol_number(fields);
  fields.require(is_icmp(key.protocol), "protocol");
  key.quoted_source = read_end(fields.object("quoted_source"));
  key.quoted_destination = read_end(fields.object("quoted_destination"));
  key.quoted_protocol = read_protocol_number(fields, "quoted_protocol");
  key.quoted_kind = read_conversation_kind(fields, key.quoted_protocol, "quoted_kind");
  StrayErrorFacts& facts = line.facts;
  facts.packets = fields.count("packets");
  fields.require(facts.packets > 0, "packets");
  facts.first.nanoseconds = fields.nanoseconds("first");
  facts.last.nanoseconds = fields.nanoseconds("last");
  fields.require(facts.first <= facts.last, "last");
  facts.first_frame = read_frame(fields);
  return line;
}

std::string make_line(const LimitLine& limit) {
  LineWriter line(LineType::limit);
  line->member("limit", row_of(limit.limit).name);
  line->member("hits", limit.hits);
  return line.finish();
}

Line read_limit(const Fields& fields) {
  const auto limit = parse_limit(fields.text("limit"));
  fields.require(limit.has_value(), "limit");
  const std::uint64_t hits = fields.count("hits");
  fields.require(hits > 0, "hits");
  return LimitLine{limit.value_or(Limit{}), hits};
}

}  // namespace portproof::evidence_file
