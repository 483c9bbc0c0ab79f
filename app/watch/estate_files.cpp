#include "app/watch/estate_files.hpp"

#include <filesystem>

#include "app/command/destination.hpp"

namespace portproof {

namespace fs = std::filesystem;

std::vector<std::string> folders_of_estate(const Arguments& arguments) {
  std::vector<std::string> folders;
  if (arguments.has("catalog")) folders.push_back(arguments.text("catalog"));
  for (const std::string& file : files_of_estate(arguments)) {
    folders.push_back(folder_of(file));
    std::error_code fault;
    if (!fs::is_symlink(fs::symlink_status(file, fault))) continue;
    const fs::path target = fs::canonical(file, fault);
    if (!fault) folders.push_back(folder_of(target.string()));
  }
  return folders;
}

Expected<std::unique_ptr<const Estate>> estate_of_files(const Arguments& arguments) {
  for (const std::string& file : files_of_estate(arguments)) {
    std::error_code ignored;
    const fs::file_status status = fs::status(file, ignored);
    if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status)) {
      return fail(ErrorKind::bad_data,
                  "is not a regular file; watch reads it again later, so it needs a file", file);
    }
  }
  return estate_of(arguments);
}

}  // namespace portproof
