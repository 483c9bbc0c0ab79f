// The captures in one input: one if the input is a capture, compressed or not; any number if it is an
// archive. Commands read their inputs through this.
//
//   auto captures = Captures::open(std::move(*open_bytes(path)), path);
//   for (;;) {
//     auto capture = (*captures)->next();
//     if (!capture || !*capture) break;
//     ... read (*capture)->source, then ask for the next ...
//   }
//
// Members of an archive may be compressed themselves. Archives within an archive are not opened; they are
// inputs with an error, like captures in a format that is not read. Other members are skipped and listed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/base/error.hpp"
#include "capture/source/archive.hpp"
#include "capture/source/byte_source.hpp"
#include "capture/source/compressed.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

class Captures {
 public:
  // `bytes` as they are on disk. Error if they cannot be read or do not begin like any known content.
  static Expected<std::unique_ptr<Captures>> open(std::unique_ptr<ByteSource> bytes, std::string path,
                                                  const ExpansionLimits& limits = {});
  Captures(const Captures&) = delete;
  Captures& operator=(const Captures&) = delete;

  struct Capture {
    std::string path;  // the input's, or "ARCHIVE!MEMBER"
    Expected<std::unique_ptr<PacketSource>> source;
  };
  // Nothing at the end. An error concerns the archive and is final: members may be missing.
  Expected<std::optional<Capture>> next();

  [[nodiscard]] bool is_archive() const { return archive_ != nullptr; }
  // Is it an archive, or a capture, even if in a format that is not read? `next` says what is wrong with it.
  [[nodiscard]] bool is_known() const { return is_known_; }
  // Bytes of the input, as they are on disk, that have been read so far.
  [[nodiscard]] std::uint64_t bytes_read() const { return taken_; }
  // Members so far that are not captures.
  [[nodiscard]] const std::vector<std::string>& skipped() const { return skipped_; }

 private:
  Captures(std::string path, const ExpansionLimits& limits);
  Expected<std::unique_ptr<ByteSource>> peel(std::unique_ptr<ByteSource> bytes, const std::string& path,
                                             Expansion& expansion);

  std::string path_;
  std::uint64_t taken_{0};
  Expansion whole_;                    // the input's own compression
  Expansion members_;                  // the archive's members
  Expansion contents_;                 // the compression of its members
  std::unique_ptr<ByteSource> bytes_;  // of the only capture, until it is opened
  std::unique_ptr<Archive> archive_;
  bool is_known_{false};
  std::vector<std::string> skipped_;
};

// What a file's first bytes say about it.
struct Glance {
  bool is_other{false};                  // it could be read, and is neither a capture nor an archive
  Timestamp first{Timestamp::latest()};  // of its first frame; latest() if none was found
};
// Reads only a little of the file: it does not search far into an archive for a frame.
Glance glance_at(const std::string& path);

}  // namespace portproof
