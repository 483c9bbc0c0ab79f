// Compressed inputs, recognised by their first bytes, never by their name. Each compression is a byte source
// over a byte source, so every capture format can be read through every compression, also from a pipe.
//
// A cut stream yields everything that can be uncompressed before the cut, and only then its error; so does a
// damaged one. Nothing is guessed or resynchronised: nothing after the damage is read. Consecutive members
// (gzip), frames (zstd, lz4) and streams (xz, bzip2) form one content, as in the tools themselves. Zero bytes
// after the last one are padding; anything else there is an error.
//
// A capture that was compressed twice is not opened. ExpansionLimits bounds how much an input may expand to,
// kDecoderMemory how much memory it may need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/error.hpp"
#include "capture/source/byte_source.hpp"

namespace portproof {

enum class Compression : std::uint8_t { gzip, zstd, xz, bzip2, lz4 };

std::string_view name(Compression compression);

// Bytes needed to recognise a compression.
inline constexpr std::size_t kCompressionMagic = 10;
std::optional<Compression> compression_of(std::span<const std::uint8_t> first_bytes);

// The longest look-back that a stream may require; `zstd -19` and `xz -9` need a fraction of it. A stream
// that needs more is refused before it is read.
inline constexpr std::uint64_t kDecoderMemory = std::uint64_t{128} << 20;

// How much one input may expand to before it is treated as a decompression bomb: bytes that have come out,
// compared with bytes of the file that have gone in. Captures expand to 3 to 30 times their compressed size.
struct ExpansionLimits {
  std::uint64_t ratio{250};                      // checked once more than `free` bytes came out
  std::uint64_t free{std::uint64_t{64} << 20};   // anything smaller is never a bomb
  std::uint64_t in_all{std::uint64_t{1} << 40};  // for one input, whatever its size
};

// Counts the bytes that come out of one stage of reading an input (a decoder, the members of an archive) and
// compares them with the bytes of the file that went in.
class Expansion {
 public:
  // `taken` is the number of bytes of the file read so far; it must outlive this object.
  Expansion(const ExpansionLimits& limits, const std::uint64_t& taken) : limits_(limits), taken_(taken) {}

  // Error of kind bad_data if a limit is exceeded.
  Expected<void> gave(std::size_t bytes, const std::string& path);

 private:
  ExpansionLimits limits_;
  const std::uint64_t& taken_;
  std::uint64_t given_{0};
};

// Adds what is read from the source to `taken`, which must outlive it.
std::unique_ptr<ByteSource> going_in(std::unique_ptr<ByteSource> source, std::uint64_t& taken);
// Counts what is read from a source as coming out, and ends it with an error when that is too much.
// `expansion` must outlive it.
std::unique_ptr<ByteSource> coming_out(std::unique_ptr<ByteSource> source, Expansion& expansion,
                                       std::string path);

// Yields `first`, then the rest of the source.
std::unique_ptr<ByteSource> put_back(std::vector<std::uint8_t> first, std::unique_ptr<ByteSource> rest);

// The first `count` bytes, or as many as there are.
Expected<std::vector<std::uint8_t>> take_first(ByteSource& source, std::size_t count);

// The content of a stream with that compression, with no limit except kDecoderMemory. `path` is for messages.
std::unique_ptr<ByteSource> decoder_of(Compression compression, std::unique_ptr<ByteSource> compressed,
                                       std::string path);

// The content of `bytes`, within the limits, if they are compressed; otherwise the bytes themselves.
Expected<std::unique_ptr<ByteSource>> uncompressed(std::unique_ptr<ByteSource> bytes, const std::string& path,
                                                   const ExpansionLimits& limits = {});

}  // namespace portproof
