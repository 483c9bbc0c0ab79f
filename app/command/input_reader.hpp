// Reads one input of a command line into evidence: a capture, or an archive with any number of them.
//
// An input that cannot be read, or not to the end, is not an error of the run: the evidence lists it with
// what is wrong, and it counts as a gap.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command/progress.hpp"
#include "app/command/stop.hpp"
#include "capture/base/error.hpp"
#include "capture/evidence/evidence.hpp"
#include "capture/observe/observe.hpp"
#include "capture/source/captures.hpp"

namespace portproof {

// What the evidence lists for an input of which nothing could be used.
Input unreadable(const std::string& path, const Error& error);

// What is done with each capture of an input. If the input is not a regular file, each is read as a
// MovingSource.
struct CaptureVisitor {
  std::function<Expected<void>(PacketSource& source, const std::string& path)> take;
  // A capture that cannot be opened; or, with the path of the input, an archive whose members may be missing.
  std::function<Expected<void>(const std::string& path, const Error& error)> refuse;
};
// Goes through the captures of one input, up to the last one, the first error that the visitor returns, or a
// requested stop.
Expected<void> for_each_capture(Captures& captures, const std::string& path, const Stop& stop,
                                const CaptureVisitor& visitor);

// What reading one input yielded.
struct InputEvidence {
  Evidence evidence;                 // lists each of its captures, those that failed too
  std::optional<Error> fault;        // the first
  bool used{false};                  // was a capture in it read, at least in part?
  bool holds_no_capture{false};      // an archive, of other files only
  std::vector<std::string> skipped;  // its members that are not captures; of many, the first
  std::uint64_t skipped_more{0};     // how many others there are
};

struct ReadingOptions {
  ObserveOptions observe;
  bool hash{true};            // every input
  bool hash_archives{false};  // archives, even if `hash` is off
};

class InputReader {
 public:
  // Progress and the stop must outlive it.
  InputReader(ReadingOptions options, Progress& progress, const Stop& stop)
      : options_(std::move(options)), progress_(progress), stop_(stop) {}

  // Once a stop is requested, the result is incomplete and must not be used. May be called from several
  // threads at once.
  [[nodiscard]] InputEvidence read(const std::string& path) const;

 private:
  [[nodiscard]] Expected<InputEvidence> try_read(const std::string& path) const;
  [[nodiscard]] Expected<InputEvidence> read_captures(Captures& captures, const std::string& path) const;
  [[nodiscard]] Evidence observe_capture(PacketSource& source, const Captures& captures) const;
  [[nodiscard]] Evidence nothing_of(const std::string& path, const Error& error) const;

  ReadingOptions options_;
  Progress& progress_;
  const Stop& stop_;
};

}  // namespace portproof
