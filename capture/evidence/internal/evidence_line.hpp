// One line of the file, written and read. The file of each kind of line has both: `make_line`
// (evidence_file_lines.hpp) and its reader below, which keep each other right.
#pragma once

#include <string>
#include <utility>

#include "capture/base/json_writer.hpp"
#include "capture/evidence/evidence_file_lines.hpp"
#include "capture/evidence/internal/evidence_fields.hpp"

namespace portproof::evidence_file {

// Writes an object that begins with the type of the line.
class LineWriter {
 public:
  explicit LineWriter(LineType type) {
    json_.begin_object();
    json_.member("type", kLineTypeNames[static_cast<std::size_t>(type)]);
  }

  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  JsonWriter* operator->() { return &json_; }
  JsonWriter& json() { return json_; }

  // Its text; nothing can be written after that.
  std::string finish() {
    json_.end_object();
    return std::move(text_);
  }

 private:
  std::string text_;
  JsonWriter json_{text_};
};

// Each reads a line of one kind. If a key is missing, or has a value that it cannot have, the fields say
// so, and the line means nothing.
Line read_head(const Fields& fields);
Line read_input(const Fields& fields);
Line read_conversation(const Fields& fields);
Line read_loose(const Fields& fields);
Line read_fragment(const Fields& fields);
Line read_edge_packet(const Fields& fields);
Line read_attempts(const Fields& fields);
Line read_name(const Fields& fields);
Line read_station(const Fields& fields);
Line read_protocol(const Fields& fields);
Line read_stray_error(const Fields& fields);
Line read_limit(const Fields& fields);

}  // namespace portproof::evidence_file
