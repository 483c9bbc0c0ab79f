// The report for a person at a terminal: the result and its reasons, then what is flagged and why, then what
// the result is based on. All text from the network or from files is escaped (report/escape.hpp).
#pragma once

#include <iosfwd>
#include <string_view>

#include "report/report.hpp"

namespace portproof {

struct TextOptions {
  int width{80};
  bool color{false};
  bool unicode{true};           // false: ASCII only
  std::size_t max_groups{100};  // of each kind; the rest are only counted
};

// Writes to the stream; the caller checks the stream's state.
void write_text(const Report& report, std::string_view version, const TextOptions& options,
                std::ostream& out);

}  // namespace portproof
