// A run that may be stopped and continued: what was read is saved as evidence, and inputs that the evidence
// contains are not read again.
//
// Only inputs that were read to the end without a fault are saved. One that is damaged, cut or still being
// written is read again each time the run continues.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/error.hpp"
#include "capture/evidence/evidence.hpp"

namespace portproof {

class Resumption {
 public:
  // Reads the evidence in `file`. If there is none yet, creates it, so that a place that cannot be written to
  // is found now and not after hours.
  static Expected<Resumption> open(const std::string& file, const ObservationSettings& settings,
                                   const std::string& filter);

  // Can all of these be recognised later? Error of kind usage if one is a stream, or has a name that evidence
  // cannot keep.
  static Expected<void> check(const std::vector<std::string>& paths);

  // The evidence that was saved. Call it once.
  Evidence take_evidence() { return std::move(evidence_); }

  // Does the evidence contain the input? It is recognised by path and hash, or by path and size if it was not
  // hashed; under another name by its hash, in which case standard error says so. Error of kind bad_data if
  // it has changed since: its old evidence cannot be removed. May be called from several threads at once.
  [[nodiscard]] Expected<bool> holds(const std::string& path) const;

  // Is it time to save again? Saving takes at most a twentieth of the time.
  [[nodiscard]] bool is_due() const;
  Expected<void> save(const Evidence& evidence);

  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Held {
    std::string sha256;
    std::uint64_t bytes{0};
    bool is_member{false};  // of an archive: its bytes are not those of the file
  };
  explicit Resumption(std::string file) : file_(std::move(file)) {}
  void note_inputs();
  [[nodiscard]] Expected<bool> holds_content_of(const std::string& path) const;
  tl::unexpected<Error> changed(const std::string& path) const;

  std::string file_;
  Evidence evidence_;
  std::map<std::string, Held, std::less<>> held_;
  Clock::time_point saved_{Clock::now()};
  Clock::duration saving_took_{};
};

}  // namespace portproof
