#include "app/watch/report_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <vector>

#include "app/command/temporary_file.hpp"
#include "capture/base/ascii.hpp"
#include "report/format.hpp"

namespace portproof {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "report-";
constexpr std::string_view kTimePattern = "00000000T000000Z";  // 0 stands for a digit

bool is_time(std::string_view text) {
  return std::equal(
      text.begin(), text.end(), kTimePattern.begin(), kTimePattern.end(),
      [](char letter, char wanted) { return wanted == '0' ? is_digit(letter) : letter == wanted; });
}

std::string file_time(Timestamp at) {
  std::string text;
  for (const char letter : to_string(at)) {
    if (letter == '.') break;
    if (letter != '-' && letter != ':') text += letter;
  }
  return text + "Z";
}

// Any format, because a watch may be restarted with another one.
bool is_report_ending(std::string_view ending) {
  const auto formats = report_formats();
  return std::any_of(formats.begin(), formats.end(),
                     [ending](const ReportFormat& format) { return format.ending == ending; });
}

bool is_regular_and_own(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
}

}  // namespace

std::string to_string(const ReportName& name) {
  const std::string number = name.number == 1 ? "" : fmt::format("-{}", name.number);
  return fmt::format("{}{}{}{}", kPrefix, name.time, number, name.ending);
}

std::optional<ReportName> report_name_of(std::string_view file) {
  if (!file.starts_with(kPrefix)) return {};
  ReportName name;
  name.ending = file.substr(std::min(file.find('.'), file.size()));
  if (!is_report_ending(name.ending)) return {};
  std::string_view rest = file.substr(kPrefix.size(), file.size() - kPrefix.size() - name.ending.size());
  name.time = rest.substr(0, kTimePattern.size());
  if (!is_time(name.time)) return {};
  rest.remove_prefix(name.time.size());
  if (rest.empty()) return name;
  const auto read = std::from_chars(rest.data() + 1, rest.data() + rest.size(), name.number);
  // Only as this program writes it: no sign, no leading zero, no number for the first.
  if (read.ec != std::errc{} || name.number < 2 || to_string(name) != file) return {};
  return name;
}

ReportName new_report_name(const std::string& folder, Timestamp at, const std::string& ending) {
  ReportName name{file_time(at), 1, ending};
  std::error_code ignored;
  while (fs::exists(fs::path(folder) / to_string(name), ignored)) ++name.number;
  return name;
}

void thin_reports(const std::string& folder, std::size_t keep, const ReportName& newest) {
  if (keep == 0) return;
  std::vector<ReportName> others;
  std::error_code fault;
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end; entry.increment(fault)) {
    auto name = report_name_of(entry->path().filename().string());
    if (name && *name != newest) others.push_back(std::move(*name));
  }
  std::sort(others.begin(), others.end());
  const std::size_t kept = keep - 1;
  for (std::size_t index = 0; index + kept < others.size(); ++index) {
    fs::remove(fs::path(folder) / to_string(others[index]), fault);
  }
}

void remove_leavings(const std::string& folder, const std::function<bool(std::string_view)>& is_ours) {
  std::error_code fault;
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end; entry.increment(fault)) {
    const std::string name = entry->path().filename().string();
    const auto whole = name_of_temporary(name);
    if (!whole || !is_ours(*whole) || !is_regular_and_own(entry->path())) continue;
    std::error_code ignored;
    fs::remove(entry->path(), ignored);
  }
}

}  // namespace portproof
