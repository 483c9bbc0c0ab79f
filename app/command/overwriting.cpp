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

// Identifies a file under all its names.
using Identity = std::pair<dev_t, ino_t>;

std::optional<Identity> identity_of(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return {};
  return Identity{status.st_dev, status.st_ino};
}

std::optional<Identity> identity_of(const std::string& path) {
  struct stat status {};
  const int fault = path == "-" ? ::fstat(STDIN_FILENO, &status) : ::stat(path.c_str(), &status);
  return fault == 0 ? identity_of(status) : std::nullopt;
}

std::optional<Identity> identity_of(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 ? identity_of(status) : std::nullopt;
}

// Where an output goes.
struct Target {
  const NamedOutput* output;
  std::string path;                  // empty for a descriptor
  std::optional<Identity> identity;  // if the file exists
};

bool is_same(const Target& one, const Target& other) {
  if (one.path.empty() || other.path.empty()) return false;
  if (one.identity || other.identity) return one.identity == other.identity;
  return one.path == other.path;
}

Expected<std::vector<Target>> targets_of(const std::vector<NamedOutput>& outputs) {
  std::vector<Target> targets;
  for (const NamedOutput& output : outputs) {
    auto destination = destination_of(output.path);
    if (!destination) return tl::unexpected(std::move(destination.error()));
    if (destination->kind == Destination::Kind::descriptor) {
      targets.push_back({&output, {}, identity_of(destination->descriptor)});
    } else if (destination->kind == Destination::Kind::file) {
      targets.push_back({&output, destination->path, identity_of(destination->path)});
    }
  }
  return targets;
}

Expected<void> check_inputs(const std::vector<Target>& targets, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    const auto identity = identity_of(input);
    for (const Target& target : targets) {
      if (!identity || target.identity != identity) continue;
      return fail(ErrorKind::usage,
                  target.path.empty()
                      ? "is an input, and standard output writes to it"
                      : fmt::format("is an input, which {} would overwrite", target.output->option),
                  input);
    }
  }
  return {};
}

}  // namespace

Expected<void> check_outputs(const std::vector<NamedOutput>& outputs, const std::vector<std::string>& inputs,
                             const std::vector<std::string>& estate) {
  const auto targets = targets_of(outputs);
  if (!targets) return tl::unexpected(targets.error());
  for (auto later = targets->begin(); later != targets->end(); ++later) {
    for (auto earlier = targets->begin(); earlier != later; ++earlier) {
      if (!is_same(*earlier, *later)) continue;
      return fail(ErrorKind::usage,
                  fmt::format("{} and {} name the same file", earlier->output->option, later->output->option),
                  later->output->path);
    }
  }
  if (auto checked = check_inputs(*targets, inputs); !checked) return checked;
  return check_inputs(*targets, estate);
}

}  // namespace portproof
