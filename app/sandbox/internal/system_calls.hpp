// The system calls that the program needs once everything is open, and no others (seccomp(2), by libseccomp).
// All others fail with EPERM: a library that tries one and can do without it goes on.
#pragma once

#include <vector>

#include "capture/base/error.hpp"

namespace portproof {

// Holds for all threads, permanently. False if the kernel has no seccomp. On the descriptors of
// `only_receiving` nothing can be sent from now on, and they cannot be duplicated.
Expected<bool> restrict_system_calls(const std::vector<int>& only_receiving);

}  // namespace portproof
