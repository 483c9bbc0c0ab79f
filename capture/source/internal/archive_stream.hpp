// libarchive over a byte source: shared by bzip2 and lz4 (compressed_libarchive.cpp) and by archives
// (archive.cpp), and used by nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "capture/source/byte_source.hpp"

struct archive;  // libarchive's
struct archive_entry;

namespace portproof {

class ArchiveStream {
 public:
  explicit ArchiveStream(std::unique_ptr<ByteSource> source);
  ArchiveStream(const ArchiveStream&) = delete;
  ArchiveStream& operator=(const ArchiveStream&) = delete;
  ~ArchiveStream();

  // Enable formats and filters before `open`.
  [[nodiscard]] archive* handle() const { return archive_; }
  // Returns libarchive's status.
  int open();

  // Moves on to the next member; returns libarchive's status.
  int next_header(archive_entry*& entry);
  // Bytes of the member; 0 at its end, libarchive's status if there is a fault. Unlike archive_read_data, it
  // delivers the bytes before a fault.
  std::ptrdiff_t read_data(std::span<std::uint8_t> into);

  // Bytes that libarchive was given, and how many of them it used.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] std::uint64_t used() const;

  // From now on, keeps the last bytes received: at least as many as libarchive reads ahead.
  void remember() { remembers_ = true; }
  // Those of them from `offset` on, counted from the beginning of the source. Empty if they are not kept any
  // more, or not received yet.
  [[nodiscard]] std::span<const std::uint8_t> kept_from(std::uint64_t offset) const;
  // Receives some more, past libarchive, which must not be used after that. False at the end of the source.
  bool receive() { return fill() > 0; }

  // Are there bytes that libarchive did not use and that are not zero?
  [[nodiscard]] bool has_foreign_rest();
  // Reads the source to its end. False if that failed.
  bool drain();

  // Are the last 512 bytes of the source so far zero? That is how a tar archive ends.
  [[nodiscard]] bool ends_in_zeros() const { return trailing_zeros_ >= kTarBlock; }

  // The source's own error, if reading the source is what failed.
  [[nodiscard]] const std::optional<Error>& source_error() const { return error_; }
  // libarchive's description of the last fault.
  [[nodiscard]] std::string fault() const;

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 18;
  static constexpr std::size_t kTarBlock = 512;
  static std::ptrdiff_t on_read(archive* reader, void* self, const void** block);

  std::size_t fill();
  void keep(std::span<const std::uint8_t> bytes);
  int next_block();

  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<std::uint8_t[]> block_;
  std::size_t size_{0};  // bytes in `block_`
  std::uint64_t received_{0};
  std::size_t trailing_zeros_{0};
  bool remembers_{false};
  std::vector<std::uint8_t> kept_;  // the last bytes received
  std::optional<Error> error_;
  archive* archive_;
  // For the current member: bytes that libarchive returned and that were not delivered yet, zeros that a
  // sparse file omits before them, and a fault that comes after them.
  std::span<const std::uint8_t> data_;
  std::uint64_t hole_{0};
  std::uint64_t position_{0};
  int later_fault_{0};
};

}  // namespace portproof
