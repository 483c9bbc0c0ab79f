#include "app/command/chosen_catalog.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>

#include "catalog/toml_file.hpp"

namespace portproof {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNoOverlay = "none";

// A name with the place in the inventory that it comes from; no place if the command line gives it.
struct Named {
  std::string name;
  std::string where;
};

std::vector<Named> overlays_of(const Arguments& arguments, const WrittenCatalog& written,
                               const std::string& path) {
  const bool given = arguments.has("with");
  std::vector<Named> overlays;
  for (const std::string& name :
       given ? overlays_named(arguments) : written.overlays.value_or(std::vector<std::string>{})) {
    overlays.push_back({name, given ? "" : fmt::format("{}:{}", path, written.overlays_line)});
  }
  return overlays;
}

// An unknown id is blamed on the place that names it: the command line, or a line of the inventory.
Error blamed_on(const Named& named, Error error) {
  if (error.kind == ErrorKind::usage && !named.where.empty()) {
    return {ErrorKind::bad_data, std::move(error.what), named.where};
  }
  return error;
}

// The overlays in the folder of a catalog, by the names of their files.
std::vector<std::string> overlays_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code fault;
  for (fs::directory_iterator entry(fs::path(folder) / "overlays", fault), end; !fault && entry != end;
       entry.increment(fault)) {
    if (entry->path().extension() == ".toml") names.push_back(entry->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Expected<CatalogFile> overlay_file(const std::string& folder, const std::string& name) {
  const std::vector<std::string> own = folder.empty() ? std::vector<std::string>{} : overlays_in(folder);
  if (std::find(own.begin(), own.end(), name) != own.end()) {
    const std::string path = (fs::path(folder) / "overlays" / (name + ".toml")).string();
    auto text = read_toml_file(path, "the overlay");
    if (!text) return tl::unexpected(std::move(text.error()));
    return CatalogFile{path, std::move(*text)};
  }
  auto known = built_in_overlays();
  if (std::find(known.begin(), known.end(), name) != known.end()) return built_in_overlay(name);
  known.insert(known.end(), own.begin(), own.end());
  return fail(ErrorKind::usage, unknown_id("overlay", name, known));
}

Expected<std::vector<CatalogFile>> edition_files(const Arguments& arguments, const WrittenCatalog& written,
                                                 const std::string& path) {
  if (arguments.has("catalog")) return read_catalog_folder(arguments.text("catalog"));
  Named edition{std::string(kDefaultEdition), ""};
  if (arguments.has("edition")) {
    edition.name = arguments.text("edition");
  } else if (written.edition) {
    edition = {*written.edition, fmt::format("{}:{}", path, written.edition_line)};
  }
  auto files = built_in_edition(edition.name);
  if (!files) return tl::unexpected(blamed_on(edition, std::move(files.error())));
  return files;
}

}  // namespace

std::vector<std::string> overlays_named(const Arguments& arguments) {
  std::vector<std::string> names;
  if (!arguments.has("with")) return names;
  for (std::string_view list : arguments.get<std::vector<std::string>>("with")) {
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      const std::string name(list.substr(0, comma));
      if (!name.empty() && name != kNoOverlay) names.push_back(name);
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }
  return names;
}

Expected<std::vector<CatalogFile>> chosen_files(const Arguments& arguments, const WrittenCatalog& written,
                                                const std::string& path) {
  if (arguments.has("catalog") && arguments.has("edition")) {
    return fail(ErrorKind::usage, "--edition and --catalog cannot be combined: a folder is one edition");
  }
  auto files = edition_files(arguments, written, path);
  if (!files) return tl::unexpected(std::move(files.error()));
  std::vector<Named> overlays = overlays_of(arguments, written, path);
  std::sort(overlays.begin(), overlays.end(),
            [](const Named& left, const Named& right) { return left.name < right.name; });
  const auto same_name = [](const Named& left, const Named& right) { return left.name == right.name; };
  overlays.erase(std::unique(overlays.begin(), overlays.end(), same_name), overlays.end());
  for (const Named& overlay : overlays) {
    auto file = overlay_file(arguments.text("catalog"), overlay.name);
    if (!file) return tl::unexpected(blamed_on(overlay, std::move(file.error())));
    files->push_back(std::move(*file));
  }
  return files;
}

Expected<Catalog> chosen_catalog(const Arguments& arguments, const WrittenCatalog& written,
                                 const std::string& path) {
  auto files = chosen_files(arguments, written, path);
  if (!files) return tl::unexpected(std::move(files.error()));
  return load_catalog(std::move(*files)).map_error([&arguments](Error error) {
    if (error.where.empty()) error.where = arguments.text("catalog");
    return error;
  });
}

std::vector<std::string> overridden(const Arguments& arguments, const WrittenCatalog& written,
                                    const std::string& path) {
  std::vector<std::string> sentences;
  const bool other_edition = arguments.has("edition") && arguments.text("edition") != written.edition;
  if (written.edition && (arguments.has("catalog") || other_edition)) {
    sentences.push_back(fmt::format("{}:{}: {} on the command line overrides the edition \"{}\"", path,
                                    written.edition_line,
                                    arguments.has("catalog") ? "--catalog" : "--edition", *written.edition));
  }
  if (!written.overlays || !arguments.has("with")) return sentences;
  auto given = overlays_named(arguments);
  auto wanted = *written.overlays;
  std::sort(given.begin(), given.end());
  std::sort(wanted.begin(), wanted.end());
  if (given != wanted) {
    sentences.push_back(fmt::format("{}:{}: --with on the command line overrides the overlays {}", path,
                                    written.overlays_line,
                                    wanted.empty() ? "(none)" : fmt::format("{}", fmt::join(wanted, ", "))));
  }
  return sentences;
}

}  // namespace portproof
