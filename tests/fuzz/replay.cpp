// The form in which a corpus is replayed: fuzz_TARGET FOLDER. Fails if there is nothing to replay, which
// would otherwise go unnoticed.
#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/run.hpp"

namespace portproof::fuzz {
namespace {

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

int replay(const std::filesystem::path& folder) {
  const std::vector<std::filesystem::path> files = files_in(folder);
  for (const std::filesystem::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    bytes.shrink_to_fit();
    std::printf("%s\n", path.filename().c_str());
    std::fflush(stdout);  // if the process dies, the last name printed is its input
    fuzz_one(bytes);
  }
  std::printf("%zu inputs replayed\n", files.size());
  return files.empty() ? 1 : 0;
}

}  // namespace
}  // namespace portproof::fuzz

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 64;
  }
  try {
    return portproof::fuzz::replay(argv[1]);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 70;
  }
}
