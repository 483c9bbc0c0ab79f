// Landlock (landlock(7)): from now on, the calling thread and those that it starts can reach only a few files
// and folders. By raw system calls, because Debian 12's C library has no functions for them.
#pragma once

#include <string>
#include <vector>

namespace portproof {

// Returns the version of the kernel's interface that is in force now; 0 if there is none and nothing was
// restricted. Each path is a file, or a folder with everything below it; links are followed. Paths that do
// not exist are ignored: they stay closed.
int restrict_files(const std::vector<std::string>& readable, const std::vector<std::string>& writable);

// "Landlock (ABI 4) closed all other files to it; seccomp refused it ...", or what is missing.
std::string restrictions_in_words(int landlock_abi, bool seccomp);

}  // namespace portproof
