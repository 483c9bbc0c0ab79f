#include "app/command/reading_hash.hpp"

#include <filesystem>
#include <utility>

namespace portproof {

ReadingHash::ReadingHash(const std::string& path) {
  std::error_code ignored;
  if (path != "-" && std::filesystem::is_regular_file(path, ignored)) of_file_ = InputHash::start(path);
}

std::unique_ptr<ByteSource> ReadingHash::watch(std::unique_ptr<ByteSource> bytes) {
  if (of_file_) return bytes;
  return std::make_unique<HashingByteSource>(std::move(bytes), of_stream_);
}

Expected<std::string> ReadingHash::finish() {
  return of_file_ ? of_file_->finish() : of_stream_.hex();
}

}  // namespace portproof
