// SHA-256 of inputs, so that a report can say exactly which bytes it speaks of. Hashing stays off the packet
// path: a file is read a second time by a thread of its own; only what can be read but once (standard input,
// a pipe) is hashed as it flows by.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <thread>

#include "capture/base/error.hpp"
#include "capture/source/byte_source.hpp"

struct evp_md_ctx_st;  // OpenSSL's

namespace portproof {

// A SHA-256 (FIPS 180-4) under way.
class Sha256 {
 public:
  Sha256();

  void update(std::span<const std::uint8_t> bytes);
  // Lower-case hex of all bytes so far; more may follow.
  [[nodiscard]] std::string hex() const;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// The hash of a whole file, made by a thread of its own from `start` on. Destroying it stops the thread.
//
//   InputHash hash = InputHash::start(path);
//   ... read the capture ...
//   Expected<std::string> hex = hash.finish();
class InputHash {
 public:
  // Does not fail; what goes wrong is said by `finish`. The path must be a regular file: of a pipe the
  // thread would take bytes that the reader misses, so it is refused (ErrorKind::unavailable).
  static InputHash start(const std::string& path);

  // Waits for the end of the file. Call it once.
  Expected<std::string> finish();

 private:
  InputHash() = default;

  std::future<Expected<std::string>> result_;
  std::jthread thread_;
};

// Hands bytes on as they come and adds them to `hash`, which must outlive it. The hash covers what was read:
// where a reader gives up on a damaged stream, the rest is missing from it.
class HashingByteSource final : public ByteSource {
 public:
  HashingByteSource(std::unique_ptr<ByteSource> source, Sha256& hash);

  Expected<std::size_t> read(std::span<std::uint8_t> into) override;

 private:
  std::unique_ptr<ByteSource> source_;
  Sha256& hash_;
};

}  // namespace portproof
