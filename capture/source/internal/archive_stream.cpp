#include "capture/source/internal/archive_stream.hpp"

#include <archive.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <span>
#include <utility>

namespace portproof {

ArchiveStream::ArchiveStream(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)),
      block_(std::make_unique_for_overwrite<std::uint8_t[]>(kBlock)),
      archive_(archive_read_new()) {
  if (archive_ == nullptr) throw std::bad_alloc();
}

ArchiveStream::~ArchiveStream() {
  archive_read_free(archive_);
}

int ArchiveStream::open() {
  return archive_read_open(archive_, this, nullptr, &ArchiveStream::on_read, nullptr);
}

std::ptrdiff_t ArchiveStream::on_read(archive* reader, void* self, const void** block) {
  auto& stream = *static_cast<ArchiveStream*>(self);
  const std::size_t count = stream.fill();
  if (stream.error_) {
    archive_set_error(reader, EIO, "%s", stream.error_->what.c_str());
    return ARCHIVE_FATAL;
  }
  *block = stream.block_.get();
  return static_cast<std::ptrdiff_t>(count);
}

std::size_t ArchiveStream::fill() {
  if (error_) return 0;
  auto count = source_->read({block_.get(), kBlock});
  if (!count) {
    error_ = std::move(count.error());
    return 0;
  }
  // At the end, the last block stays: `has_foreign_rest` examines it.
  if (*count == 0) return 0;
  size_ = *count;
  received_ += *count;
  const std::span<const std::uint8_t> bytes(block_.get(), size_);
  if (remembers_) keep(bytes);
  const auto last_other =
      std::find_if(bytes.rbegin(), bytes.rend(), [](std::uint8_t byte) { return byte != 0; });
  const auto zeros = static_cast<std::size_t>(last_other - bytes.rbegin());
  trailing_zeros_ = zeros == size_ ? std::min(trailing_zeros_ + zeros, kTarBlock) : zeros;
  return size_;
}

// What was kept is moved seldom: there may be twice as much of it as is needed.
void ArchiveStream::keep(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kNeeded = 2 * kBlock;
  if (kept_.size() >= 2 * kNeeded) {
    kept_.erase(kept_.begin(), kept_.end() - static_cast<std::ptrdiff_t>(kNeeded));
  }
  kept_.insert(kept_.end(), bytes.begin(), bytes.end());
}

std::span<const std::uint8_t> ArchiveStream::kept_from(std::uint64_t offset) const {
  if (offset >= received_ || received_ - offset > kept_.size()) return {};
  return std::span(kept_).last(static_cast<std::size_t>(received_ - offset));
}

int ArchiveStream::next_header(archive_entry*& entry) {
  data_ = {};
  hole_ = 0;
  position_ = 0;
  later_fault_ = ARCHIVE_OK;
  return archive_read_next_header(archive_, &entry);
}

int ArchiveStream::next_block() {
  if (later_fault_ != ARCHIVE_OK) return later_fault_;
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  const int outcome = archive_read_data_block(archive_, &block, &size, &offset);
  if (outcome == ARCHIVE_EOF || outcome < ARCHIVE_WARN) return outcome;
  // A warning is about a wrong checksum or length, which shows only with the last block.
  if (outcome != ARCHIVE_OK) later_fault_ = outcome;
  data_ = {static_cast<const std::uint8_t*>(block), size};
  const auto begin = static_cast<std::uint64_t>(std::max<la_int64_t>(offset, 0));
  hole_ = begin > position_ ? begin - position_ : 0;
  return ARCHIVE_OK;
}

std::ptrdiff_t ArchiveStream::read_data(std::span<std::uint8_t> into) {
  while (hole_ == 0 && data_.empty()) {
    const int outcome = next_block();
    if (outcome == ARCHIVE_EOF) return 0;
    if (outcome != ARCHIVE_OK) return outcome;
  }
  const bool in_hole = hole_ > 0;
  const auto count =
      static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), in_hole ? hole_ : data_.size()));
  if (in_hole) {
    std::fill_n(into.begin(), count, std::uint8_t{0});
    hole_ -= count;
  } else {
    std::copy_n(data_.begin(), count, into.begin());
    data_ = data_.subspan(count);
  }
  position_ += count;
  return static_cast<std::ptrdiff_t>(count);
}

std::uint64_t ArchiveStream::used() const {
  return static_cast<std::uint64_t>(archive_filter_bytes(archive_, -1));
}

bool ArchiveStream::has_foreign_rest() {
  const auto is_foreign = [](std::span<const std::uint8_t> bytes) {
    return std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; });
  };
  const std::uint64_t unused = received_ - std::min(used(), received_);
  if (unused > size_) return true;  // libarchive stopped more than a block before the end
  if (is_foreign(std::span(block_.get(), size_).last(static_cast<std::size_t>(unused)))) return true;
  while (const std::size_t count = fill()) {
    if (is_foreign({block_.get(), count})) return true;
  }
  return false;
}

bool ArchiveStream::drain() {
  while (fill() > 0) {
  }
  return !error_;
}

std::string ArchiveStream::fault() const {
  const char* said = archive_error_string(archive_);
  return said != nullptr ? said : "it cannot be read";
}

}  // namespace portproof
