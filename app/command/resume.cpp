#include "app/command/resume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/command/copies.hpp"
#include "app/command/evidence_input.hpp"
#include "app/command/say.hpp"
#include "capture/source/input_hash.hpp"
#include "report/escape.hpp"

namespace portproof {
namespace {

namespace fs = std::filesystem;

constexpr auto kLeastInterval = std::chrono::seconds(30);
constexpr int kSavingShare = 20;

// Evidence keeps text as JSON, which allows nothing else.
bool is_utf8(std::string_view text) {
  std::size_t following = 0;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    const bool continues = (byte & 0xc0U) == 0x80;
    if (continues != (following > 0)) return false;
    if (continues) {
      --following;
    } else if (byte >= 0x80) {
      if (byte < 0xc2 || byte > 0xf4) return false;
      following = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    }
  }
  return following == 0;
}

Expected<std::string> hash_of(const std::string& path) {
  return InputHash::start(path).finish();
}

}  // namespace

Expected<Resumption> Resumption::open(const std::string& file, const ObservationSettings& settings,
                                      const std::string& filter) {
  Resumption resumption(file);
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    resumption.evidence_.settings = settings;
    if (auto saved = resumption.save(resumption.evidence_); !saved)
      return tl::unexpected(std::move(saved.error()));
    return resumption;
  }
  auto evidence = read_all_evidence({file});
  if (!evidence) return tl::unexpected(std::move(evidence.error()));
  if (evidence->settings != settings) {
    return fail(ErrorKind::usage,
                fmt::format("was saved with different settings ({}); resume with the same ones",
                            difference(evidence->settings, settings)),
                file);
  }
  const auto& inputs = evidence->inputs;
  if (std::any_of(inputs.begin(), inputs.end(), [&](const Input& input) { return input.filter != filter; })) {
    return fail(ErrorKind::usage,
                "was saved with a different filter, or without one; resume with the same filter", file);
  }
  resumption.evidence_ = std::move(*evidence);
  resumption.note_inputs();
  return resumption;
}

void Resumption::note_inputs() {
  for (const Input& input : evidence_.inputs) {
    held_[input.path] = Held{input.sha256, input.bytes, false};
    // A member stands for its archive. The archive's own name may contain the mark, too.
    for (std::size_t mark = input.path.find('!'); mark != std::string::npos;
         mark = input.path.find('!', mark + 1)) {
      held_.try_emplace(input.path.substr(0, mark), Held{input.sha256, 0, true});
    }
  }
}

Expected<void> Resumption::check(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    std::error_code ignored;
    const auto status = fs::status(path, ignored);
    if (path == "-" || (fs::exists(status) && !fs::is_regular_file(status))) {
      return fail(ErrorKind::usage, "is a stream, which --resume cannot continue; save it to a file first",
                  path);
    }
    if (!is_utf8(path)) {
      return fail(ErrorKind::usage,
                  "has a name that is not UTF-8, which --resume cannot recognise later; rename it", path);
    }
  }
  return {};
}

tl::unexpected<Error> Resumption::changed(const std::string& path) const {
  return fail(
      ErrorKind::bad_data,
      fmt::format("has changed since its evidence was saved, and that evidence cannot be removed from {}; "
                  "delete that file to start over",
                  file_),
      path);
}

Expected<bool> Resumption::holds(const std::string& path) const {
  const auto found = held_.find(path);
  if (found == held_.end()) return holds_content_of(path);
  const Held& held = found->second;
  if (held.sha256.empty()) {
    std::error_code fault;
    const auto size = fs::file_size(path, fault);
    if (fault || held.is_member || size != held.bytes) return changed(path);
    return true;
  }
  const auto hash = hash_of(path);
  if (!hash) return tl::unexpected(hash.error());
  if (*hash != held.sha256) return changed(path);
  return true;
}

// For a copy, or a file that was renamed since.
Expected<bool> Resumption::holds_content_of(const std::string& path) const {
  std::error_code fault;
  const auto size = fs::file_size(path, fault);
  std::string hash;
  for (const auto& [held_path, held] : held_) {
    if (fault || held.is_member || held.sha256.empty() || held.bytes != size) continue;
    if (hash.empty()) {
      auto computed = hash_of(path);
      if (!computed) return tl::unexpected(std::move(computed.error()));
      hash = std::move(*computed);
    }
    if (hash != held.sha256) continue;
    say(fmt::format("portproof: {}\n", escape_terminal(sentence({path, held_path}))));
    return true;
  }
  return false;
}

bool Resumption::is_due() const {
  return Clock::now() - saved_ >= std::max<Clock::duration>(kLeastInterval, saving_took_ * kSavingShare);
}

Expected<void> Resumption::save(const Evidence& evidence) {
  const auto began = Clock::now();
  auto saved = save_evidence(evidence, file_);
  saved_ = Clock::now();
  saving_took_ = saved_ - began;
  return saved;
}

}  // namespace portproof
