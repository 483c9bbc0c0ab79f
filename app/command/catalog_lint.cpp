#include "app/command/catalog_lint.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "app/command/chosen_catalog.hpp"
#include "app/command/exit_status.hpp"
#include "app/command/output.hpp"
#include "catalog/lint.hpp"
#include "catalog/load.hpp"

namespace portproof {
namespace {

namespace fs = std::filesystem;
using Files = std::vector<CatalogFile>;

std::string summary_of(const Catalog& catalog) {
  std::vector<std::string> overlays;
  for (const Overlay& overlay : catalog.overlays) overlays.push_back(overlay.id);
  return fmt::format(
      "clean: edition {}{}, {} systems, {} roles, {} rules, {} proposed, {} remarks\n", catalog.edition,
      overlays.empty() ? "" : fmt::format(" with {}", fmt::join(overlays, ", ")), catalog.systems.size(),
      catalog.roles.roles().size(), catalog.rules.size(), catalog.proposals.size(), catalog.remarks.size());
}

// Collects what lint says of several catalogs, each finding once.
class Linting {
 public:
  static Files with(Files files, const Files& more) {
    files.insert(files.end(), more.begin(), more.end());
    return files;
  }

  // `place` is the subject of a fault of no file in particular.
  explicit Linting(std::string place) : place_(std::move(place)) {}

  void check(const Files& files) {
    const std::vector<LintFinding> findings = lint_files(files);
    for (const LintFinding& finding : findings) {
      const std::string line =
          (finding.subject.empty() ? place_ : finding.subject) + ": " + finding.what + "\n";
      if (said_.insert(line).second) found_ += line;
    }
    if (!findings.empty()) return;
    if (const auto catalog = load_catalog(files)) clean_ += summary_of(*catalog);
  }

  // An edition alone, with each overlay, and with all of them.
  void check_all(const Files& edition, const Files& overlays) {
    check(edition);
    for (const CatalogFile& overlay : overlays) check(with(edition, {overlay}));
    if (overlays.size() > 1) check(with(edition, overlays));
  }

  [[nodiscard]] Expected<int> finish() const {
    const int status = found_.empty() ? kExitSuccess : exit_status(ErrorKind::bad_data);
    return write_standard_output(found_.empty() ? clean_ : found_).map([status](int) { return status; });
  }

 private:
  std::string place_;
  std::set<std::string> said_;
  std::string found_;
  std::string clean_;
};

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code fault;
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end; entry.increment(fault)) {
    if (entry->is_directory(fault)) folders.push_back(entry->path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

// Its edition, the editions in its subfolder, which change that one, and the overlays in the other subfolder.
Expected<int> lint_folder(const fs::path& folder) {
  const auto edition = read_catalog_folder(folder);
  if (!edition) return tl::unexpected(edition.error());
  Files overlays;
  std::error_code fault;
  if (fs::is_directory(folder / "overlays", fault)) {
    auto files = read_catalog_folder(folder / "overlays");
    if (!files) return tl::unexpected(files.error());
    overlays = std::move(*files);
  }
  Linting linting(folder.string());
  linting.check_all(*edition, overlays);
  for (const fs::path& other : folders_in(folder / "editions")) {
    const auto changes = read_catalog_folder(other);
    if (!changes) return tl::unexpected(changes.error());
    linting.check_all(Linting::with(*edition, *changes), overlays);
  }
  return linting.finish();
}

Expected<int> lint_built_in() {
  Files overlays;
  for (const std::string_view overlay : built_in_overlays()) {
    auto file = built_in_overlay(overlay);
    if (!file) return tl::unexpected(file.error());
    overlays.push_back(std::move(*file));
  }
  Linting linting("the catalog");
  for (const std::string_view edition : built_in_editions()) {
    auto files = built_in_edition(edition);
    if (!files) return tl::unexpected(files.error());
    linting.check_all(*files, overlays);
  }
  return linting.finish();
}

}  // namespace

Expected<int> lint_catalogs(const std::vector<std::string>& words, const Arguments& arguments) {
  if (!words.empty()) return lint_folder(words.front());
  const bool chosen = arguments.has("edition") || arguments.has("with") || arguments.has("catalog");
  if (!chosen) return lint_built_in();
  auto files = chosen_files(arguments, {}, {});
  if (!files) return tl::unexpected(files.error());
  Linting linting("the catalog");
  linting.check(*files);
  return linting.finish();
}

}  // namespace portproof
