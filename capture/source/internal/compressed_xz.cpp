// xz, with liblzma.
#include <fmt/format.h>
#include <lzma.h>

#include <new>

#include "capture/source/internal/compressed_decoders.hpp"

namespace portproof {
namespace {

// The range coder looks a few bytes ahead, and one symbol may stand for a run.
constexpr std::string_view kLost = "a few hundred bytes";

class XzDecoder final : public Decoder {
 public:
  XzDecoder(std::unique_ptr<ByteSource> compressed, std::string path)
      : Decoder(std::move(compressed), Compression::xz, std::move(path)) {
    if (lzma_stream_decoder(&stream_, kDecoderMemory, LZMA_CONCATENATED) != LZMA_OK) throw std::bad_alloc();
  }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;
  ~XzDecoder() override { lzma_end(&stream_); }

 protected:
  std::size_t decode(std::span<std::uint8_t> into) override {
    if (at_end_) return 0;
    stream_.next_out = into.data();
    stream_.avail_out = into.size();
    while (stream_.avail_out > 0 && take_step()) {
    }
    return into.size() - stream_.avail_out;
  }

 private:
  // Uncompresses some bytes; false at the end or at a fault.
  bool take_step() {
    const bool has_input = input_.refill();
    if (input_.error()) {
      note_input_error();
      return false;
    }
    const auto compressed = has_input ? input_.rest() : std::span<const std::uint8_t>{};
    stream_.next_in = compressed.data();
    stream_.avail_in = compressed.size();
    const lzma_ret outcome = lzma_code(&stream_, has_input ? LZMA_RUN : LZMA_FINISH);
    input_.use(compressed.size() - stream_.avail_in);
    if (outcome == LZMA_OK) return true;
    // No progress was possible; if more input is to come, that is not a fault.
    if (outcome == LZMA_BUF_ERROR && has_input) return true;
    at_end_ = outcome == LZMA_STREAM_END;
    if (!at_end_) note_fault(outcome);
    return false;
  }

  void note_fault(lzma_ret outcome) {
    switch (outcome) {
      case LZMA_BUF_ERROR:
        note_cut(kLost);
        return;
      case LZMA_MEM_ERROR:
        throw std::bad_alloc();
      case LZMA_MEMLIMIT_ERROR:
        note_too_much_memory(fmt::format("{} MiB", (lzma_memusage(&stream_) >> 20U) + 1));
        return;
      case LZMA_OPTIONS_ERROR:
        note_damage("it needs a feature that this liblzma does not have");
        return;
      case LZMA_FORMAT_ERROR:
        note_foreign_end();
        return;
      default:
        note_damage("a checksum or a block is wrong");
    }
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool at_end_{false};
};

}  // namespace

std::unique_ptr<ByteSource> xz_decoder(std::unique_ptr<ByteSource> compressed, std::string path) {
  return std::make_unique<XzDecoder>(std::move(compressed), std::move(path));
}

}  // namespace portproof
