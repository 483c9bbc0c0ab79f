// One body, two forms. A target is one file that defines `fuzz_one`, and does not know its caller:
//  - replay.cpp calls it for every file of the target's corpus, as a test in every build, so that a target
//    cannot go stale and a fixed error stays fixed;
//  - libfuzzer.cpp lets libFuzzer call it in a build made for fuzzing (PORTPROOF_FUZZ).
// docs/develop/fuzzing.md says how to run them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace portproof::fuzz {

// Returns for any bytes; a broken promise of the product ends the process. The bytes end where their memory
// ends, so that a sanitizer catches reads past them.
void fuzz_one(std::span<const std::uint8_t> bytes);

// An assertion that every build keeps: `promise` says what should have held.
inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace portproof::fuzz
