// The files that a watch keeps in its folders: what its reports are called, which of them go when there are
// too many, and what a run that was killed has left. It touches no file but its own.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "capture/base/timestamp.hpp"

namespace portproof {

// "report-20261121T170000Z.json", and "report-20261121T170000Z-2.json" for a second one of that second.
struct ReportName {
  std::string time;  // "20261121T170000Z", which sorts as it goes on
  unsigned number{1};
  std::string ending;  // of a report format (report/format.hpp)
  friend auto operator<=>(const ReportName&, const ReportName&) = default;
};
std::string to_string(const ReportName& name);

// Of a file's name without its folder. Nothing where a watch calls no report so.
std::optional<ReportName> report_name_of(std::string_view file);

// One that is not there yet, in this folder.
ReportName new_report_name(const std::string& folder, Timestamp at, const std::string& ending);

// Removes all but the newest `keep` reports, by the times in their names; 0 keeps all. `newest` stays
// whatever its time: the system's clock may have been set back.
void thin_reports(const std::string& folder, std::size_t keep, const ReportName& newest);

// Removes the temporaries (app/command/temporary_file.hpp) of files that `is_ours` says yes to: regular files
// of this user, left by a run that was killed while it wrote. `is_ours` gets the name that the file was to
// have.
void remove_leavings(const std::string& folder, const std::function<bool(std::string_view)>& is_ours);

}  // namespace portproof
