#include "capture/source/pcapng_reader.hpp"

#include "tests/fuzz/reading.hpp"

namespace portproof::fuzz {

void fuzz_one(std::span<const std::uint8_t> bytes) {
  fuzz_reader<PcapngReader>(bytes);
}

}  // namespace portproof::fuzz
