// The system calls that a watch needs once everything is open, and no others (seccomp(2), by libseccomp).
// The others fail with EPERM: a library that tries something and can do without goes on.
#pragma once

#include <vector>

#include "capture/base/error.hpp"

namespace portproof {

// Holds for all threads, and for good. False where the kernel has no seccomp. On the descriptors of
// `only_receiving` nothing can be sent from now on, nor can they be had under another number.
Expected<bool> restrict_system_calls(const std::vector<int>& only_receiving);

}  // namespace portproof
