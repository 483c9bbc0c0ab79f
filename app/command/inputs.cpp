#include "app/command/inputs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>

#include "capture/source/captures.hpp"

namespace portproof {
namespace {

namespace fs = std::filesystem;

struct DatedCapture {
  Timestamp first;  // of its first frame; latest() for a capture without frames
  std::string path;
  friend auto operator<=>(const DatedCapture&, const DatedCapture&) = default;
};

// What a folder and its subfolders contain.
struct FolderContent {
  std::vector<std::string>
      files;  // regular ones, also by links; and links that lead nowhere, for their reader
  std::vector<std::string> linked;  // links to folders, which may lead in circles
  std::vector<std::string> others;  // pipes, devices, sockets
};

Expected<FolderContent> content_of(const std::string& folder) {
  FolderContent content;
  std::error_code fault;
  for (fs::recursive_directory_iterator entry(folder, fault), end; !fault && entry != end;
       entry.increment(fault)) {
    std::error_code ignored;
    const bool is_link = entry->is_symlink(ignored);
    if (entry->is_directory(ignored)) {
      if (is_link) content.linked.push_back(entry->path().string());
    } else if (entry->is_regular_file(ignored) || (is_link && !entry->exists(ignored))) {
      content.files.push_back(entry->path().string());
    } else {
      content.others.push_back(entry->path().string());
    }
  }
  if (fault) {
    const ErrorKind kind =
        fault == std::errc::permission_denied ? ErrorKind::no_permission : ErrorKind::input_missing;
    return fail(kind, fmt::format("cannot be listed: {}", fault.message()), folder);
  }
  return content;
}

Expected<void> add_folder(const std::string& folder, InputList& list) {
  auto content = content_of(folder);
  if (!content) return tl::unexpected(content.error());
  list.unfollowed.insert(list.unfollowed.end(), content->linked.begin(), content->linked.end());
  list.skipped.insert(list.skipped.end(), content->others.begin(), content->others.end());
  std::vector<DatedCapture> captures;
  for (const std::string& file : content->files) {
    const Glance glance = glance_at(file);
    if (glance.is_other) {
      list.skipped.push_back(file);
    } else {
      captures.push_back({glance.first, file});  // even if it is unreadable: it is an input with an error
    }
  }
  if (captures.empty()) return fail(ErrorKind::input_missing, "the folder holds no capture", folder);
  std::sort(captures.begin(), captures.end());
  for (DatedCapture& capture : captures) {
    list.found.insert(capture.path);
    list.paths.push_back(std::move(capture.path));
  }
  return {};
}

// "5 files are not captures and were skipped: a, b, c and 2 more." `more`: how many `paths` lacks.
std::string note(std::string_view one, std::string_view several, const std::vector<std::string>& paths,
                 std::uint64_t more = 0) {
  constexpr std::size_t kNamed = 5;
  const std::size_t named = std::min(paths.size(), kNamed);
  const std::uint64_t all = paths.size() + more;
  const std::string rest = all > named ? fmt::format(" and {} more", all - named) : "";
  return fmt::format("{} {}: {}{}.", all, all == 1 ? one : several,
                     fmt::join(paths.data(), paths.data() + named, ", "), rest);
}

}  // namespace

std::vector<std::string> notes_on(const InputList& inputs) {
  std::vector<std::string> notes;
  for (const Copy& copy : inputs.copies) notes.push_back(sentence(copy) + ".");
  if (!inputs.skipped.empty()) {
    notes.push_back(note("file is not a capture and was skipped", "files are not captures and were skipped",
                         inputs.skipped, inputs.skipped_more));
  }
  if (!inputs.unfollowed.empty()) {
    notes.push_back(
        note("link to a folder was not followed", "links to folders were not followed", inputs.unfollowed));
  }
  return notes;
}

Expected<InputList> list_inputs(const std::vector<std::string>& words) {
  if (words.empty())
    return fail(ErrorKind::usage, "no capture given; name files, folders, or '-' for standard input");
  InputList list;
  std::set<std::string> named;
  for (const std::string& word : words) {
    std::error_code ignored;
    if (word != "-" && fs::is_directory(word, ignored)) {
      if (const auto added = add_folder(word, list); !added) return tl::unexpected(added.error());
    } else {
      list.paths.push_back(word);
      named.insert(word);
    }
  }
  // A file that is named twice, or named and found in a folder, is read once.
  std::set<std::string> seen;
  std::vector<std::string> once;
  for (std::string& path : list.paths) {
    if (seen.insert(path == "-" ? path : fs::path(path).lexically_normal().string()).second) {
      once.push_back(std::move(path));
    }
  }
  list.copies = take_out_copies(once);
  list.paths = std::move(once);
  for (const std::string& word : named) list.found.erase(word);
  std::sort(list.skipped.begin(), list.skipped.end());
  std::sort(list.unfollowed.begin(), list.unfollowed.end());
  for (const std::string& path : list.paths) {
    std::error_code fault;
    const auto size = path == "-" ? 0 : fs::file_size(path, fault);
    if (!fault) list.bytes += size;
  }
  return list;
}

}  // namespace portproof
