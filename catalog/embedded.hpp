// The catalog files that are compiled into the program. The definition is generated when the program is
// built (cmake/embed_catalog.cmake), so the program needs no data directory.
#pragma once

#include <span>
#include <string_view>

namespace portproof {

struct EmbeddedFile {
  std::string_view edition;  // id of the edition that it belongs to
  std::string_view name;
  std::string_view text;
};

// Those of the default edition first.
std::span<const EmbeddedFile> embedded_files();

}  // namespace portproof
