// The corpus of one fuzz target: a folder in which each seed is a file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "tests/support/bytes.hpp"

namespace portproof::test {

inline constexpr std::size_t kLargestSeed = 4096;  // small inputs are tried more often

class Corpus {
 public:
  // Makes the folder where there is none.
  Corpus(const std::filesystem::path& folder, const char* target);

  // Throws what derives from std::exception: for a seed that is too large, or cannot be written.
  void add(const std::string& name, const Bytes& bytes) const;
  void add(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace portproof::test
