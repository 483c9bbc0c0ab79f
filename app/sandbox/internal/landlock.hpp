// Landlock (landlock(7)): from now on the calling thread, and those that it starts, reach a few files and
// directories only. By raw system calls, which Debian 12's C library has no functions for.
#pragma once

#include <string>
#include <vector>

namespace portproof {

// The version of the kernel's interface that is in force now; 0 where there is none and nothing was
// restricted. Each path is a file, or a directory with all below it; links are followed. Those that do not
// exist are passed over: what is in them stays closed.
int restrict_files(const std::vector<std::string>& readable, const std::vector<std::string>& writable);

// "Landlock (ABI 4) closed all other files to it; seccomp refused it ...", or what is missing.
std::string restrictions_in_words(int landlock_abi, bool seccomp);

}  // namespace portproof
