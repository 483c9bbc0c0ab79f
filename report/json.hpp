// The report for programs: JSON, schema `portproof-report/1` (report/schema/portproof-report-1.json;
// docs/reference/report-json.md documents every key). One line per conversation, group and coverage row, so
// that two reports can be compared line by line. Pure ASCII: all text from the network is escaped.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "report/report.hpp"

namespace portproof {

inline constexpr std::string_view kReportSchema = "portproof-report/1";

// Writes to the stream; the caller checks the stream's state.
void write_json(const Report& report, std::string_view version, std::ostream& out);

// One conversation of the audit on one line, as in the report: for an event about it alone.
std::string conversation_line(const Audit& audit, const JudgedConversation& conversation);

}  // namespace portproof
