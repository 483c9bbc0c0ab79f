// What a ZIP archive has behind its members: a directory, which libarchive does not read in a stream, and
// nothing else.
#pragma once

#include <cstdint>
#include <optional>

#include "capture/source/internal/archive_stream.hpp"

namespace portproof {

// Does the header of a member begin at this offset of the archive? `is_first`: a mark of split archives may
// precede the first one. Before any other there may be the data descriptor of the member before it, which
// libarchive has not passed yet if it skipped that member. The stream has received the header, and keeps what
// it received.
bool has_zip_member_at(const ArchiveStream& stream, std::uint64_t offset, bool is_first);

// Reads on from where libarchive stopped, to the end. Returns the offset of the first byte that belongs
// neither to the directory nor to zeros behind it: further members, another archive, anything else that was
// appended. Nothing, too, if the directory is cut: it comes after the last member.
std::optional<std::uint64_t> foreign_behind_zip_members(ArchiveStream& stream);

}  // namespace portproof
