// Saved evidence that a command line names: read, and merged if there are several files.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "capture/base/error.hpp"
#include "capture/evidence/evidence.hpp"

namespace portproof {

// Errors: usage if no file is named, otherwise the first fault of a file. Damaged evidence proves nothing, so
// none of it is used.
Expected<Evidence> read_all_evidence(const std::vector<std::string>& paths,
                                     std::size_t most_attempts = kMostAttempts);

// Merges `more`, the evidence of the file `path`, into what is known `from` other files, and counts each
// input once. If one side has no input that the other lacks, it is left out, and standard error says so.
// `from` is updated. Errors: those of merge(); bad_data if the two share only some of their inputs, because
// what they share cannot be taken out again, or seem to share one that was not hashed.
Expected<Evidence> merge_distinct(Evidence known, std::vector<std::string>& from, Evidence more,
                                  const std::string& path, std::size_t most_attempts);

Expected<void> save_evidence(const Evidence& evidence, const std::string& path);

}  // namespace portproof
