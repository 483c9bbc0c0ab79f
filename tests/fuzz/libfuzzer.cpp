// The form in which libFuzzer calls a target with its inputs.
#include <cstddef>

#include "tests/fuzz/run.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  portproof::fuzz::fuzz_one({data, size});
  return 0;
}
