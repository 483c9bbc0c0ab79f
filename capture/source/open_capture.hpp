// Opens a capture of any format and compression, recognised by its first bytes, never by its name. Archives
// hold several captures: captures.hpp opens them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "capture/base/error.hpp"
#include "capture/source/byte_source.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

// `path` is a file or "-" for standard input. Errors: input_missing, no_permission, and bad_data if the
// content is not a capture in a known format (an empty file is not).
Expected<std::unique_ptr<PacketSource>> open_capture(const std::string& path);

// The same over bytes that are already open; `path` is for messages and facts.
Expected<std::unique_ptr<PacketSource>> open_capture(std::unique_ptr<ByteSource> bytes,
                                                     const std::string& path);

// The same over bytes that are not compressed, or no longer.
Expected<std::unique_ptr<PacketSource>> open_plain_capture(std::unique_ptr<ByteSource> bytes,
                                                           const std::string& path);

// Do the first bytes, uncompressed, identify a readable capture format?
bool is_capture(std::span<const std::uint8_t> first_bytes);

// Do they identify a format that is known and not read: captures of other programs, archives and compressions
// that may hold captures? Opening one fails with a message that says what it is.
bool is_refused_format(std::span<const std::uint8_t> first_bytes);

}  // namespace portproof
