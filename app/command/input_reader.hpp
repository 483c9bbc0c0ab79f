// Reads one input of a command line into evidence: a capture, or an archive with any number of them.
//
// An input that cannot be read, or not to its end, is no error of the run: it is listed in the evidence with
// what is wrong with it, and counts as a gap.
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

// An input of which nothing could be used.
Input unreadable(const std::string& path, const Error& error);

// Goes through the captures of one input. Of an input that is no regular file each is read as a MovingSource.
struct CaptureVisitor {
  std::function<Expected<void>(PacketSource& source, const std::string& path)> take;
  // A capture that cannot be opened; or, with the path of the input, an archive of which members may be
  // missing.
  std::function<Expected<void>(const std::string& path, const Error& error)> refuse;
};
// Ends with the last capture, with the first error that the visitor returns, or once a stop is requested.
Expected<void> for_each_capture(Captures& captures, const std::string& path, const Stop& stop,
                                const CaptureVisitor& visitor);

// What came of one input.
struct InputEvidence {
  Evidence evidence;                 // lists each of its captures, those that failed too
  std::optional<Error> fault;        // the first
  bool used{false};                  // was a capture in it read, at least in part?
  bool holds_no_capture{false};      // an archive, of other files only
  std::vector<std::string> skipped;  // its members that are no captures; where they are many, the first ones
};

struct ReadingOptions {
  ObserveOptions observe;
  bool hash{true};            // every input
  bool hash_archives{false};  // archives, even where `hash` is off
};

class InputReader {
 public:
  // Progress and the stop must outlive it.
  InputReader(ReadingOptions options, Progress& progress, const Stop& stop)
      : options_(std::move(options)), progress_(progress), stop_(stop) {}

  // Once a stop is requested, what this returns is incomplete and must not be used. May be called from
  // several threads at once.
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
