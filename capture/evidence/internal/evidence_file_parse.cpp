#include "capture/evidence/evidence_file_lines.hpp"
#include "capture/evidence/internal/evidence_line.hpp"

namespace portproof::evidence_file {
namespace {

Line read_line(LineType type, const Fields& fields) {
  switch (type) {
    case LineType::evidence:
      return read_head(fields);
    case LineType::input:
      return read_input(fields);
    case LineType::conversation:
      return read_conversation(fields);
    case LineType::loose:
      return read_loose(fields);
    case LineType::fragment:
      return read_fragment(fields);
    case LineType::edge_packet:
      return read_edge_packet(fields);
    case LineType::attempts:
      return read_attempts(fields);
    case LineType::name:
      return read_name(fields);
    case LineType::station:
      return read_station(fields);
    case LineType::protocol:
      return read_protocol(fields);
    case LineType::stray_error:
      return read_stray_error(fields);
    case LineType::limit:
      return read_limit(fields);
    case LineType::end:
      break;
  }
  fields.require(false, "type");
  return HeadLine{};
}

}  // namespace

tl::expected<Line, std::string> parse_line(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return tl::unexpected<std::string>("this is not a JSON object");
  std::string fault;
  const Fields fields(json, fault);
  const auto type = fields.one_of<LineType>("type", kLineTypeNames);
  if (fault.empty()) {
    Line line = read_line(type, fields);
    if (fault.empty()) return line;
  }
  return tl::unexpected<std::string>(fault);
}

}  // namespace portproof::evidence_file
