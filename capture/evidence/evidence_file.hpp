// Evidence on disk, `portproof-evidence/1`: one JSON object a line, sorted, the same evidence always the
// same bytes. docs/reference/evidence.md documents every line. The last line carries the number of lines and
// a SHA-256 over all before it, so that a file that was cut or altered is found out.
//
// Reading it is as careful as reading a capture: any bytes give evidence or one Error with file and line.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "capture/base/error.hpp"
#include "capture/evidence/evidence.hpp"

namespace portproof {

inline constexpr std::string_view kEvidenceSchema = "portproof-evidence/1";

// Writes to the stream; the caller checks the stream's state.
void write_evidence(const Evidence& evidence, std::ostream& out);

// `path` is for messages.
Expected<Evidence> read_evidence(std::istream& in, const std::string& path);

}  // namespace portproof
