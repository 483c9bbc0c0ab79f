#include "capture/source/byte_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace portproof {
namespace {

// Unlike std::strerror, this does not use a buffer that all threads share.
std::string text_of(int code) {
  return std::generic_category().message(code);
}

ErrorKind kind_of(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
      return ErrorKind::input_missing;
    case EACCES:
    case EPERM:
      return ErrorKind::no_permission;
    default:
      return ErrorKind::io;
  }
}

class FileBytes final : public ByteSource {
 public:
  FileBytes(int descriptor, std::string path, bool owned)
      : descriptor_(descriptor), path_(std::move(path)), owned_(owned) {}
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  ~FileBytes() override {
    if (owned_) ::close(descriptor_);
  }

  Expected<std::size_t> read(std::span<std::uint8_t> into) override {
    for (;;) {
      const ssize_t count = ::read(descriptor_, into.data(), into.size());
      if (count >= 0) return passed(into.first(static_cast<std::size_t>(count)));
      if (errno == EINTR) continue;
      const int code = errno;
      return fail(ErrorKind::io, fmt::format("reading failed: {}", text_of(code)), path_);
    }
  }

 private:
  // A tar archive ends in zeros, and so may a compressed file. Nothing else has so many in a row, except a
  // pipe that repeats them endlessly, or a file of enormous size that takes no room on disk.
  static constexpr std::uint64_t kMostZeros = std::uint64_t{256} << 20U;

  Expected<std::size_t> passed(std::span<const std::uint8_t> bytes) {
    // All are zero if the first one is, and each equals the one before it.
    const bool all_zero = !bytes.empty() && bytes.front() == 0 &&
                          std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
    zeros_ = all_zero ? zeros_ + bytes.size() : 0;
    if (zeros_ <= kMostZeros) return bytes.size();
    return fail(ErrorKind::bad_data,
                "contains more than 256 MiB of nothing but zeros, and was not read further", path_);
  }

  int descriptor_;
  std::string path_;
  bool owned_;
  std::uint64_t zeros_{0};  // just read, in a row
};

class MemoryBytes final : public ByteSource {
 public:
  explicit MemoryBytes(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) override {
    const std::size_t count = std::min(into.size(), rest_.size());
    std::copy_n(rest_.begin(), count, into.begin());
    rest_ = rest_.subspan(count);
    return count;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

// A device (a terminal, /dev/zero) holds no capture, and has no end.
bool is_device(int descriptor) {
  struct stat facts {};
  return ::fstat(descriptor, &facts) == 0 && S_ISCHR(facts.st_mode);
}

tl::unexpected<Error> refuse_device(std::string path) {
  return fail(ErrorKind::bad_data, "is a device, not a file or a pipe", std::move(path));
}

}  // namespace

Expected<std::unique_ptr<ByteSource>> open_bytes(const std::string& path) {
  if (path == "-") {
    if (is_device(STDIN_FILENO)) return refuse_device("standard input");
    return std::make_unique<FileBytes>(STDIN_FILENO, "standard input", false);
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const int code = errno;
    return fail(kind_of(code), fmt::format("cannot be opened: {}", text_of(code)), path);
  }
  auto file = std::make_unique<FileBytes>(descriptor, path, true);
  struct stat facts {};
  if (::fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode)) {
    return fail(ErrorKind::input_missing, "is a directory, not a file", path);
  }
  if (is_device(descriptor)) return refuse_device(path);
  // Only a hint to read ahead further; pipes refuse it, which does not matter.
  (void)::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  return file;
}

std::unique_ptr<ByteSource> bytes_in_memory(std::span<const std::uint8_t> bytes) {
  return std::make_unique<MemoryBytes>(bytes);
}

ByteWindow::ByteWindow(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

bool ByteWindow::ensure(std::size_t count) {
  if (holds(count)) return true;
  if (count > kLargest || at_end_ || failed_) return false;
  make_room(count);
  while (!holds(count)) {
    auto got = source_->read({bytes() + end_, std::min(capacity_ - end_, kBlock)});
    if (!got) {
      failed_ = true;
      error_ = std::move(got.error());
      return false;
    }
    if (*got == 0) {
      at_end_ = true;
      return false;
    }
    end_ += *got;
    received_ += *got;
  }
  return true;
}

// Moves the visible bytes so that they end at a page boundary and `count` bytes fit from their new start.
void ByteWindow::make_room(std::size_t count) {
  const std::size_t left = end_ - begin_;
  const std::size_t front = (left + kPage - 1) / kPage * kPage;
  if (count + kPage > capacity_) {
    const std::size_t capacity = (count + kBlock - 1) / kBlock * kBlock + kPage;
    auto larger = std::make_unique_for_overwrite<Page[]>(capacity / kPage);
    std::copy_n(bytes() + begin_, left, reinterpret_cast<std::uint8_t*>(larger.get()) + front - left);
    buffer_ = std::move(larger);
    capacity_ = capacity;
  } else {
    std::memmove(bytes() + front - left, bytes() + begin_, left);
  }
  begin_ = front - left;
  end_ = front;
}

std::uint64_t ByteWindow::consumed() const {
  return received_ - (end_ - begin_);
}

}  // namespace portproof
