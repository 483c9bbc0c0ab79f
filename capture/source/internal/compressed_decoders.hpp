// The decoders behind compressed.hpp, one per library, and what they share. Used by nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "capture/source/byte_source.hpp"
#include "capture/source/compressed.hpp"

namespace portproof {

// The compressed bytes, one block at a time.
class CompressedInput {
 public:
  explicit CompressedInput(std::unique_ptr<ByteSource> source);

  // Reads the next block once this one is used up. False: there are no more bytes, or reading failed (see
  // `error`).
  bool refill();

  [[nodiscard]] std::span<const std::uint8_t> rest() const { return {block_.get() + begin_, end_ - begin_}; }
  void use(std::size_t count) { begin_ += count; }
  // Skips zero bytes. False at the end of the input.
  bool skip_zeros();

  // Bytes of the stream used so far.
  [[nodiscard]] std::uint64_t position() const { return received_ - (end_ - begin_); }
  [[nodiscard]] bool at_end() const { return at_end_ && begin_ == end_; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 18;

  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<std::uint8_t[]> block_;
  std::size_t begin_{0};
  std::size_t end_{0};
  std::uint64_t received_{0};
  bool at_end_{false};
  std::optional<Error> error_;
};

// A decoder yields bytes until it ends or fails. A failure is final; bytes decoded before it are delivered
// first.
class Decoder : public ByteSource {
 public:
  Decoder(std::unique_ptr<ByteSource> compressed, Compression compression, std::string path)
      : input_(std::move(compressed)), compression_(compression), path_(std::move(path)) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) final;

 protected:
  // Fills as much of `into` as it can and returns the number of bytes. 0 without a noted error means the end.
  virtual std::size_t decode(std::span<std::uint8_t> into) = 0;

  // The ways in which a stream can end badly. Each notes an error, unless there is one already.
  void note_cut(std::string_view lost);
  void note_damage(std::string_view how);
  void note_foreign_end();
  void note_too_much_memory(std::string_view what);
  // The compressed bytes could not be read.
  void note_input_error() { note(*input_.error()); }

  [[nodiscard]] bool has_failed() const { return error_.has_value(); }

  CompressedInput input_;

 private:
  void note(Error error);
  void note_bad_data(std::string what);

  Compression compression_;
  std::string path_;
  std::optional<Error> error_;
};

std::unique_ptr<ByteSource> gzip_decoder(std::unique_ptr<ByteSource> compressed, std::string path);
std::unique_ptr<ByteSource> zstd_decoder(std::unique_ptr<ByteSource> compressed, std::string path);
std::unique_ptr<ByteSource> xz_decoder(std::unique_ptr<ByteSource> compressed, std::string path);
// bzip2 and lz4.
std::unique_ptr<ByteSource> libarchive_decoder(Compression compression,
                                               std::unique_ptr<ByteSource> compressed, std::string path);

}  // namespace portproof
