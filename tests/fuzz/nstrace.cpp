#include "capture/source/nstrace_reader.hpp"

#include "tests/fuzz/reading.hpp"

namespace portproof::fuzz {

void fuzz_one(std::span<const std::uint8_t> bytes) {
  fuzz_reader<NstraceReader>(bytes);
}

}  // namespace portproof::fuzz
