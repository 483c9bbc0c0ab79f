// The catalog files that are compiled into the program, so that it needs no data directory: the default
// edition's, below `editions/` a folder for each further edition, and below `overlays/` a file for each
// overlay, called by their ids. The build generates the definition (cmake/embed_catalog.cmake).
#pragma once

#include <span>
#include <string_view>

namespace portproof {

struct EmbeddedFile {
  std::string_view name;  // its path in the folder catalog/, "overlays/windows-domain.toml"
  std::string_view text;
};

std::span<const EmbeddedFile> embedded_files();

}  // namespace portproof
