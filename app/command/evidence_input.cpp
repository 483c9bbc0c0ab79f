#include "app/command/evidence_input.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <ostream>
#include <set>

#include "app/command/output.hpp"
#include "app/command/say.hpp"
#include "capture/evidence/evidence_file.hpp"
#include "report/escape.hpp"

namespace portproof {
namespace {

Expected<Evidence> read_one(const std::string& path) {
  if (path == "-") return read_evidence(std::cin, "standard input");
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return fail(ErrorKind::input_missing, "is a folder; name the evidence files in it", path);
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const ErrorKind kind = errno == EACCES ? ErrorKind::no_permission : ErrorKind::input_missing;
    return fail(kind, fmt::format("cannot be opened: {}", std::strerror(errno)), path);
  }
  return read_evidence(file, path);
}

// The same capture in two pieces of evidence would be counted twice. That changes no verdict, but every
// count.
void warn_of_repeated_inputs(const Evidence& evidence) {
  std::set<std::string> seen;
  for (const Input& input : evidence.inputs) {
    if (!input.sha256.empty() && !seen.insert(input.sha256).second) {
      say(fmt::format(
          "portproof: warning: {} is in the evidence more than once; its packets count as often\n",
          escape_terminal(input.path)));
    }
  }
}

}  // namespace

Expected<Evidence> read_all_evidence(const std::vector<std::string>& paths, std::size_t most_attempts) {
  if (paths.empty())
    return fail(ErrorKind::usage, "no evidence given; name files that --save-evidence has written");
  auto all = read_one(paths.front());
  for (std::size_t index = 1; all && index < paths.size(); ++index) {
    auto next = read_one(paths[index]);
    if (!next) return next;
    all = merge(std::move(*all), std::move(*next), most_attempts);
    if (!all) all.error().where = paths[index];
  }
  if (all) warn_of_repeated_inputs(*all);
  return all;
}

Expected<void> save_evidence(const Evidence& evidence, const std::string& path) {
  return write_output(path, [&](std::ostream& out) { write_evidence(evidence, out); });
}

}  // namespace portproof
