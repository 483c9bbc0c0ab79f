// tar and ZIP archives, also from a pipe. Members come one after the other; read each before asking for the
// next. Nothing is ever written to disk.
//
// A damaged archive yields everything before the damage, and then its error. The error belongs to the
// archive, because later members may be missing. If only one member is damaged, the error belongs to that
// member's bytes. A ZIP archive is read from the front, so it also yields members that its directory at the
// end no longer lists; bytes that belong to no member, and anything behind that directory but zeros, are an
// error. Concatenated tar archives (`cat`) count as one archive.
//
// An Expansion limits the bytes that come out, skipped members included; kMostMembers limits the number of
// members.
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

// Bytes needed to recognise an archive: the length of a tar header.
inline constexpr std::size_t kArchiveMagic = 512;

enum class ArchiveFormat : std::uint8_t { tar, zip };
std::string_view name(ArchiveFormat format);

// Takes uncompressed bytes. Nothing if they are not an archive.
std::optional<ArchiveFormat> archive_format_of(std::span<const std::uint8_t> first_bytes);

class Archive {
 public:
  static constexpr std::uint64_t kMostMembers = 100'000;
  // Longer member names are truncated.
  static constexpr std::size_t kLongestName = 1024;

  // `bytes` is the uncompressed archive; `path` is for messages; `expansion` must outlive the archive. Error:
  // bad_data.
  static Expected<std::unique_ptr<Archive>> open(std::unique_ptr<ByteSource> bytes, std::string path,
                                                 ArchiveFormat format, Expansion& expansion);

  struct Member {
    std::string name;
    std::unique_ptr<ByteSource> bytes;  // invalid once the next member is requested
  };
  // The next regular file in the archive; nothing at the end. An error is final.
  Expected<std::optional<Member>> next();

 private:
  class MemberBytes;
  Archive(std::unique_ptr<ByteSource> bytes, std::string path, ArchiveFormat format, Expansion& expansion);

  Expected<std::size_t> read_member(std::span<std::uint8_t> into, const std::string& where);
  Expected<void> skip_rest();
  tl::unexpected<Error> fault() const;
  tl::unexpected<Error> foreign_bytes(std::uint64_t offset) const;
  Expected<void> check_end();

  ArchiveStream stream_;
  std::string path_;
  ArchiveFormat format_;
  Expansion& expansion_;
  std::uint64_t members_{0};
  bool rest_is_costly_{false};  // skipping the rest of the member still means uncompressing it
};

}  // namespace portproof
