// The decoders behind compressed.hpp, one a library, and what they have in common. For them alone.
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

// The compressed bytes, a block at a time.
class CompressedInput {
 public:
  explicit CompressedInput(std::unique_ptr<ByteSource> source);

  // Reads the next block where all of this one was used. False: there are no more bytes, or reading failed
  // (see `error`).
  bool refill();

  [[nodiscard]] std::span<const std::uint8_t> rest() const { return {block_.get() + begin_, end_ - begin_}; }
  void use(std::size_t count) { begin_ += count; }
  // Uses up zero bytes up to the next other one. False at the end of the input.
  bool skip_zeros();

  // Bytes of the stream that were used.
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

// A decoder gives bytes until it ends or fails; a failure is final, and bytes that came with it go first.
class Decoder : public ByteSource {
 public:
  Decoder(std::unique_ptr<ByteSource> compressed, Compression compression, std::string path)
      : input_(std::move(compressed)), compression_(compression), path_(std::move(path)) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) final;

 protected:
  // Fills what it can of `into` and answers how much. Nothing filled and no error noted means the end.
  virtual std::size_t decode(std::span<std::uint8_t> into) = 0;

  // How a stream may end badly. Each notes an error, unless there is one already.
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
