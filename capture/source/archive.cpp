#include "capture/source/archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "capture/source/internal/zip_end.hpp"

namespace portproof {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kTarChecksumAt = 148;
constexpr std::size_t kTarChecksumSize = 8;

bool begins_with(std::span<const std::uint8_t> bytes, std::string_view signature) {
  return bytes.size() >= signature.size() &&
         std::equal(signature.begin(), signature.end(), bytes.begin(), [](char expected, std::uint8_t byte) {
           return static_cast<std::uint8_t>(expected) == byte;
         });
}

// The octal number in a tar header's checksum field.
std::optional<std::uint64_t> tar_checksum(std::span<const std::uint8_t> header) {
  std::uint64_t value = 0;
  bool any = false;
  for (const std::uint8_t byte : header.subspan(kTarChecksumAt, kTarChecksumSize)) {
    if (byte == ' ' && !any) continue;
    if (byte < '0' || byte > '7') break;
    value = value * 8 + (byte - std::uint64_t{'0'});
    any = true;
  }
  return any ? std::optional(value) : std::nullopt;
}

// Recognised by its checksum, which old tars have too; they lack the mark "ustar". An empty archive is all
// zeros.
bool is_tar(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kArchiveMagic) return false;
  const auto header = bytes.first(kArchiveMagic);
  std::uint64_t sum = 0;
  bool all_zero = true;
  for (std::size_t at = 0; at < header.size(); ++at) {
    const bool in_checksum = at >= kTarChecksumAt && at < kTarChecksumAt + kTarChecksumSize;
    sum += in_checksum ? std::uint64_t{' '} : header[at];
    all_zero = all_zero && header[at] == 0;
  }
  return all_zero || tar_checksum(header) == sum;
}

std::string name_of(archive_entry* entry, std::uint64_t number) {
  const char* known = archive_entry_pathname_utf8(entry);
  if (known == nullptr) known = archive_entry_pathname(entry);
  std::string name = known != nullptr ? known : fmt::format("member {}", number);
  if (name.size() > Archive::kLongestName) name = name.substr(0, Archive::kLongestName) + "...";
  return name;
}

}  // namespace

std::string_view name(ArchiveFormat format) {
  return format == ArchiveFormat::tar ? "tar"sv : "ZIP"sv;
}

std::optional<ArchiveFormat> archive_format_of(std::span<const std::uint8_t> first_bytes) {
  constexpr std::array kZip{"PK\x03\x04"sv, "PK\x05\x06"sv, "PK\x07\x08"sv, "PK00PK\x03\x04"sv};
  for (const std::string_view signature : kZip) {
    if (begins_with(first_bytes, signature)) return ArchiveFormat::zip;
  }
  return is_tar(first_bytes) ? std::optional(ArchiveFormat::tar) : std::nullopt;
}

// The current member's bytes.
class Archive::MemberBytes final : public ByteSource {
 public:
  MemberBytes(Archive& archive, std::string where)
      : archive_(archive), number_(archive.members_), where_(std::move(where)) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) override {
    if (number_ != archive_.members_) {
      return fail(ErrorKind::internal, "the archive has moved on to another member", where_);
    }
    return archive_.read_member(into, where_);
  }

 private:
  Archive& archive_;
  std::uint64_t number_;
  std::string where_;
};

Archive::Archive(std::unique_ptr<ByteSource> bytes, std::string path, ArchiveFormat format,
                 Expansion& expansion)
    : stream_(std::move(bytes)), path_(std::move(path)), format_(format), expansion_(expansion) {}

Expected<std::unique_ptr<Archive>> Archive::open(std::unique_ptr<ByteSource> bytes, std::string path,
                                                 ArchiveFormat format, Expansion& expansion) {
  std::unique_ptr<Archive> opened(new Archive(std::move(bytes), std::move(path), format, expansion));
  struct archive* const reader = opened->stream_.handle();
  if (format == ArchiveFormat::tar) {
    archive_read_support_format_tar(reader);
    archive_read_support_format_gnutar(reader);
    // Otherwise, everything after the first end mark would be skipped silently.
    archive_read_set_format_option(reader, "tar", "read_concatenated_archives", "1");
  } else {
    archive_read_support_format_zip_streamable(reader);
    opened->stream_.remember();
  }
  if (opened->stream_.open() != ARCHIVE_OK) return opened->fault();
  return opened;
}

Expected<std::size_t> Archive::read_member(std::span<std::uint8_t> into, const std::string& where) {
  const auto outcome = stream_.read_data(into);
  if (outcome < 0) {
    rest_is_costly_ = false;
    if (stream_.source_error()) return tl::unexpected(*stream_.source_error());
    return fail(ErrorKind::bad_data,
                fmt::format("is damaged in the {} archive ({}); everything before the damage was read",
                            name(format_), stream_.fault()),
                where);
  }
  const auto count = static_cast<std::size_t>(outcome);
  if (auto within = expansion_.gave(count, path_); !within) return tl::unexpected(std::move(within.error()));
  return count;
}

// A ZIP member that does not state its length ends where its content does, so libarchive has to uncompress it
// to find the next one. That output must count towards the limits too.
Expected<void> Archive::skip_rest() {
  if (!rest_is_costly_) return {};
  constexpr std::size_t kBlock = std::size_t{1} << 16;
  const auto block = std::make_unique_for_overwrite<std::uint8_t[]>(kBlock);
  for (;;) {
    const auto count = read_member({block.get(), kBlock}, path_);
    if (!count && rest_is_costly_) return tl::unexpected(count.error());  // too much came out
    if (!count || *count == 0) return {};
  }
}

tl::unexpected<Error> Archive::fault() const {
  if (stream_.source_error()) return tl::unexpected(*stream_.source_error());
  return fail(ErrorKind::bad_data,
              fmt::format("the {} archive ends early or is damaged near byte {} ({}): members after that "
                          "point were not read",
                          name(format_), stream_.used(), stream_.fault()),
              path_);
}

Expected<std::optional<Archive::Member>> Archive::next() {
  if (auto skipped = skip_rest(); !skipped) return tl::unexpected(std::move(skipped.error()));
  for (;;) {
    archive_entry* entry = nullptr;
    const int outcome = stream_.next_header(entry);
    if (outcome == ARCHIVE_EOF) {
      if (auto whole = check_end(); !whole) return tl::unexpected(std::move(whole.error()));
      return std::nullopt;
    }
    // Warnings concern names or attributes that cannot be read; none of them is needed.
    if (outcome < ARCHIVE_WARN) return fault();
    if (++members_ > kMostMembers) {
      return fail(
          ErrorKind::bad_data,
          fmt::format("the {} archive has more than {} members, the most that are read; unpack it and give "
                      "the folder instead",
                      name(format_), kMostMembers),
          path_);
    }
    const auto begin = static_cast<std::uint64_t>(archive_read_header_position(stream_.handle()));
    if (format_ == ArchiveFormat::zip && !has_zip_member_at(stream_, begin, members_ == 1)) {
      return foreign_bytes(begin);
    }
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) continue;
    Member member;
    member.name = name_of(entry, members_);
    rest_is_costly_ = format_ == ArchiveFormat::zip && archive_entry_size_is_set(entry) == 0;
    member.bytes = std::make_unique<MemberBytes>(*this, path_ + "!" + member.name);
    return member;
  }
}

// libarchive passes over bytes between the members of a ZIP archive, and over whatever comes after the first
// directory.
tl::unexpected<Error> Archive::foreign_bytes(std::uint64_t offset) const {
  return fail(
      ErrorKind::bad_data,
      fmt::format("the ZIP archive has bytes at {} that belong neither to a member nor to the directory "
                  "at its end; from there on nothing was read. Unpack it and give the folder instead",
                  offset),
      path_);
}

// A tar archive that was cut between two members looks complete to libarchive.
Expected<void> Archive::check_end() {
  if (format_ == ArchiveFormat::zip) {
    if (const auto foreign = foreign_behind_zip_members(stream_)) return foreign_bytes(*foreign);
  }
  if (!stream_.drain()) return tl::unexpected(*stream_.source_error());
  if (format_ == ArchiveFormat::tar && !stream_.ends_in_zeros()) {
    return fail(ErrorKind::bad_data,
                "the tar archive has no end mark: it was cut, and members after the cut may be missing",
                path_);
  }
  return {};
}

}  // namespace portproof
