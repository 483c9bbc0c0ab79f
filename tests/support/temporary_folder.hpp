// A folder for the files of one test, removed with all that is in it.
#pragma once

#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>

namespace portproof::test {

class TemporaryFolder {
 public:
  TemporaryFolder() : path(made()) {}
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }

  // The path of a file in it, be it there or not.
  [[nodiscard]] std::string file(const std::string& name) const { return path + "/" + name; }

  // Returns the path of the file.
  std::string save(const std::string& name, std::span<const std::uint8_t> bytes) const {
    std::ofstream stream(file(name), std::ios::binary);
    stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return file(name);
  }

  const std::string path;  // no link leads to it

 private:
  static std::string made() {
    std::string name = (std::filesystem::temp_directory_path() / "portproof-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test");
    return std::filesystem::canonical(name).string();
  }
};

}  // namespace portproof::test
