// Compresses and archives in memory, with libarchive.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "capture/source/archive.hpp"
#include "capture/source/compressed.hpp"
#include "tests/support/bytes.hpp"

namespace portproof::test {

struct PackedFile {
  std::string name;
  Bytes content;
};

class ArchiveMaker {
 public:
  ArchiveMaker() : archive_(archive_write_new()) { archive_write_set_bytes_in_last_block(archive_, 1); }
  ArchiveMaker(const ArchiveMaker&) = delete;
  ArchiveMaker& operator=(const ArchiveMaker&) = delete;
  ~ArchiveMaker() { archive_write_free(archive_); }

  Bytes make(const std::vector<PackedFile>& files) {
    REQUIRE(archive_write_open(archive_, &bytes_, nullptr, &on_write, nullptr) == ARCHIVE_OK);
    for (const PackedFile& file : files) {
      archive_entry* entry = archive_entry_new();
      archive_entry_set_pathname(entry, file.name.c_str());
      archive_entry_set_size(entry, static_cast<la_int64_t>(file.content.size()));
      archive_entry_set_filetype(entry, AE_IFREG);
      archive_entry_set_perm(entry, 0644);
      REQUIRE(archive_write_header(archive_, entry) == ARCHIVE_OK);
      archive_entry_free(entry);
      archive_write_data(archive_, file.content.data(), file.content.size());
    }
    REQUIRE(archive_write_close(archive_) == ARCHIVE_OK);
    return bytes_;
  }

  archive* handle() { return archive_; }

 private:
  static la_ssize_t on_write(archive*, void* into, const void* data, std::size_t size) {
    const auto* const begin = static_cast<const std::uint8_t*>(data);
    auto& bytes = *static_cast<Bytes*>(into);
    bytes.insert(bytes.end(), begin, begin + size);
    return static_cast<la_ssize_t>(size);
  }

  archive* archive_;
  Bytes bytes_;
};

// The same bytes every time: libarchive would write the time of day into the gzip header.
inline Bytes compressed_with(Compression compression, const Bytes& content) {
  ArchiveMaker maker;
  REQUIRE(archive_write_add_filter_by_name(maker.handle(), std::string(name(compression)).c_str()) ==
          ARCHIVE_OK);
  if (compression == Compression::gzip) {
    REQUIRE(archive_write_set_filter_option(maker.handle(), "gzip", "timestamp", nullptr) == ARCHIVE_OK);
  }
  archive_write_set_format_raw(maker.handle());
  return maker.make({{"content", content}});
}

inline Bytes packed_with(ArchiveFormat format, const std::vector<PackedFile>& files) {
  ArchiveMaker maker;
  if (format == ArchiveFormat::tar) {
    archive_write_set_format_pax_restricted(maker.handle());
  } else {
    archive_write_set_format_zip(maker.handle());
  }
  return maker.make(files);
}

// Everything that a source yields, and the error that ended it.
struct ReadAll {
  Bytes content;
  std::optional<Error> error;
};

inline ReadAll read_all(ByteSource& source, std::size_t at_a_time = 4096) {
  ReadAll all;
  Bytes piece(at_a_time);
  for (;;) {
    const auto count = source.read(piece);
    if (!count) all.error = count.error();
    if (!count || *count == 0) return all;
    all.content.insert(all.content.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*count));
  }
}

}  // namespace portproof::test
