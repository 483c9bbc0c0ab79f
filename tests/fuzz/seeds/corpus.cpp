#include "tests/fuzz/seeds/corpus.hpp"

#include <fstream>
#include <stdexcept>

namespace portproof::test {

Corpus::Corpus(const std::filesystem::path& folder, const char* target) : folder_(folder / target) {
  std::filesystem::create_directories(folder_);
}

void Corpus::add(const std::string& name, const Bytes& bytes) const {
  if (bytes.size() > kLargestSeed) throw std::logic_error(name + " is too large for a seed");
  std::ofstream file(folder_ / name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw std::runtime_error((folder_ / name).string() + " cannot be written");
}

void Corpus::add(const std::string& name, std::string_view text) const {
  add(name, Bytes(text.begin(), text.end()));
}

}  // namespace portproof::test
