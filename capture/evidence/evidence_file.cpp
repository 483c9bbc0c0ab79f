#include "capture/evidence/evidence_file.hpp"

#include <ostream>

#include "capture/evidence/evidence_file_lines.hpp"
#include "capture/evidence/internal/evidence_line.hpp"

namespace portproof {
namespace evidence_file {

std::string make_end_line(std::uint64_t lines, std::string_view sha256) {
  LineWriter line(LineType::end);
  line->member("lines", lines);
  line->member("sha256", sha256);
  return line.finish();
}

void LineHash::add_line(std::string_view line) {
  hash_.update(line);
  hash_.update("\n");
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
  write(make_line(HeadLine{evidence.settings}));
  for (const Input& input : evidence.inputs) write(make_line(input));
  for (const auto& [key, facts] : evidence.conversations) write(make_line(ConversationLine{key, facts}));
  for (const LooseFlow& flow : evidence.loose) write(make_line(flow));
  for (const EdgeFragment& fragment : evidence.fragments) write(make_line(fragment));
  for (const EdgePacket& packet : evidence.edge_packets) write(make_line(packet));
  for (const auto& [key, attempts] : evidence.attempts) write(make_line(AttemptsLine{key, attempts}));
  for (const auto& [key, intervals] : evidence.names) {
    for (const NameInterval& interval : intervals) write(make_line(NameLine{key, interval}));
  }
  for (const auto& [address, spans] : evidence.stations) {
    for (const auto& [station, span] : spans) write(make_line(StationLine{address, station, span}));
  }
  for (const auto& [protocol, count] : evidence.protocols) write(make_line(ProtocolLine{protocol, count}));
  for (const auto& [key, facts] : evidence.stray_errors.errors())
    write(make_line(StrayErrorLine{key, facts}));
  for (const LimitsHit::Hit& hit : evidence.limits_hit.all())
    write(make_line(LimitLine{hit.limit, hit.times}));
  out << make_end_line(lines + 1, hash.hex()) << '\n';
}

}  // namespace portproof
