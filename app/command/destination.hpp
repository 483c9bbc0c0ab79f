// Where an output really goes. The name that the user gives may be a link; a file that is made beside a link
// and renamed would replace the link.
#pragma once

#include <cstdint>
#include <string>

#include "capture/base/error.hpp"

namespace portproof {

struct Destination {
  enum class Kind : std::uint8_t {
    file,        // is there, or is to be made
    special,     // a device, a pipe, a descriptor of another process: written to as it is
    descriptor,  // of this process: standard output, /dev/stdout, /dev/fd/3
  };
  Kind kind{Kind::file};
  std::string path;    // of the first two, without links; as it was given where its folder is not there
  int descriptor{-1};  // of the third
};

// "" and "-" stand for standard output. Error of kind cannot_create if a link leads nowhere.
Expected<Destination> destination_of(const std::string& output);

// The folder of a file: "." for a bare name.
std::string folder_of(const std::string& path);

}  // namespace portproof
