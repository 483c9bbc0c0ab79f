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

Expected<void> save_evidence(const Evidence& evidence, const std::string& path);

}  // namespace portproof
