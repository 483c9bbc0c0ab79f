#include "capture/source/compressed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "capture/source/internal/compressed_decoders.hpp"

namespace portproof {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::string_view bytes;
  Compression compression;
};

// BZh and the block size, then the mark of the first block, or the end mark of an empty stream. Three letters
// and a digit alone would match plain text too.
constexpr std::string_view kBzip2 = "BZh"sv;
constexpr std::string_view kBzip2Block = "\x31\x41\x59\x26\x53\x59"sv;
constexpr std::string_view kBzip2End = "\x17\x72\x45\x38\x50\x90"sv;

constexpr std::array kSignatures{
    Signature{"\x1f\x8b\x08"sv, Compression::gzip},
    Signature{"\x28\xb5\x2f\xfd"sv, Compression::zstd},
    Signature{"\xfd"
              "7zXZ\0"sv,
              Compression::xz},
    Signature{"\x04\x22\x4d\x18"sv, Compression::lz4},
};

constexpr std::array kNames{"gzip"sv, "zstd"sv, "xz"sv, "bzip2"sv, "lz4"sv};

bool has_at(std::span<const std::uint8_t> bytes, std::size_t at, std::string_view signature) {
  return bytes.size() >= at + signature.size() &&
         std::equal(
             signature.begin(), signature.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
             [](char expected, std::uint8_t byte) { return static_cast<std::uint8_t>(expected) == byte; });
}

// 50..5f 2a 4d 18: a frame that zstd skips. pzstd starts with one; lz4 has them too, but no lz4 tool starts
// with one.
bool is_skippable_frame(std::span<const std::uint8_t> bytes) {
  return has_at(bytes, 1, "\x2a\x4d\x18"sv) && (bytes[0] & 0xf0U) == 0x50;
}

class GoingIn final : public ByteSource {
 public:
  GoingIn(std::unique_ptr<ByteSource> source, std::uint64_t& taken)
      : source_(std::move(source)), taken_(taken) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) override {
    auto count = source_->read(into);
    if (count) taken_ += *count;
    return count;
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::uint64_t& taken_;
};

class ComingOut final : public ByteSource {
 public:
  ComingOut(std::unique_ptr<ByteSource> source, Expansion& expansion, std::string path)
      : source_(std::move(source)), expansion_(expansion), path_(std::move(path)) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) override {
    auto count = source_->read(into);
    if (!count) return count;
    if (auto within = expansion_.gave(*count, path_); !within)
      return tl::unexpected(std::move(within.error()));
    return count;
  }

 private:
  std::unique_ptr<ByteSource> source_;
  Expansion& expansion_;
  std::string path_;
};

class PutBack final : public ByteSource {
 public:
  PutBack(std::vector<std::uint8_t> first, std::unique_ptr<ByteSource> rest)
      : first_(std::move(first)), rest_(std::move(rest)) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) override {
    if (given_ == first_.size()) return rest_->read(into);
    const std::size_t count = std::min(into.size(), first_.size() - given_);
    std::copy_n(first_.begin() + static_cast<std::ptrdiff_t>(given_), count, into.begin());
    given_ += count;
    return count;
  }

 private:
  std::vector<std::uint8_t> first_;
  std::size_t given_{0};
  std::unique_ptr<ByteSource> rest_;
};

// A decoder with the counts that limit it.
class BoundedContent final : public ByteSource {
 public:
  BoundedContent(Compression compression, std::unique_ptr<ByteSource> compressed, const std::string& path,
                 const ExpansionLimits& limits)
      : expansion_(limits, taken_),
        content_(coming_out(decoder_of(compression, going_in(std::move(compressed), taken_), path),
                            expansion_, path)) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) override { return content_->read(into); }

 private:
  std::uint64_t taken_{0};
  Expansion expansion_;
  std::unique_ptr<ByteSource> content_;
};

}  // namespace

std::string_view name(Compression compression) {
  return kNames[static_cast<std::size_t>(compression)];
}

std::optional<Compression> compression_of(std::span<const std::uint8_t> first_bytes) {
  for (const Signature& signature : kSignatures) {
    if (has_at(first_bytes, 0, signature.bytes)) return signature.compression;
  }
  if (is_skippable_frame(first_bytes)) return Compression::zstd;
  if (has_at(first_bytes, 0, kBzip2) &&
      (has_at(first_bytes, 4, kBzip2Block) || has_at(first_bytes, 4, kBzip2End))) {
    return Compression::bzip2;
  }
  return std::nullopt;
}

Expected<void> Expansion::gave(std::size_t bytes, const std::string& path) {
  given_ += bytes;
  if (given_ > limits_.in_all) {
    return fail(ErrorKind::bad_data,
                fmt::format("expands to more than {} GiB, the most that is read of one input; decompress it "
                            "first, split it and give the parts",
                            limits_.in_all >> 30U),
                path);
  }
  if (given_ > limits_.free && given_ / limits_.ratio > taken_) {
    return fail(
        ErrorKind::bad_data,
        fmt::format("expands to more than {} times its size ({} MiB from {} KiB), which captures hardly "
                    "ever do; if you trust it, decompress it first and give the result",
                    limits_.ratio, given_ >> 20U, taken_ >> 10U),
        path);
  }
  return {};
}

std::unique_ptr<ByteSource> going_in(std::unique_ptr<ByteSource> source, std::uint64_t& taken) {
  return std::make_unique<GoingIn>(std::move(source), taken);
}

std::unique_ptr<ByteSource> coming_out(std::unique_ptr<ByteSource> source, Expansion& expansion,
                                       std::string path) {
  return std::make_unique<ComingOut>(std::move(source), expansion, std::move(path));
}

std::unique_ptr<ByteSource> put_back(std::vector<std::uint8_t> first, std::unique_ptr<ByteSource> rest) {
  return std::make_unique<PutBack>(std::move(first), std::move(rest));
}

Expected<std::vector<std::uint8_t>> take_first(ByteSource& source, std::size_t count) {
  std::vector<std::uint8_t> first(count);
  std::size_t taken = 0;
  while (taken < count) {
    const auto more = source.read(std::span(first).subspan(taken));
    if (!more) return tl::unexpected(more.error());
    if (*more == 0) break;
    taken += *more;
  }
  first.resize(taken);
  return first;
}

std::unique_ptr<ByteSource> decoder_of(Compression compression, std::unique_ptr<ByteSource> compressed,
                                       std::string path) {
  switch (compression) {
    case Compression::gzip:
      return gzip_decoder(std::move(compressed), std::move(path));
    case Compression::zstd:
      return zstd_decoder(std::move(compressed), std::move(path));
    case Compression::xz:
      return xz_decoder(std::move(compressed), std::move(path));
    case Compression::bzip2:
    case Compression::lz4:
      break;
  }
  return libarchive_decoder(compression, std::move(compressed), std::move(path));
}

Expected<std::unique_ptr<ByteSource>> uncompressed(std::unique_ptr<ByteSource> bytes, const std::string& path,
                                                   const ExpansionLimits& limits) {
  auto first = take_first(*bytes, kCompressionMagic);
  if (!first) return tl::unexpected(std::move(first.error()));
  const auto compression = compression_of(*first);
  auto whole = put_back(std::move(*first), std::move(bytes));
  if (!compression) return whole;
  return std::make_unique<BoundedContent>(*compression, std::move(whole), path, limits);
}

// Shared by all decoders.

CompressedInput::CompressedInput(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), block_(std::make_unique_for_overwrite<std::uint8_t[]>(kBlock)) {}

bool CompressedInput::refill() {
  if (begin_ < end_) return true;
  if (at_end_ || error_) return false;
  auto count = source_->read({block_.get(), kBlock});
  if (!count) {
    error_ = std::move(count.error());
    return false;
  }
  begin_ = 0;
  end_ = *count;
  received_ += *count;
  at_end_ = *count == 0;
  return !at_end_;
}

bool CompressedInput::skip_zeros() {
  while (refill()) {
    const auto left = rest();
    const auto other = std::find_if(left.begin(), left.end(), [](std::uint8_t byte) { return byte != 0; });
    use(static_cast<std::size_t>(other - left.begin()));
    if (other != left.end()) return true;
  }
  return false;
}

Expected<std::size_t> Decoder::read(std::span<std::uint8_t> into) {
  if (error_) return tl::unexpected(*error_);
  const std::size_t count = decode(into);
  if (count == 0 && error_) return tl::unexpected(*error_);
  return count;
}

void Decoder::note(Error error) {
  if (!error_) error_ = std::move(error);
}

void Decoder::note_bad_data(std::string what) {
  note(Error{ErrorKind::bad_data, std::move(what), path_});
}

void Decoder::note_cut(std::string_view lost) {
  note_bad_data(
      fmt::format("the {} stream ends early, after {} bytes: it was cut, or is still being written; "
                  "everything before that was read, except at most {} right before the cut",
                  name(compression_), input_.position(), lost));
}

void Decoder::note_damage(std::string_view how) {
  note_bad_data(
      fmt::format("the {} stream is damaged near byte {} ({}): nothing after that was read, and the bytes "
                  "read just before it may be wrong",
                  name(compression_), input_.position(), how));
}

void Decoder::note_foreign_end() {
  note_bad_data(fmt::format("the {0} stream ends at byte {1}; what follows is not {0} and was not read",
                            name(compression_), input_.position()));
}

void Decoder::note_too_much_memory(std::string_view what) {
  note_bad_data(
      fmt::format("the {} stream needs {}, but at most {} MiB of memory is allowed; decompress it first",
                  name(compression_), what, kDecoderMemory >> 20U));
}

}  // namespace portproof
