// The corpus of one fuzz target: a folder with one file per seed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "tests/support/bytes.hpp"

namespace portproof::test {

inline constexpr std::size_t kLargestSeed = 8192;  // small inputs are tried more often

class Corpus {
 public:
  // Creates the folder if it does not exist.
  Corpus(const std::filesystem::path& folder, const char* target);

  // Throws an exception derived from std::exception if a seed is too large or cannot be written.
  void add(const std::string& name, const Bytes& bytes) const;
  void add(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace portproof::test
