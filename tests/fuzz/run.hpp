// One body, two shapes. A target is one file that defines `fuzz_one`, and says nothing of who calls it:
//  - replay.cpp calls it for every file of the target's corpus, as a test in every build, so that a target
//    cannot rot and a mended fault stays mended;
//  - libfuzzer.cpp hands it to libFuzzer where the build is made for fuzzing (PORTPROOF_FUZZ).
// docs/develop/fuzzing.md says how to run them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace portproof::fuzz {

// Returns for any bytes; what breaks a promise of the product ends the process. The bytes end where their
// memory does, so that a sanitizer sees a read behind them.
void fuzz_one(std::span<const std::uint8_t> bytes);

// An assert that every build keeps: `promise` is what was to hold.
inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace portproof::fuzz
