// The captures that a command line names: files, standard input, and folders, which stand for the captures
// in them, oldest first (by the time of the first frame, also where they are compressed).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "app/command/copies.hpp"
#include "capture/base/error.hpp"

namespace portproof {

struct InputList {
  std::vector<std::string> paths;       // in the order in which they are read; each once
  std::set<std::string> found;          // those of them that no word names: they come from folders
  std::vector<std::string> skipped;     // files in folders that are no captures
  std::vector<std::string> unfollowed;  // links to folders, in folders: what they lead to is not read
  std::vector<Copy> copies;             // files with the content of one that is read; they are not read
  std::uint64_t bytes{0};               // sizes of the regular files among them, for progress
};

// Errors: usage where no word is given, input_missing where a folder cannot be listed or holds no capture.
// A file that does not exist is left in the list: it is for its reader to say so.
Expected<InputList> list_inputs(const std::vector<std::string>& words);

}  // namespace portproof
