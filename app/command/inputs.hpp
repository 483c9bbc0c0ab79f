// The captures that a command line names: files, standard input, and folders. A folder stands for the
// captures in it, oldest first, by the time of the first frame even if they are compressed.
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
  std::vector<std::string> skipped;     // files in folders that are no captures, and members of archives
  std::uint64_t skipped_more{0};        // members of large archives that are none either, and not named
  std::vector<std::string> unfollowed;  // links to folders, in folders: what they lead to is not read
  std::vector<Copy> copies;             // files with the content of one that is read; they are not read
  std::uint64_t bytes{0};               // sizes of the regular files among them, for progress
};

// What the report notes about files that were found and not read: captures that count once because they are
// copies, files that are no captures, links that were not followed. Sentences.
std::vector<std::string> notes_on(const InputList& inputs);

// Errors: usage if no word is given, input_missing if a folder cannot be listed or contains no capture. A
// file that does not exist stays in the list: its reader reports it.
Expected<InputList> list_inputs(const std::vector<std::string>& words);

}  // namespace portproof
