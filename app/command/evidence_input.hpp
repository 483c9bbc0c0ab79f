// Saved evidence that a command line names: read, and put together where there are several.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "capture/base/error.hpp"
#include "capture/evidence/evidence.hpp"

namespace portproof {

// Error of kind usage where no file is named; the first fault of a file otherwise: evidence that is damaged
// proves nothing, so none of it is used.
Expected<Evidence> read_all_evidence(const std::vector<std::string>& paths,
                                     std::size_t most_attempts = kMostAttempts);

// Puts `more`, the evidence of `path`, to what is known `from` other files, with each input counted once.
// Where one side holds nothing that the other does not, it is left out, and standard error says so; `from` is
// brought up to date. Errors: those of merge(); bad_data where the two share some of their inputs only, which
// cannot be taken out again.
Expected<Evidence> merge_distinct(Evidence known, std::vector<std::string>& from, Evidence more,
                                  const std::string& path, std::size_t most_attempts);

Expected<void> save_evidence(const Evidence& evidence, const std::string& path);

}  // namespace portproof
