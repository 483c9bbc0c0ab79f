#include "app/watch/estate_files.hpp"

#include <filesystem>

#include "app/command/destination.hpp"

namespace portproof {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const Arguments& arguments) {
  std::vector<fs::path> files;
  if (arguments.has("inventory")) files.emplace_back(arguments.text("inventory"));
  if (!arguments.has("catalog")) return files;
  std::error_code fault;
  for (fs::directory_iterator entry(arguments.text("catalog"), fault), end; !fault && entry != end;
       entry.increment(fault)) {
    if (entry->path().extension() == ".toml") files.push_back(entry->path());
  }
  return files;
}

}  // namespace

std::vector<std::string> folders_of_estate(const Arguments& arguments) {
  std::vector<std::string> folders;
  if (arguments.has("catalog")) folders.push_back(arguments.text("catalog"));
  for (const fs::path& file : files_of(arguments)) {
    folders.push_back(folder_of(file.string()));
    std::error_code fault;
    if (!fs::is_symlink(fs::symlink_status(file, fault))) continue;
    const fs::path target = fs::canonical(file, fault);
    if (!fault) folders.push_back(target.parent_path().string());
  }
  return folders;
}

Expected<std::unique_ptr<const Estate>> estate_of_files(const Arguments& arguments) {
  for (const fs::path& file : files_of(arguments)) {
    std::error_code ignored;
    const fs::file_status status = fs::status(file, ignored);
    if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status)) {
      return fail(ErrorKind::bad_data,
                  "is not a regular file; watch reads it again later, so it needs a file", file.string());
    }
  }
  return estate_of(arguments);
}

}  // namespace portproof
