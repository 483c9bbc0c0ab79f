// SHA-256 of inputs, so that a report can say exactly which bytes it describes. Hashing stays off the packet
// path: a separate thread reads a file a second time; only input that can be read just once (standard input,
// a pipe) is hashed as it passes.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <thread>

#include "capture/base/error.hpp"
#include "capture/base/sha256.hpp"
#include "capture/source/byte_source.hpp"

namespace portproof {

// The hash of a whole file, computed on its own thread, which `start` launches. Destroying it stops the
// thread.
//
//   InputHash hash = InputHash::start(path);
//   ... read the capture ...
//   Expected<std::string> hex = hash.finish();
class InputHash {
 public:
  // Does not fail; `finish` reports what went wrong. The path must be a regular file: from a pipe, the thread
  // would take bytes that the reader then misses, so a pipe is refused (ErrorKind::unavailable).
  static InputHash start(const std::string& path);

  // Waits for the end of the file. Call it once.
  Expected<std::string> finish();

 private:
  InputHash() = default;

  std::future<Expected<std::string>> result_;
  std::jthread thread_;
};

// Passes bytes on and adds them to `hash`, which must outlive it. The hash covers what was read: if a reader
// gives up on a damaged stream, the rest is missing from it.
class HashingByteSource final : public ByteSource {
 public:
  HashingByteSource(std::unique_ptr<ByteSource> source, Sha256& hash);

  Expected<std::size_t> read(std::span<std::uint8_t> into) override;

 private:
  std::unique_ptr<ByteSource> source_;
  Sha256& hash_;
};

}  // namespace portproof
