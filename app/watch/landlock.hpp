// Landlock (landlock(7)): from now on the calling thread, and those that it starts, reach files in a few
// directories only. By raw system calls, which Debian 12's C library has no functions for.
#pragma once

#include <string>
#include <vector>

namespace portproof {

// The version of the kernel's interface that is in force now; 0 where there is none and nothing was
// restricted. Directories that do not exist are passed over: what is in them stays closed.
int restrict_files(const std::vector<std::string>& readable, const std::vector<std::string>& writable);

}  // namespace portproof
