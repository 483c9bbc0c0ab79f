#include "app/command/gather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "app/command/faults.hpp"
#include "app/command/pieces.hpp"
#include "app/command/progress.hpp"
#include "app/command/resume.hpp"
#include "app/command/say.hpp"
#include "capture/source/captures.hpp"
#include "capture/source/input_hash.hpp"

namespace portproof {
namespace {

// The SHA-256 of one input, made beside the reading: a file by a thread of its own, what can be read but once
// (standard input, a pipe) as it flows by.
class HashBeside {
 public:
  explicit HashBeside(const std::string& path) {
    std::error_code ignored;
    if (path != "-" && std::filesystem::is_regular_file(path, ignored)) of_file_ = InputHash::start(path);
  }

  std::unique_ptr<ByteSource> watch(std::unique_ptr<ByteSource> bytes) {
    if (of_file_) return bytes;
    return std::make_unique<HashingByteSource>(std::move(bytes), of_stream_);
  }

  Expected<std::string> finish() { return of_file_ ? of_file_->finish() : of_stream_.hex(); }

 private:
  std::optional<InputHash> of_file_;
  Sha256 of_stream_;
};

// A source that ends when the run is to stop.
class Stoppable final : public PacketSource {
 public:
  Stoppable(PacketSource& source, const std::atomic<bool>& stop) : source_(source), stop_(stop) {}

  ReadOutcome next(FrameBatch& batch) override {
    if (!stop_ && StopSignals::caught() == 0) return source_.next(batch);
    batch.clear();
    return ReadOutcome::stopped;
  }
  [[nodiscard]] const SourceFacts& facts() const override { return source_.facts(); }
  [[nodiscard]] const std::optional<Error>& error() const override { return source_.error(); }

 private:
  PacketSource& source_;
  const std::atomic<bool>& stop_;
};

// Members of an archive that are no captures, each by its name where they are few.
void name_members(const std::vector<std::string>& members, std::vector<std::string>& skipped) {
  constexpr std::size_t kNamed = 20;
  const std::size_t named = std::min(members.size(), kNamed);
  skipped.insert(skipped.end(), members.begin(), members.begin() + static_cast<std::ptrdiff_t>(named));
  if (members.size() > named) {
    skipped.push_back(fmt::format("{} (and {} members more)", members[named], members.size() - named - 1));
  }
}

// What came of one input.
struct Gathered {
  Evidence evidence;           // inputs that failed are in it, too
  std::optional<Error> fault;  // the first
  bool used{false};            // was a capture in it read, at least in part?
  std::vector<std::string> skipped;
};

// All inputs of one run, by several threads.
class Gathering {
 public:
  Gathering(InputList& inputs, const GatherOptions& options, Resumption* resumption)
      : inputs_(inputs),
        options_(options),
        timeouts_(options.observe.table.timeouts),
        resumption_(resumption),
        progress_(inputs.bytes, inputs.paths.size()),
        whole_(timeouts_, options.observe.collect.most_attempts),
        partial_(timeouts_, options.observe.collect.most_attempts) {}

  Expected<Evidence> run();

 private:
  void work();
  Expected<void> try_input(const std::string& path, std::size_t index);
  Expected<void> take_input(const std::string& path, std::size_t index);
  Expected<bool> is_held(const std::string& path);
  Expected<Gathered> read_input(const std::string& path);
  Expected<void> read_captures(Captures& captures, const std::string& path, Gathered& gathered);
  Evidence observe_capture(PacketSource& source, const Captures& captures);
  Expected<void> hash_archive(const std::string& path, const Captures& captures, Evidence& evidence) const;
  Expected<void> keep(Gathered gathered, const std::string& path, std::size_t index);
  Expected<void> put(std::size_t index, std::optional<Evidence> whole, std::optional<Evidence> partial);
  Expected<void> save_if_due();
  Expected<void> save();
  Expected<Evidence> finish();
  [[nodiscard]] bool stopping() const { return stop_ || StopSignals::caught() != 0; }

  InputList& inputs_;
  const GatherOptions& options_;
  const FlowTimeouts timeouts_;
  Resumption* resumption_;
  Progress progress_;
  EvidencePieces whole_;    // of inputs without a fault: what is saved
  EvidencePieces partial_;  // of the others
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> taken_{0};
  std::atomic<bool> stop_{false};
  std::atomic<bool> unsaved_{false};  // has `whole_` grown since it was saved?
  std::mutex mutex_;                  // of what follows
  bool any_used_{false};
  std::optional<std::pair<std::size_t, Error>> first_fault_;
  std::optional<Error> end_;  // what ends the run as a whole
};

Expected<Evidence> Gathering::run() {
  std::optional<Evidence> saved;
  if (resumption_ != nullptr) {
    saved = resumption_->take_evidence();
    any_used_ = !saved->inputs.empty();
  }
  // Number 0 of the pieces; those of inputs follow it.
  if (auto added = whole_.add(0, std::move(saved)); !added) return tl::unexpected(added.error());
  if (auto added = partial_.add(0, {}); !added) return tl::unexpected(added.error());
  {
    std::vector<std::jthread> helpers;
    for (std::size_t count = 1; count < std::min<std::size_t>(options_.threads, inputs_.paths.size());
         ++count) {
      helpers.emplace_back([this] { work(); });
    }
    work();
  }
  progress_.finish();
  std::sort(inputs_.skipped.begin(), inputs_.skipped.end());
  return finish();
}

void Gathering::work() {
  for (std::size_t index = next_++; index < inputs_.paths.size() && !stopping(); index = next_++) {
    const auto taken = try_input(inputs_.paths[index], index);
    if (taken) continue;
    const std::lock_guard hold(mutex_);
    if (!end_) end_ = taken.error();
    stop_ = true;
  }
}

// Nothing that is thrown leaves the thread.
Expected<void> Gathering::try_input(const std::string& path, std::size_t index) {
  try {
    return take_input(path, index);
  } catch (...) {
    return tl::unexpected(error_of_exception());
  }
}

// An error of it ends the run; what is wrong with the input itself does not.
Expected<void> Gathering::take_input(const std::string& path, std::size_t index) {
  const auto held = is_held(path);
  if (!held) return tl::unexpected(held.error());
  if (*held) return put(index, {}, {});
  auto gathered = read_input(path);
  if (stopping()) return {};
  if (!gathered) {
    Gathered nothing;
    nothing.evidence.timeouts = timeouts_;
    nothing.evidence.inputs.push_back(unreadable(path, gathered.error()));
    nothing.fault = std::move(gathered.error());
    gathered = std::move(nothing);
  }
  progress_.finish_input();
  if (auto kept = keep(std::move(*gathered), path, index); !kept) return kept;
  return save_if_due();
}

Expected<bool> Gathering::is_held(const std::string& path) {
  if (resumption_ == nullptr) return false;
  auto held = resumption_->holds(path);
  if (!held || !*held) return held;
  std::error_code fault;
  const auto size = std::filesystem::file_size(path, fault);
  progress_.leave_out(fault ? 0 : size);
  ++taken_;
  return true;
}

Expected<Gathered> Gathering::read_input(const std::string& path) {
  auto bytes = open_bytes(path);
  if (!bytes) return tl::unexpected(bytes.error());
  std::optional<HashBeside> hash;
  if (options_.hash) {
    hash.emplace(path);
    bytes = hash->watch(std::move(*bytes));
  }
  auto captures = Captures::open(std::move(*bytes), path);
  if (!captures) return tl::unexpected(captures.error());
  Gathered gathered;
  if (auto read = read_captures(**captures, path, gathered); !read) return tl::unexpected(read.error());
  if (stopping()) return gathered;
  if (hash) {
    const auto digest = hash->finish();
    if (!digest) return tl::unexpected(digest.error());
    for (Input& input : gathered.evidence.inputs) input.sha256 = *digest;
  }
  if (auto hashed = hash_archive(path, **captures, gathered.evidence); !hashed) {
    return tl::unexpected(hashed.error());
  }
  return gathered;
}

// All captures of one input, as one piece.
Expected<void> Gathering::read_captures(Captures& captures, const std::string& path, Gathered& gathered) {
  EvidencePieces pieces(timeouts_, options_.observe.collect.most_attempts);
  std::size_t number = 0;
  const auto note_fault = [&](const std::string& where, const Error& error) {
    Evidence nothing;
    nothing.timeouts = timeouts_;
    nothing.inputs.push_back(unreadable(where, error));
    if (!gathered.fault) gathered.fault = error;
    return pieces.add(number++, std::move(nothing));
  };
  Expected<void> added;
  while (added && !stopping()) {
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
    gathered.used = true;
    Evidence evidence = observe_capture(**source, captures);
    const std::string& fault = evidence.inputs.front().error;  // of the source, or of the filter
    if (!fault.empty() && !gathered.fault) {
      gathered.fault = (*source)->error().value_or(Error{ErrorKind::bad_data, fault, (*capture)->path});
    }
    added = pieces.add(number++, std::move(evidence));
  }
  if (!added) return added;
  name_members(captures.skipped(), gathered.skipped);
  if (!gathered.used && !gathered.fault) {
    gathered.fault = Error{ErrorKind::bad_data, "is an archive that holds no capture", path};
  }
  return pieces.take().map([&](Evidence&& all) { gathered.evidence = std::move(all); });
}

Evidence Gathering::observe_capture(PacketSource& source, const Captures& captures) {
  ObserveOptions observing = options_.observe;
  const auto side_by_side =
      static_cast<unsigned>(std::min<std::size_t>(inputs_.paths.size(), options_.threads));
  observing.threads = std::max(1U, options_.threads_in_input / side_by_side);
  observing.progress = [this, &captures, before = captures.bytes_read()](std::uint64_t) mutable {
    progress_.add(captures.bytes_read() - before);
    before = captures.bytes_read();
  };
  observing.collect.is_whole = !options_.keep_edges && inputs_.paths.size() == 1 && !captures.is_archive();
  Stoppable stoppable(source, stop_);
  Evidence evidence = observe(stoppable, observing);
  // The size of a capture is that of its file, compressed or not; that of a member is its own.
  if (!captures.is_archive()) evidence.inputs.front().bytes = captures.bytes_read();
  return evidence;
}

// A member's size says nothing of its archive, so where the run is to be taken up, an archive is known by its
// hash even if no hashes were wanted.
Expected<void> Gathering::hash_archive(const std::string& path, const Captures& captures,
                                       Evidence& evidence) const {
  if (resumption_ == nullptr || options_.hash || !captures.is_archive()) return {};
  const auto digest = InputHash::start(path).finish();
  if (!digest) return tl::unexpected(digest.error());
  for (Input& input : evidence.inputs) input.sha256 = *digest;
  return {};
}

Expected<void> Gathering::keep(Gathered gathered, const std::string& path, std::size_t index) {
  ++taken_;
  const bool other = !gathered.used && gathered.evidence.inputs.empty();
  // In a folder, an archive without captures is one more file that is none.
  if (other && inputs_.found.count(path) > 0) {
    {
      const std::lock_guard hold(mutex_);
      inputs_.skipped.push_back(path);
    }
    return put(index, {}, {});
  }
  {
    const std::lock_guard hold(mutex_);
    inputs_.skipped.insert(inputs_.skipped.end(), gathered.skipped.begin(), gathered.skipped.end());
    any_used_ = any_used_ || gathered.used;
    if (gathered.fault && (!first_fault_ || index < first_fault_->first))
      first_fault_ = {index, *gathered.fault};
  }
  if (other) {
    gathered.evidence.timeouts = timeouts_;
    gathered.evidence.inputs.push_back(unreadable(path, *gathered.fault));
  }
  if (gathered.fault) return put(index, {}, std::move(gathered.evidence));
  auto added = put(index, std::move(gathered.evidence), {});
  unsaved_ = true;
  return added;
}

Expected<void> Gathering::put(std::size_t index, std::optional<Evidence> whole,
                              std::optional<Evidence> partial) {
  if (auto added = whole_.add(index + 1, std::move(whole)); !added) return added;
  return partial_.add(index + 1, std::move(partial));
}

Expected<void> Gathering::save_if_due() {
  if (resumption_ == nullptr) return {};
  const std::lock_guard hold(mutex_);
  return resumption_->is_due() ? save() : Expected<void>{};
}

Expected<void> Gathering::save() {
  if (!unsaved_.exchange(false)) return {};
  return whole_.show([this](const Evidence& evidence) { return resumption_->save(evidence); });
}

Expected<Evidence> Gathering::finish() {
  if (resumption_ != nullptr) {
    const auto saved = save();
    if (!saved && !end_) end_ = saved.error();
  }
  if (end_) return tl::unexpected(*end_);
  if (resumption_ != nullptr && StopSignals::caught() != 0) {
    say(fmt::format(
        "portproof: stopped; {} of {} inputs are done, and what was read of them is in {}: the same "
        "command goes on from there\n",
        taken_.load(), inputs_.paths.size(), resumption_->file()));
    StopSignals::obey();
  }
  if (!any_used_) {
    if (first_fault_) return tl::unexpected(first_fault_->second);
    return fail(ErrorKind::input_missing, "no capture was found in what was named");
  }
  auto whole = whole_.take();
  auto partial = partial_.take();
  if (!whole) return whole;
  if (!partial) return partial;
  return merge(std::move(*whole), std::move(*partial), options_.observe.collect.most_attempts);
}

}  // namespace

Input unreadable(const std::string& path, const Error& error) {
  Input input;
  input.path = path;
  input.error = error.what;
  input.gaps.cut_short = 1;
  return input;
}

Expected<Evidence> gather(InputList& inputs, const GatherOptions& options) {
  if (options.resume.empty()) return Gathering(inputs, options, nullptr).run();
  if (auto known = Resumption::check(inputs.paths); !known) return tl::unexpected(known.error());
  const std::string filter = options.observe.filter ? options.observe.filter->expression() : "";
  auto resumption = Resumption::open(options.resume, options.observe.table.timeouts, filter);
  if (!resumption) return tl::unexpected(resumption.error());
  const StopSignals signals;
  return Gathering(inputs, options, &*resumption).run();
}

}  // namespace portproof
