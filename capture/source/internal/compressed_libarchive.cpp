// bzip2 and lz4, with libarchive: it delivers whole blocks, so a cut also loses what it had read ahead.
#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <cstddef>

#include "capture/source/internal/archive_stream.hpp"
#include "capture/source/internal/compressed_decoders.hpp"

namespace portproof {
namespace {

class LibarchiveDecoder final : public ByteSource {
 public:
  LibarchiveDecoder(Compression compression, std::unique_ptr<ByteSource> compressed, std::string path)
      : stream_(std::move(compressed)), compression_(compression), path_(std::move(path)) {
    archive_read_support_format_raw(stream_.handle());
    archive_read_support_format_empty(stream_.handle());
    if (compression == Compression::bzip2) {
      archive_read_support_filter_bzip2(stream_.handle());
    } else {
      archive_read_support_filter_lz4(stream_.handle());
    }
  }

  Expected<std::size_t> read(std::span<std::uint8_t> into) override {
    if (error_) return tl::unexpected(*error_);
    if (!opened_) open();
    if (at_end_) return std::size_t{0};
    const auto count = error_ ? -1 : stream_.read_data(into);
    if (count > 0) return static_cast<std::size_t>(count);
    if (count < 0) {
      note_fault();
    } else {
      at_end_ = true;
      if (stream_.has_foreign_rest()) note("ends before the file does; the rest was not read");
    }
    if (stream_.source_error()) error_ = *stream_.source_error();
    if (error_) return tl::unexpected(*error_);
    return std::size_t{0};
  }

 private:
  void open() {
    opened_ = true;
    archive_entry* entry = nullptr;
    if (stream_.open() != ARCHIVE_OK) {
      note_fault();
      return;
    }
    const int outcome = stream_.next_header(entry);
    // To libarchive, a stream without any bytes is an archive without members.
    if (outcome == ARCHIVE_EOF) at_end_ = true;
    if (outcome < ARCHIVE_WARN) note_fault();
    // If the stream's header is damaged, libarchive would deliver the bytes unchanged.
    const int filter = compression_ == Compression::bzip2 ? ARCHIVE_FILTER_BZIP2 : ARCHIVE_FILTER_LZ4;
    if (!error_ && archive_filter_code(stream_.handle(), 0) != filter) note("has a damaged header");
  }

  void note_fault() {
    if (error_) return;
    if (stream_.source_error()) {
      error_ = *stream_.source_error();
      return;
    }
    const std::string lost = compression_ == Compression::bzip2 ? "1 MiB" : "8 MiB";
    note(
        fmt::format("ends early or is damaged near byte {} ({}): nothing after that was read, and up to {} "
                    "before it may be missing",
                    stream_.received(), stream_.fault(), lost));
  }

  void note(std::string_view how) {
    error_ = Error{ErrorKind::bad_data, fmt::format("the {} stream {}", name(compression_), how), path_};
  }

  ArchiveStream stream_;
  Compression compression_;
  std::string path_;
  bool opened_{false};
  bool at_end_{false};
  std::optional<Error> error_;
};

}  // namespace

std::unique_ptr<ByteSource> libarchive_decoder(Compression compression,
                                               std::unique_ptr<ByteSource> compressed, std::string path) {
  return std::make_unique<LibarchiveDecoder>(compression, std::move(compressed), std::move(path));
}

}  // namespace portproof
