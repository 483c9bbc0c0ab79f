// The catalog files that are compiled into the program, so that it needs no data directory. The build
// generates the definition (cmake/embed_catalog.cmake).
#pragma once

#include <span>
#include <string_view>

namespace portproof {

struct EmbeddedFile {
  std::string_view edition;  // id of the edition that it belongs to
  std::string_view name;
  std::string_view text;
};

// Files of the default edition come first.
std::span<const EmbeddedFile> embedded_files();

}  // namespace portproof
