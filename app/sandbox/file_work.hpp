// What a run over capture files may still do once it begins to read them: those files, those outputs, and no
// more. The user stays who it is, for the files are the user's.
#pragma once

#include <string>
#include <vector>

#include "capture/base/error.hpp"

namespace portproof {

struct FileWork {
  std::vector<std::string> reads;   // captures, and folders of them, as the command line names them
  std::vector<std::string> writes;  // files that will be written, as `write_output` does it; empty for none
};

// Puts Landlock and seccomp in force for the calling thread and those that it starts, and says what is in
// force: a sentence for the report. Names (of users, in filters) cannot be looked up afterwards. Errors:
// no_permission where the system refuses, cannot_create where an output is a link that leads nowhere; a
// kernel that has neither is no error, but is named in the sentence.
Expected<std::string> confine(const FileWork& work);

}  // namespace portproof
