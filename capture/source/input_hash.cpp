#include "capture/source/input_hash.hpp"

#include <sys/stat.h>

#include <memory>
#include <stop_token>
#include <system_error>
#include <utility>

namespace portproof {
namespace {

Expected<std::string> hash_file(const std::stop_token& stop, const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode)) {
    return fail(ErrorKind::unavailable, "cannot be hashed while it is read: it is not a regular file", path);
  }
  auto source = open_bytes(path);
  if (!source) return tl::unexpected<Error>(std::move(source.error()));
  constexpr std::size_t kBlock = std::size_t{1} << 18U;
  const auto block = std::make_unique_for_overwrite<std::uint8_t[]>(kBlock);
  Sha256 hash;
  while (!stop.stop_requested()) {
    const auto count = (*source)->read({block.get(), kBlock});
    if (!count) return tl::unexpected<Error>(count.error());
    if (*count == 0) return hash.hex();
    hash.update({block.get(), *count});
  }
  return fail(ErrorKind::unavailable, "was not hashed completely: stopped", path);
}

}  // namespace

InputHash InputHash::start(const std::string& path) {
  InputHash hash;
  try {
    std::packaged_task<Expected<std::string>(std::stop_token)> task(
        [path](const std::stop_token& stop) { return hash_file(stop, path); });
    hash.result_ = task.get_future();
    hash.thread_ = std::jthread(std::move(task));
  } catch (const std::system_error&) {
    // No thread is available, so `finish` does the work itself.
    hash.result_ = std::async(std::launch::deferred, [path] { return hash_file(std::stop_token{}, path); });
  }
  return hash;
}

Expected<std::string> InputHash::finish() {
  return result_.get();
}

HashingByteSource::HashingByteSource(std::unique_ptr<ByteSource> source, Sha256& hash)
    : source_(std::move(source)), hash_(hash) {}

Expected<std::size_t> HashingByteSource::read(std::span<std::uint8_t> into) {
  auto count = source_->read(into);
  if (count) hash_.update(into.first(*count));
  return count;
}

}  // namespace portproof
