#include "app/command/input_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/command/pieces.hpp"
#include "app/command/reading_hash.hpp"

namespace portproof {
namespace {

// Each by its name where they are few.
std::vector<std::string> first_of(const std::vector<std::string>& members) {
  constexpr std::size_t kNamed = 20;
  if (members.size() <= kNamed) return members;
  std::vector<std::string> named{members.begin(), members.begin() + kNamed};
  named.push_back(fmt::format("{} (and {} members more)", members[kNamed], members.size() - kNamed - 1));
  return named;
}

void set_hash(Evidence& evidence, const std::string& sha256) {
  for (Input& input : evidence.inputs) input.sha256 = sha256;
}

}  // namespace

Input unreadable(const std::string& path, const Error& error) {
  Input input;
  input.path = path;
  input.error = error.what;
  input.gaps.cut_short = 1;
  return input;
}

InputEvidence InputReader::read(const std::string& path) const {
  auto read = try_read(path);
  if (!read) {
    InputEvidence nothing;
    nothing.evidence = nothing_of(path, read.error());
    nothing.fault = std::move(read.error());
    return nothing;
  }
  if (!read->used && read->evidence.inputs.empty()) {
    read->holds_no_capture = true;
    read->fault = Error{ErrorKind::bad_data, "is an archive that holds no capture", path};
    read->evidence = nothing_of(path, *read->fault);
  }
  return std::move(*read);
}

// An error where the input is unreadable as a whole.
Expected<InputEvidence> InputReader::try_read(const std::string& path) const {
  auto bytes = open_bytes(path);
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  std::optional<ReadingHash> hash;
  if (options_.hash) {
    hash.emplace(path);
    bytes = hash->watch(std::move(*bytes));
  }
  auto captures = Captures::open(std::move(*bytes), path);
  if (!captures) return tl::unexpected(std::move(captures.error()));
  auto read = read_captures(**captures, path);
  if (!read || stop_.requested()) return read;
  if (!hash && options_.hash_archives && (*captures)->is_archive()) hash.emplace(path);
  if (hash) {
    const auto digest = hash->finish();
    if (!digest) return tl::unexpected(digest.error());
    set_hash(read->evidence, *digest);
  }
  return read;
}

// All captures of one input, as one piece. An error of an archive ends it: members may be missing.
Expected<InputEvidence> InputReader::read_captures(Captures& captures, const std::string& path) const {
  InputEvidence all;
  EvidencePieces pieces(settings_of(options_.observe), options_.observe.collect.most_attempts);
  std::size_t number = 0;
  const auto note_fault = [&](const std::string& where, const Error& error) {
    if (!all.fault) all.fault = error;
    return pieces.add(number++, nothing_of(where, error));
  };
  Expected<void> added;
  while (added && !stop_.requested()) {
    auto capture = captures.next();
    if (!capture) {
      added = note_fault(path, capture.error());
      break;
    }
    if (!*capture) break;
    auto& source = (*capture)->source;
    if (!source) {
      added = note_fault((*capture)->path, source.error());
      continue;
    }
    all.used = true;
    Evidence evidence = observe_capture(**source, captures);
    const std::string& fault = evidence.inputs.front().error;  // of the source, or of the filter
    if (!fault.empty() && !all.fault) {
      all.fault = (*source)->error().value_or(Error{ErrorKind::bad_data, fault, (*capture)->path});
    }
    added = pieces.add(number++, std::move(evidence));
  }
  if (!added) return tl::unexpected(std::move(added.error()));
  all.skipped = first_of(captures.skipped());
  auto evidence = pieces.take();
  if (!evidence) return tl::unexpected(std::move(evidence.error()));
  all.evidence = std::move(*evidence);
  return all;
}

Evidence InputReader::observe_capture(PacketSource& source, const Captures& captures) const {
  ObserveOptions observing = options_.observe;
  observing.progress = [this, &captures, before = captures.bytes_read()](std::uint64_t) mutable {
    progress_.add(captures.bytes_read() - before);
    before = captures.bytes_read();
  };
  if (captures.is_archive()) observing.collect.is_whole = false;
  StoppableSource stoppable(source, stop_);
  Evidence evidence = observe(stoppable, observing);
  // The size of a capture is that of its file, compressed or not; that of a member is its own.
  if (!captures.is_archive()) evidence.inputs.front().bytes = captures.bytes_read();
  return evidence;
}

Evidence InputReader::nothing_of(const std::string& path, const Error& error) const {
  Evidence nothing;
  nothing.settings = settings_of(options_.observe);
  nothing.inputs.push_back(unreadable(path, error));
  return nothing;
}

}  // namespace portproof
