// What a command that reads files may still do once it begins to read them: those files, its outputs, and
// nothing else. The user stays the same, because the files are the user's.
#pragma once

#include <string>
#include <vector>

#include "capture/base/error.hpp"

namespace portproof {

struct FileWork {
  std::vector<std::string> reads;   // files and folders, as the command line names them
  std::vector<std::string> writes;  // files that `write_output` will write; "" and "-" for standard output
};

// Puts Landlock and seccomp in force for the calling thread and those that it starts, and returns a sentence
// for the report: what is in force. Names (of users, in filters) cannot be looked up afterwards. Errors:
// no_permission if the system refuses, cannot_create if an output is a link that leads nowhere. A kernel that
// has neither Landlock nor seccomp is no error; the sentence says so.
Expected<std::string> confine(const FileWork& work);

}  // namespace portproof
