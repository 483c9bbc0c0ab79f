// The files that a watch keeps in its folders: the names of its reports, which of them are removed when there
// are too many, and what a killed run has left. It touches only its own files.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "capture/base/timestamp.hpp"

namespace portproof {

// "report-20261121T170000Z.json", and "report-20261121T170000Z-2.json" for a second report of the same
// second.
struct ReportName {
  std::string time;  // "20261121T170000Z", which sorts by time
  unsigned number{1};
  std::string ending;  // of a report format (report/format.hpp)
  friend auto operator<=>(const ReportName&, const ReportName&) = default;
};
std::string to_string(const ReportName& name);

// The parts of a file's name, given without its folder; nothing if it is not the name of a report.
std::optional<ReportName> report_name_of(std::string_view file);

// A name that does not exist in this folder yet.
ReportName new_report_name(const std::string& folder, Timestamp at, const std::string& ending);

// Removes all but the newest `keep` reports, by the times in their names; 0 keeps all. `newest` stays
// whatever its time: the system's clock may have been set back.
void thin_reports(const std::string& folder, std::size_t keep, const ReportName& newest);

// Removes temporary files (app/command/temporary_file.hpp) that a killed run of this user has left. `is_ours`
// is asked about the name that the file was to get.
void remove_leavings(const std::string& folder, const std::function<bool(std::string_view)>& is_ours);

}  // namespace portproof
