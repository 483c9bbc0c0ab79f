#include "capture/source/captures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "capture/source/open_capture.hpp"

namespace portproof {
namespace {

// The content, with the bytes that were peeked at returned to the front.
struct Peeked {
  std::vector<std::uint8_t> first;
  std::unique_ptr<ByteSource> bytes;
};

// A capture that comes through a pipe may stay as short as its header for a while. So look at that much
// first, and at more only if it is not a capture.
Expected<Peeked> peek(std::unique_ptr<ByteSource> bytes) {
  auto first = take_first(*bytes, kCompressionMagic);
  if (!first) return tl::unexpected(std::move(first.error()));
  if (!is_capture(*first)) {
    const auto more = take_first(*bytes, kArchiveMagic - kCompressionMagic);
    if (!more) return tl::unexpected(more.error());
    first->insert(first->end(), more->begin(), more->end());
  }
  auto whole = put_back(*first, std::move(bytes));
  return Peeked{std::move(*first), std::move(whole)};
}

// The start of a file, a little at a time.
class Sips final : public ByteSource {
 public:
  explicit Sips(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) override {
    constexpr std::size_t kSip = std::size_t{1} << 14;
    if (left_ == 0) return fail(ErrorKind::unavailable, "nothing was found near the beginning");
    auto count = source_->read(into.first(std::min({into.size(), kSip, left_})));
    if (count) left_ -= *count;
    return count;
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::size_t left_{std::size_t{4} << 20};
};

// The format of an archive that is not empty.
std::optional<ArchiveFormat> filled_archive(std::span<const std::uint8_t> first_bytes) {
  const bool is_empty =
      std::all_of(first_bytes.begin(), first_bytes.end(), [](std::uint8_t byte) { return byte == 0; });
  return is_empty ? std::nullopt : archive_format_of(first_bytes);
}

Timestamp first_time(PacketSource& source) {
  const auto batch = std::make_unique<FrameBatch>();
  source.next(*batch);
  return batch->size > 0 ? batch->frames[0].time : Timestamp::latest();
}

}  // namespace

Captures::Captures(std::string path, const ExpansionLimits& limits)
    : path_(std::move(path)), whole_(limits, taken_), members_(limits, taken_), contents_(limits, taken_) {}

Expected<std::unique_ptr<ByteSource>> Captures::peel(std::unique_ptr<ByteSource> bytes,
                                                     const std::string& path, Expansion& expansion) {
  auto first = take_first(*bytes, kCompressionMagic);
  if (!first) return tl::unexpected(std::move(first.error()));
  const auto compression = compression_of(*first);
  auto content = put_back(std::move(*first), std::move(bytes));
  if (!compression) return content;
  return coming_out(decoder_of(*compression, std::move(content), path), expansion, path);
}

Expected<std::unique_ptr<Captures>> Captures::open(std::unique_ptr<ByteSource> bytes, std::string path,
                                                   const ExpansionLimits& limits) {
  std::unique_ptr<Captures> captures(new Captures(std::move(path), limits));
  const std::string& name = captures->path_;
  auto content = captures->peel(going_in(std::move(bytes), captures->taken_), name, captures->whole_);
  if (!content) return tl::unexpected(std::move(content.error()));
  auto peeked = peek(std::move(*content));
  if (!peeked) return tl::unexpected(std::move(peeked.error()));
  const bool is_one = is_capture(peeked->first);
  const auto format = is_one ? std::nullopt : archive_format_of(peeked->first);
  captures->is_known_ = is_one || format || is_refused_format(peeked->first);
  if (!format) {
    captures->bytes_ = std::move(peeked->bytes);
    return captures;
  }
  auto archive = Archive::open(std::move(peeked->bytes), name, *format, captures->members_);
  if (!archive) return tl::unexpected(std::move(archive.error()));
  captures->archive_ = std::move(*archive);
  return captures;
}

Expected<std::optional<Captures::Capture>> Captures::next() {
  if (bytes_ != nullptr) return Capture{path_, open_plain_capture(std::move(bytes_), path_)};
  if (archive_ == nullptr) return std::nullopt;
  for (;;) {
    auto member = archive_->next();
    if (!member) return tl::unexpected(std::move(member.error()));
    if (!*member) return std::nullopt;
    const std::string path = path_ + "!" + (*member)->name;
    auto content = peel(std::move((*member)->bytes), path, contents_);
    if (!content) return Capture{path, tl::unexpected(std::move(content.error()))};
    auto peeked = peek(std::move(*content));
    if (!peeked) return Capture{path, tl::unexpected(std::move(peeked.error()))};
    if (const auto format = filled_archive(peeked->first)) {
      return Capture{path,
                     fail(ErrorKind::bad_data,
                          fmt::format("is a {} archive within an archive, which is not opened; unpack the "
                                      "outer one first",
                                      name(*format)),
                          path)};
    }
    if (is_capture(peeked->first) || is_refused_format(peeked->first)) {
      return Capture{path, open_plain_capture(std::move(peeked->bytes), path)};
    }
    skipped_.push_back(path);
  }
}

Glance glance_at(const std::string& path) {
  ExpansionLimits limits;
  limits.in_all = std::uint64_t{16} << 20;
  Glance glance;
  auto bytes = open_bytes(path);
  if (!bytes) return glance;
  auto captures = Captures::open(std::make_unique<Sips>(std::move(*bytes)), path, limits);
  if (!captures) return glance;
  glance.is_other = !(*captures)->is_known();
  if (glance.is_other) return glance;
  auto capture = (*captures)->next();
  if (capture && *capture && (*capture)->source) glance.first = first_time(*(*capture)->source.value());
  return glance;
}

}  // namespace portproof
