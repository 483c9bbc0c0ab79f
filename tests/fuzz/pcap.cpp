#include "capture/source/pcap_reader.hpp"

#include "tests/fuzz/reading.hpp"

namespace portproof::fuzz {

void fuzz_one(std::span<const std::uint8_t> bytes) {
  fuzz_reader<PcapReader>(bytes);
}

}  // namespace portproof::fuzz
