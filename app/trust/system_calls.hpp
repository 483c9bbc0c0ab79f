// The system calls that a watch needs once everything is open, and no others (seccomp(2), by libseccomp).
// The others fail with EPERM: a library that tries something and can do without goes on.
#pragma once

#include "capture/error.hpp"

namespace portproof {

// Holds for all threads, and for good. False where the kernel has no seccomp.
Expected<bool> restrict_system_calls();

}  // namespace portproof
