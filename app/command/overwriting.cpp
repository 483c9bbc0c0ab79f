#include "app/command/overwriting.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "app/command/destination.hpp"

namespace portproof {
namespace {

// A file by what it is, whatever its names.
using Identity = std::pair<dev_t, ino_t>;

std::optional<Identity> identity_of(const std::string& path) {
  struct stat status {};
  const int fault = path == "-" ? ::fstat(STDIN_FILENO, &status) : ::stat(path.c_str(), &status);
  if (fault != 0 || !S_ISREG(status.st_mode)) return {};
  return Identity{status.st_dev, status.st_ino};
}

struct Place {
  const NamedOutput* output;
  std::string path;
  std::optional<Identity> identity;  // where it is there already
};

bool is_same(const Place& one, const Place& other) {
  if (one.identity || other.identity) return one.identity == other.identity;
  return one.path == other.path;
}

}  // namespace

Expected<void> check_outputs(const std::vector<NamedOutput>& outputs,
                             const std::vector<std::string>& inputs) {
  std::vector<Place> places;
  for (const NamedOutput& output : outputs) {
    auto destination = destination_of(output.path);
    if (!destination) return tl::unexpected(std::move(destination.error()));
    if (destination->kind != Destination::Kind::file) continue;
    Place place{&output, destination->path, identity_of(destination->path)};
    for (const Place& other : places) {
      if (!is_same(place, other)) continue;
      return fail(ErrorKind::usage,
                  fmt::format("{} and {} name the same file", other.output->option, output.option),
                  output.path);
    }
    places.push_back(std::move(place));
  }
  for (const std::string& input : inputs) {
    const auto identity = identity_of(input);
    for (const Place& place : places) {
      if (!identity || place.identity != identity) continue;
      return fail(ErrorKind::usage,
                  fmt::format("is an input, which {} would overwrite", place.output->option), input);
    }
  }
  return {};
}

}  // namespace portproof
