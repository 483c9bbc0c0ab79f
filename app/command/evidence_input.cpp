#include "app/command/evidence_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <ostream>

#include "app/command/known_inputs.hpp"
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

void say_counted_once(const std::string& path, const std::string& other) {
  say(fmt::format("portproof: {} holds only inputs that {} holds too; they count once\n",
                  escape_terminal(path), escape_terminal(other)));
}

// The names of what was put together: "monday.evidence and 2 files more".
std::string names_of(const std::vector<std::string>& paths) {
  if (paths.size() == 1) return paths.front();
  return fmt::format("{} and {} more", paths.front(),
                     paths.size() == 2 ? "1 file" : fmt::format("{} files", paths.size() - 1));
}

const Input& first_known(const KnownInputs& known, const std::vector<Input>& inputs) {
  return *std::find_if(inputs.begin(), inputs.end(), [&](const Input& input) { return known.hold(input); });
}

}  // namespace

Expected<Evidence> merge_distinct(Evidence known, std::vector<std::string>& from, Evidence more,
                                  const std::string& path, std::size_t most_attempts) {
  using Share = KnownInputs::Share;
  const KnownInputs inputs(known.inputs);
  const Share share = inputs.share_of(more.inputs);
  const bool may_merge = known.settings == more.settings;  // else merge() says what differs
  const Input* const doubtful = may_merge ? inputs.first_doubtful(more.inputs) : nullptr;
  if (doubtful != nullptr) {
    return fail(
        ErrorKind::bad_data,
        fmt::format(
            "holds {}, and {} holds an input that looks the same; without a SHA-256 (--no-hash) nothing "
            "says whether both are one capture. Leave one of the files out, or gather the evidence "
            "again with hashes",
            doubtful->path, names_of(from)),
        path);
  }
  if (share == Share::all && may_merge) {
    say_counted_once(path, names_of(from));
    return known;
  }
  if (share == Share::some && may_merge) {
    if (KnownInputs(more.inputs).share_of(known.inputs) != Share::all) {
      return fail(
          ErrorKind::bad_data,
          fmt::format("holds {}, and so does {}; its packets would count twice. Leave one of the files out",
                      first_known(inputs, more.inputs).path, names_of(from)),
          path);
    }
    say_counted_once(names_of(from), path);
    from = {path};
    return more;
  }
  from.push_back(path);
  auto all = merge(std::move(known), std::move(more), most_attempts);
  if (!all) all.error().where = path;
  return all;
}

Expected<Evidence> read_all_evidence(const std::vector<std::string>& paths, std::size_t most_attempts) {
  if (paths.empty())
    return fail(ErrorKind::usage, "no evidence given; name files that --save-evidence has written");
  auto all = read_one(paths.front());
  std::vector<std::string> from{paths.front()};
  for (std::size_t index = 1; all && index < paths.size(); ++index) {
    auto next = read_one(paths[index]);
    if (!next) return next;
    all = merge_distinct(std::move(*all), from, std::move(*next), paths[index], most_attempts);
  }
  return all;
}

Expected<void> save_evidence(const Evidence& evidence, const std::string& path) {
  return write_output(path, [&](std::ostream& out) { write_evidence(evidence, out); });
}

}  // namespace portproof
