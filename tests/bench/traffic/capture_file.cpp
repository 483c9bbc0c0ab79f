#include "tests/bench/traffic/capture_file.hpp"

#include <cstdlib>
#include <utility>

namespace portproof::bench {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20U;
constexpr std::uint32_t kSnapLength = 65'535;
constexpr std::uint16_t kEthernet = 1;  // LINKTYPE_ETHERNET

[[noreturn]] void give_up(const std::string& path) {
  std::perror(path.c_str());
  std::exit(EXIT_FAILURE);
}

}  // namespace

CaptureFile::CaptureFile(std::string path, FileFormat format)
    : path_(std::move(path)),
      format_(format),
      file_(path_ == "-" ? stdout : std::fopen((path_ + ".part").c_str(), "wb")) {
  if (file_ == nullptr) give_up(path_);
  pending_.reserve(2 * kBlock);
  if (format_ == FileFormat::pcap) {
    put32(0xa1b2c3d4);
    put16(2);
    put16(4);
    put32(0);
    put32(0);
    put32(kSnapLength);
    put32(kEthernet);
    return;
  }
  for (const std::uint32_t word : {0x0a0d0d0aU, 28U, 0x1a2b3c4dU, 1U, ~0U, ~0U, 28U}) put32(word);
  for (const std::uint32_t word : {1U, 20U, std::uint32_t{kEthernet}, kSnapLength, 20U}) put32(word);
}

CaptureFile::~CaptureFile() {
  flush();
  if (file_ == stdout) {
    if (std::fflush(file_) != 0) give_up(path_);
    return;
  }
  if (std::fclose(file_) != 0 || std::rename((path_ + ".part").c_str(), path_.c_str()) != 0) give_up(path_);
}

void CaptureFile::add(std::int64_t time, std::span<const std::uint8_t> frame) {
  const auto microseconds = static_cast<std::uint64_t>(time / 1000);
  const auto size = static_cast<std::uint32_t>(frame.size());
  if (format_ == FileFormat::pcap) {
    put32(static_cast<std::uint32_t>(microseconds / 1'000'000));
    put32(static_cast<std::uint32_t>(microseconds % 1'000'000));
    put32(size);
    put32(size);
    pending_.insert(pending_.end(), frame.begin(), frame.end());
  } else {
    const std::uint32_t padding = (4 - size % 4) % 4;
    const std::uint32_t whole = 32 + size + padding;
    put32(6);
    put32(whole);
    put32(0);
    put32(static_cast<std::uint32_t>(microseconds >> 32U));
    put32(static_cast<std::uint32_t>(microseconds));
    put32(size);
    put32(size);
    pending_.insert(pending_.end(), frame.begin(), frame.end());
    pending_.insert(pending_.end(), padding, 0);
    put32(whole);
  }
  if (pending_.size() >= kBlock) flush();
}

void CaptureFile::put16(std::uint16_t value) {
  pending_.push_back(static_cast<std::uint8_t>(value));
  pending_.push_back(static_cast<std::uint8_t>(value >> 8U));
}

void CaptureFile::put32(std::uint32_t value) {
  put16(static_cast<std::uint16_t>(value));
  put16(static_cast<std::uint16_t>(value >> 16U));
}

void CaptureFile::flush() {
  if (std::fwrite(pending_.data(), 1, pending_.size(), file_) != pending_.size()) give_up(path_);
  pending_.clear();
}

}  // namespace portproof::bench
