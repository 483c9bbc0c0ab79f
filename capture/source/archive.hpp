// tar and ZIP archives, from a pipe as well: their members one after the other, each to be read before the
// next. Nothing is ever written to disk.
//
// A damaged archive gives what comes before the damage, and then its error: members behind it may be missing,
// and that is an error of the archive, not of a member. The bytes of a member fail where that member alone is
// damaged. A ZIP archive is read from its front, so members that its directory at the end no longer lists are
// read too; archives that were put behind one another (`cat`) are one archive if they are tar.
//
// An Expansion bounds what comes out, skipped members included, and kMostMembers how many there may be.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "capture/base/error.hpp"
#include "capture/source/byte_source.hpp"
#include "capture/source/compressed.hpp"
#include "capture/source/internal/archive_stream.hpp"

namespace portproof {

// How many bytes tell an archive: a tar header is that long.
inline constexpr std::size_t kArchiveMagic = 512;

enum class ArchiveFormat : std::uint8_t { tar, zip };
std::string_view name(ArchiveFormat format);

// Takes uncompressed bytes. Nothing for what is no archive.
std::optional<ArchiveFormat> archive_format_of(std::span<const std::uint8_t> first_bytes);

class Archive {
 public:
  static constexpr std::uint64_t kMostMembers = 100'000;
  // Longer member names are cut.
  static constexpr std::size_t kLongestName = 1024;

  // `bytes` are those of the archive, uncompressed; `path` is for messages; `expansion` must outlive the
  // archive. Error: bad_data.
  static Expected<std::unique_ptr<Archive>> open(std::unique_ptr<ByteSource> bytes, std::string path,
                                                 ArchiveFormat format, Expansion& expansion);

  struct Member {
    std::string name;
    std::unique_ptr<ByteSource> bytes;  // of no use once the next member was asked for
  };
  // The next regular file in the archive; nothing at the end. An error is final.
  Expected<std::optional<Member>> next();

 private:
  class MemberBytes;
  Archive(std::unique_ptr<ByteSource> bytes, std::string path, ArchiveFormat format, Expansion& expansion);

  Expected<std::size_t> read_member(std::span<std::uint8_t> into, const std::string& where);
  Expected<void> skip_rest();
  tl::unexpected<Error> fault() const;
  Expected<void> check_end();

  ArchiveStream stream_;
  std::string path_;
  ArchiveFormat format_;
  Expansion& expansion_;
  std::uint64_t members_{0};
  bool rest_is_costly_{false};  // what is not read of the member must be uncompressed all the same
};

}  // namespace portproof
