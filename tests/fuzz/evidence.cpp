// Evidence files: the bytes as they are, and the same lines under a correct last line. Chance alone would
// never find the SHA-256 that makes the lines acceptable.
#include <sstream>
#include <string>

#include "capture/evidence/evidence_file.hpp"
#include "capture/evidence/evidence_file_lines.hpp"
#include "tests/fuzz/run.hpp"

namespace portproof::fuzz {
namespace {

Expected<Evidence> read_text(const std::string& text) {
  std::istringstream in(text);
  return read_evidence(in, "x");
}

void check(const std::string& text) {
  const auto evidence = read_text(text);
  if (!evidence) {
    require(!evidence.error().where.empty(), "an error has a position");
    return;
  }
  std::ostringstream out;
  write_evidence(*evidence, out);
  require(out.str() == text, "what was read is written unchanged");
  const auto again = read_text(out.str());
  require(again.has_value() && *again == *evidence, "what was written reads back equal");
  Evidence none;
  none.settings = evidence->settings;
  const auto merged = merge(*evidence, none);
  require(merged.has_value(), "empty evidence merges with anything");
}

std::string with_last_line(std::string_view text) {
  evidence_file::LineHash hash;
  std::uint64_t lines = 1;
  std::string whole;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with(R"({"type":"end")")) break;
    hash.add_line(line);
    whole.append(line).push_back('\n');
    ++lines;
  }
  return whole + evidence_file::make_end_line(lines, hash.hex()) + "\n";
}

}  // namespace

void fuzz_one(std::span<const std::uint8_t> bytes) {
  const std::string text(bytes.begin(), bytes.end());
  check(text);
  check(with_last_line(text));
}

}  // namespace portproof::fuzz
