// Plain bytes in large blocks: what file readers read from. Files and standard input are byte sources, and so
// are decompressors (compressed.hpp), so every capture format can be read through every compression.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "capture/base/error.hpp"

namespace portproof {

class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  // Reads at least one byte and at most `into.size()`; 0 at the end.
  virtual Expected<std::size_t> read(std::span<std::uint8_t> into) = 0;
};

// A regular file, a pipe, or standard input for "-". A directory is an error of kind input_missing, a
// character device one of kind bad_data.
Expected<std::unique_ptr<ByteSource>> open_bytes(const std::string& path);

// Bytes in memory, for tests. The bytes must outlive the source.
std::unique_ptr<ByteSource> bytes_in_memory(std::span<const std::uint8_t> bytes);

// A sliding window over a byte source: `ensure(n)` makes n contiguous bytes visible. Holds one buffer that
// grows to the largest n requested, rounded up; never more than `kLargest` and a page.
//
// Files are read, not mapped: copying a block that stays in the processor's cache is faster than the page
// faults of a mapping, and a file that shrinks while it is read simply ends. The unread rest of a block is
// moved to directly before the next one, so that reads are page-aligned both in the file and in memory.
class ByteWindow {
 public:
  static constexpr std::size_t kBlock = std::size_t{256} << 10;   // the most that one read asks for
  static constexpr std::size_t kLargest = std::size_t{64} << 20;  // no record of any format may need more

  explicit ByteWindow(std::unique_ptr<ByteSource> source);

  // Makes `count` bytes visible if the source has that many. False: fewer are left (see `visible`), or
  // reading failed (see `error`). Invalidates earlier views only when it has to move or read.
  bool ensure(std::size_t count);

  // Are `count` bytes visible now, without reading?
  [[nodiscard]] bool holds(std::size_t count) const { return end_ - begin_ >= count; }

  [[nodiscard]] std::span<const std::uint8_t> visible() const { return {bytes() + begin_, end_ - begin_}; }
  void consume(std::size_t count) { begin_ += count; }

  [[nodiscard]] std::uint64_t consumed() const;                       // bytes consumed since the start
  [[nodiscard]] std::uint64_t received() const { return received_; }  // bytes read from the source
  [[nodiscard]] const Error* error() const { return failed_ ? &error_ : nullptr; }

 private:
  static constexpr std::size_t kPage = 4096;
  struct alignas(kPage) Page {
    std::array<std::uint8_t, kPage> bytes;
  };

  [[nodiscard]] std::uint8_t* bytes() const { return reinterpret_cast<std::uint8_t*>(buffer_.get()); }
  void make_room(std::size_t count);

  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<Page[]> buffer_;
  std::size_t capacity_{0};
  std::size_t begin_{0};
  std::size_t end_{0};
  std::uint64_t received_{0};
  bool at_end_{false};
  bool failed_{false};
  Error error_;
};

}  // namespace portproof
