#include "app/command/input_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/command/file_state.hpp"
#include "app/command/moving_source.hpp"
#include "app/command/pieces.hpp"
#include "app/command/reading_hash.hpp"
#include "app/command/waiting_notice.hpp"

namespace portproof {
namespace {

// All names if there are few.
void note_skipped(const std::vector<std::string>& members, InputEvidence& read) {
  constexpr std::size_t kNamed = 20;
  read.skipped = members;
  if (members.size() <= kNamed) return;
  read.skipped.resize(kNamed);
  read.skipped_more = members.size() - kNamed - 1;
  read.skipped.push_back(fmt::format("{} (and {} members more)", members[kNamed], read.skipped_more));
}

void set_hash(Evidence& evidence, const std::string& sha256) {
  for (Input& input : evidence.inputs) input.sha256 = sha256;
}

// What was read of a file that changed meanwhile may be neither its old content nor its new one, and its hash
// may belong to yet another state.
void note_change(const std::string& path, InputEvidence& read) {
  const Error error{ErrorKind::bad_data, "changed while it was read; read it again once nothing writes to it",
                    path};
  for (Input& input : read.evidence.inputs) {
    input.gaps.cut_short = 1;
    if (input.error.empty()) input.error = error.what;
  }
  if (!read.fault) read.fault = error;
}

}  // namespace

Input unreadable(const std::string& path, const Error& error) {
  Input input;
  input.path = path;
  input.error = error.what;
  input.gaps.cut_short = 1;
  return input;
}

Expected<void> for_each_capture(Captures& captures, const std::string& path, const Stop& stop,
                                const CaptureVisitor& visitor) {
  const bool is_stream = !file_state_of(path);
  Expected<void> done;
  while (done && !stop.requested()) {
    auto capture = captures.next();
    if (!capture) return visitor.refuse(path, capture.error());
    if (!*capture) break;
    const std::string& its_path = (*capture)->path;
    auto& source = (*capture)->source;
    if (!source) {
      done = visitor.refuse(its_path, source.error());
    } else if (is_stream) {
      MovingSource moving(**source);
      done = visitor.take(moving, its_path);
    } else {
      done = visitor.take(**source, its_path);
    }
  }
  return done;
}

InputEvidence InputReader::read(const std::string& path) const {
  const auto before = file_state_of(path);
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
  if (before && before != file_state_of(path)) note_change(path, *read);
  return std::move(*read);
}

// An error if the input is unreadable as a whole.
Expected<InputEvidence> InputReader::try_read(const std::string& path) const {
  auto bytes = [&path] {
    const WaitingNotice notice(path);  // opening a pipe waits for its writer
    return open_bytes(path);
  }();
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

// All captures of one input, merged. An error of an archive ends it: members may be missing.
Expected<InputEvidence> InputReader::read_captures(Captures& captures, const std::string& path) const {
  InputEvidence all;
  EvidencePieces pieces(settings_of(options_.observe), options_.observe.collect.most_attempts);
  std::size_t number = 0;
  CaptureVisitor visitor;
  visitor.refuse = [&](const std::string& where, const Error& error) {
    if (!all.fault) all.fault = error;
    return pieces.add(number++, nothing_of(where, error));
  };
  visitor.take = [&](PacketSource& source, const std::string& where) {
    all.used = true;
    Evidence evidence = observe_capture(source, captures);
    const std::string& fault = evidence.inputs.front().error;  // of the source, or of the filter
    if (!fault.empty() && !all.fault) {
      all.fault = source.error().value_or(Error{ErrorKind::bad_data, fault, where});
    }
    return pieces.add(number++, std::move(evidence));
  };
  auto added = for_each_capture(captures, path, stop_, visitor);
  if (!added) return tl::unexpected(std::move(added.error()));
  note_skipped(captures.skipped(), all);
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
  // The size of a capture is that of its file, compressed or not; a member has its own size.
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
