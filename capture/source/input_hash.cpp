#include "capture/source/input_hash.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <array>
#include <new>
#include <stop_token>
#include <system_error>
#include <utility>

namespace portproof {
namespace {

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

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

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

// The EVP calls for SHA-256 fail only if memory runs out.
Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) {
    throw std::bad_alloc();
  }
}

void Sha256::update(std::span<const std::uint8_t> bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) throw std::bad_alloc();
}

std::string Sha256::hex() const {
  const Context copy(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (copy == nullptr || EVP_MD_CTX_copy_ex(copy.get(), context_.get()) != 1 ||
      EVP_DigestFinal_ex(copy.get(), digest.data(), &size) != 1) {
    throw std::bad_alloc();
  }
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + size, ""));
}

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
