// The shape in which libFuzzer makes up the inputs.
#include <cstddef>

#include "tests/fuzz/run.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  portproof::fuzz::fuzz_one({data, size});
  return 0;
}
