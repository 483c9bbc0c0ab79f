// libarchive over a byte source: what bzip2 and lz4 (compressed_libarchive.cpp) and archives (archive.cpp)
// share. For them alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

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

  // Formats and filters are to be switched on before.
  [[nodiscard]] archive* handle() const { return archive_; }
  // libarchive's status.
  int open();

  // Goes on to the next member; libarchive's status.
  int next_header(archive_entry*& entry);
  // Bytes of the member; 0 at its end, libarchive's status where there is a fault. Unlike archive_read_data
  // it hands out what came before a fault.
  std::ptrdiff_t read_data(std::span<std::uint8_t> into);

  // Bytes that libarchive was given, and those of them that it made use of.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] std::uint64_t used() const;

  // Are there bytes that libarchive made no use of and that are not zero?
  [[nodiscard]] bool has_foreign_rest();
  // Reads the source to its end. False where that failed.
  bool drain();

  // The last 512 bytes of the source so far are zero: how a tar archive ends.
  [[nodiscard]] bool ends_in_zeros() const { return trailing_zeros_ >= kTarBlock; }

  // The source's own error, where reading it is what failed.
  [[nodiscard]] const std::optional<Error>& source_error() const { return error_; }
  // What libarchive says of the last fault.
  [[nodiscard]] std::string fault() const;

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 18;
  static constexpr std::size_t kTarBlock = 512;
  static std::ptrdiff_t on_read(archive* reader, void* self, const void** block);

  std::size_t fill();
  int next_block();

  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<std::uint8_t[]> block_;
  std::size_t size_{0};  // of what stands in `block_`
  std::uint64_t received_{0};
  std::size_t trailing_zeros_{0};
  std::optional<Error> error_;
  archive* archive_;
  // Of the member: what libarchive gave and was not handed out, zeros that a sparse file leaves out before
  // it, and a fault that comes behind it.
  std::span<const std::uint8_t> data_;
  std::uint64_t hole_{0};
  std::uint64_t position_{0};
  int fault_behind_{0};
};

}  // namespace portproof
