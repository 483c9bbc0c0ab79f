// zstd (RFC 8878), with libzstd.
#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <bit>
#include <new>

#include "capture/source/internal/compressed_decoders.hpp"

namespace portproof {
namespace {

// A block is uncompressed completely or not at all.
constexpr std::string_view kLost = "128 KiB";

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder(std::unique_ptr<ByteSource> compressed, std::string path)
      : Decoder(std::move(compressed), Compression::zstd, std::move(path)), stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, std::countr_zero(kDecoderMemory));
  }

 protected:
  std::size_t decode(std::span<std::uint8_t> into) override {
    ZSTD_outBuffer content{into.data(), into.size(), 0};
    while (content.pos < content.size && take_step(content)) {
    }
    return content.pos;
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };

  // Uncompresses some bytes; false at the end or at a fault.
  bool take_step(ZSTD_outBuffer& content) {
    if (between_frames_ && !begin_frame()) return false;
    const bool has_input = input_.refill();
    if (input_.error()) {
      note_input_error();
      return false;
    }
    // At the end of the input, there may be bytes that were uncompressed but not yet delivered.
    const auto compressed = has_input ? input_.rest() : std::span<const std::uint8_t>{};
    ZSTD_inBuffer in{compressed.data(), compressed.size(), 0};
    const std::size_t before = content.pos;
    const std::size_t outcome = ZSTD_decompressStream(stream_.get(), &content, &in);
    input_.use(in.pos);
    if (ZSTD_isError(outcome) != 0U) {
      note_fault(outcome);
      return false;
    }
    between_frames_ = outcome == 0;
    if (has_input || between_frames_ || content.pos > before) return true;
    note_cut(kLost);
    return false;
  }

  // Frames follow one another without a mark; the decoder itself starts the next one.
  bool begin_frame() {
    if (!begun_) {
      begun_ = true;
      between_frames_ = false;
      return true;
    }
    if (!input_.skip_zeros()) {
      if (input_.error()) note_input_error();
      return false;
    }
    between_frames_ = false;
    return true;
  }

  void note_fault(std::size_t outcome) {
    switch (ZSTD_getErrorCode(outcome)) {
      case ZSTD_error_memory_allocation:
        throw std::bad_alloc();
      case ZSTD_error_frameParameter_windowTooLarge:
        note_too_much_memory("a larger window");
        return;
      case ZSTD_error_prefix_unknown:
        note_foreign_end();
        return;
      default:
        note_damage(ZSTD_getErrorName(outcome));
    }
  }

  std::unique_ptr<ZSTD_DStream, Free> stream_;
  bool begun_{false};
  bool between_frames_{true};
};

}  // namespace

std::unique_ptr<ByteSource> zstd_decoder(std::unique_ptr<ByteSource> compressed, std::string path) {
  return std::make_unique<ZstdDecoder>(std::move(compressed), std::move(path));
}

}  // namespace portproof
