// The SHA-256 of an input while it is read. A separate thread hashes a file; what can be read only once
// (standard input, a pipe) is hashed as its bytes pass.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "capture/base/error.hpp"
#include "capture/source/byte_source.hpp"
#include "capture/source/input_hash.hpp"

namespace portproof {

class ReadingHash {
 public:
  // Of the file at `path`; "-" is standard input.
  explicit ReadingHash(const std::string& path);

  // The input's bytes, to be read in place of `bytes`. They may refer to this hash, which must outlive them.
  std::unique_ptr<ByteSource> watch(std::unique_ptr<ByteSource> bytes);

  // Lower-case hex, of the whole input; for a stream, of what was read. Waits for the thread, and returns its
  // error if the file could not be read.
  Expected<std::string> finish();

 private:
  std::optional<InputHash> of_file_;
  Sha256 of_stream_;
};

}  // namespace portproof
