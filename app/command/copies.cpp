#include "app/command/copies.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "capture/base/sha256.hpp"
#include "capture/source/input_hash.hpp"

namespace portproof {
namespace {

std::optional<struct stat> regular_file(const std::string& path) {
  struct stat status {};
  const bool is_file = path != "-" && ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  return is_file ? std::optional(status) : std::nullopt;
}

// Enough to tell most captures apart: the first record has a time.
std::string hash_of_beginning(const std::string& path) {
  std::array<char, 4096> block{};
  std::ifstream file(path, std::ios::binary);
  file.read(block.data(), block.size());
  return sha256_of({block.data(), static_cast<std::size_t>(file.gcount())});
}

// The files so far. Each is read only as far as it takes to tell it from the others.
class Originals {
 public:
  // The one with the same content, if there is one; else the file joins the others.
  std::optional<std::string> find_or_add(const std::string& path, const struct stat& status) {
    const auto [same, is_new] = by_identity_.try_emplace({status.st_dev, status.st_ino}, path);
    if (!is_new) return same->second;
    Group& group = by_size_[static_cast<std::uint64_t>(status.st_size)];
    if (group.waiting.empty() && group.by_beginning.empty()) {
      group.waiting = path;  // the first of its size: there is nothing to compare it with yet
      return {};
    }
    if (!group.waiting.empty()) {
      group.by_beginning[hash_of_beginning(group.waiting)].waiting = group.waiting;
      group.waiting.clear();
    }
    return find_or_add(path, group.by_beginning[hash_of_beginning(path)]);
  }

 private:
  struct Alike {
    std::string waiting;  // the only one, not hashed yet
    std::map<std::string, std::string> by_hash;
  };
  struct Group {
    std::string waiting;
    std::map<std::string, Alike> by_beginning;
  };

  static std::optional<std::string> find_or_add(const std::string& path, Alike& alike) {
    if (alike.waiting.empty() && alike.by_hash.empty()) {
      alike.waiting = path;
      return {};
    }
    if (!alike.waiting.empty()) {
      if (const auto hash = InputHash::start(alike.waiting).finish()) alike.by_hash[*hash] = alike.waiting;
      alike.waiting.clear();
    }
    const auto hash = InputHash::start(path).finish();
    if (!hash) return {};
    const auto [original, is_new] = alike.by_hash.try_emplace(*hash, path);
    return is_new ? std::nullopt : std::optional(original->second);
  }

  std::map<std::pair<dev_t, ino_t>, std::string> by_identity_;
  std::map<std::uint64_t, Group> by_size_;
};

}  // namespace

std::vector<Copy> take_out_copies(std::vector<std::string>& paths) {
  std::vector<Copy> copies;
  std::vector<std::string> kept;
  Originals originals;
  for (std::string& path : paths) {
    const auto status = regular_file(path);
    const auto original = status && status->st_size > 0 ? originals.find_or_add(path, *status) : std::nullopt;
    if (original) {
      copies.push_back({std::move(path), *original});
    } else {
      kept.push_back(std::move(path));
    }
  }
  paths = std::move(kept);
  return copies;
}

std::string sentence(const Copy& copy) {
  return fmt::format("{} has the same content as {} and counts once", copy.path, copy.original);
}

}  // namespace portproof
