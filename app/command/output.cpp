#include "app/command/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <ostream>
#include <streambuf>
#include <vector>

#include "app/command/destination.hpp"
#include "app/command/temporary_file.hpp"

namespace portproof {
namespace {

// A stream buffer over a file descriptor that remembers why writing failed.
class DescriptorBuffer final : public std::streambuf {
 public:
  explicit DescriptorBuffer(int descriptor) : descriptor_(descriptor), block_(kBlock) {
    setp(block_.data(), block_.data() + block_.size());
  }
  [[nodiscard]] int fault() const { return fault_; }

 protected:
  int_type overflow(int_type character) override {
    if (!drain()) return traits_type::eof();
    if (!traits_type::eq_int_type(character, traits_type::eof())) {
      *pptr() = traits_type::to_char_type(character);
      pbump(1);
    }
    return traits_type::not_eof(character);
  }
  int sync() override { return drain() ? 0 : -1; }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 16;

  bool drain() {
    const char* next = pbase();
    while (fault_ == 0 && next < pptr()) {
      const ssize_t written = ::write(descriptor_, next, static_cast<std::size_t>(pptr() - next));
      if (written > 0) {
        next += written;
      } else if (written < 0 && errno != EINTR) {
        fault_ = errno;
      }
    }
    setp(block_.data(), block_.data() + block_.size());
    return fault_ == 0;
  }

  int descriptor_;
  std::vector<char> block_;
  int fault_{0};
};

Error io_error(int fault, const std::string& where) {
  return Error{ErrorKind::io, fmt::format("writing failed: {}", std::strerror(fault)), where};
}

// The reason (errno) why writing failed; 0 if it did not.
int write_through(int descriptor, const std::function<void(std::ostream&)>& write) {
  DescriptorBuffer buffer(descriptor);
  std::ostream stream(&buffer);
  write(stream);
  stream.flush();
  return buffer.fault();
}

// Devices and pipes are written to as they are: renaming a file over them would replace them.
Expected<void> write_special(const std::string& path, const std::function<void(std::ostream&)>& write) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return fail(ErrorKind::cannot_create,
                fmt::format("cannot be opened for writing: {}", std::strerror(errno)), path);
  }
  const int fault = write_through(descriptor, write);
  ::close(descriptor);
  if (fault != 0) return tl::unexpected(io_error(fault, path));
  return {};
}

}  // namespace

Expected<int> write_standard_output(std::string_view text) {
  return write_output({}, [&](std::ostream& out) { out << text; }).map([] { return 0; });
}

Expected<void> write_output(const std::string& path, const std::function<void(std::ostream&)>& write) {
  const auto destination = destination_of(path);
  if (!destination) return tl::unexpected(destination.error());
  if (destination->kind == Destination::Kind::descriptor) {
    const int fault = write_through(destination->descriptor, write);
    if (fault == 0) return {};
    return tl::unexpected(io_error(fault, path.empty() || path == "-" ? "standard output" : path));
  }
  if (destination->kind == Destination::Kind::special) return write_special(destination->path, write);
  TemporaryFile file(destination->path);
  if (file.descriptor() < 0) {
    return fail(ErrorKind::cannot_create, fmt::format("cannot be created: {}", std::strerror(file.fault())),
                path);
  }
  if (const int fault = write_through(file.descriptor(), write); fault != 0) {
    return tl::unexpected(io_error(fault, path));
  }
  if (const int fault = file.keep(); fault != 0) {
    const ErrorKind kind = fault == ENOSPC || fault == EIO ? ErrorKind::io : ErrorKind::cannot_create;
    return fail(kind,
                fault == EISDIR ? std::string("is a folder; give a file name")
                                : fmt::format("cannot be replaced: {}", std::strerror(fault)),
                path);
  }
  return {};
}

bool is_terminal(std::FILE* stream) {
  return ::isatty(::fileno(stream)) == 1;
}

int terminal_width(std::FILE* stream) {
  constexpr int kDefault = 80;
  constexpr int kLeast = 40;
  int width = 0;
  winsize size{};
  if (is_terminal(stream) && ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0) width = size.ws_col;
  if (const char* columns = std::getenv("COLUMNS"); width == 0 && columns != nullptr) {
    std::from_chars(columns, columns + std::strlen(columns), width);
  }
  return width <= 0 ? kDefault : std::max(width, kLeast);
}

bool wants_color(std::FILE* stream) {
  const char* refusal = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return is_terminal(stream) && (refusal == nullptr || *refusal == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

}  // namespace portproof
