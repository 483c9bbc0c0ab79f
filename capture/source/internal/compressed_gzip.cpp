// gzip (RFC 1952), with zlib.
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "capture/source/internal/compressed_decoders.hpp"

namespace portproof {
namespace {

// What inflate may still hold back at a cut: one incompletely encoded run.
constexpr std::string_view kLost = "a few hundred bytes";
constexpr int kGzipOnly = MAX_WBITS + 16;

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder(std::unique_ptr<ByteSource> compressed, std::string path)
      : Decoder(std::move(compressed), Compression::gzip, std::move(path)) {
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  ~GzipDecoder() override { inflateEnd(&stream_); }

 protected:
  std::size_t decode(std::span<std::uint8_t> into) override {
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    const std::size_t room = std::min(into.size(), kMost);
    stream_.next_out = into.data();
    stream_.avail_out = static_cast<uInt>(room);
    while (stream_.avail_out > 0 && take_step()) {
    }
    return room - stream_.avail_out;
  }

 private:
  // Uncompresses some bytes; false at the end or at a fault.
  bool take_step() {
    if (between_members_ && !begin_member()) return false;
    if (!input_.refill()) {
      input_.error() ? note_input_error() : note_cut(kLost);
      return false;
    }
    const auto compressed = input_.rest();
    // zlib's input pointer is not const, but zlib does not write through it.
    stream_.next_in = const_cast<Bytef*>(compressed.data());
    stream_.avail_in = static_cast<uInt>(compressed.size());
    const int outcome = inflate(&stream_, Z_NO_FLUSH);
    input_.use(compressed.size() - stream_.avail_in);
    if (outcome == Z_STREAM_END) between_members_ = true;
    if (outcome == Z_OK || outcome == Z_STREAM_END || outcome == Z_BUF_ERROR) return true;
    if (outcome == Z_MEM_ERROR) throw std::bad_alloc();
    note_damage(stream_.msg != nullptr ? stream_.msg : "it cannot be decompressed");
    return false;
  }

  bool begin_member() {
    if (!input_.skip_zeros()) {
      if (input_.error()) note_input_error();
      return false;
    }
    if (input_.rest().front() != 0x1f) {
      note_foreign_end();
      return false;
    }
    between_members_ = false;
    inflateReset(&stream_);
    return true;
  }

  z_stream stream_{};
  bool between_members_{false};
};

}  // namespace

std::unique_ptr<ByteSource> gzip_decoder(std::unique_ptr<ByteSource> compressed, std::string path) {
  return std::make_unique<GzipDecoder>(std::move(compressed), std::move(path));
}

}  // namespace portproof
