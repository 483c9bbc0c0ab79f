// Makes sure that a watch is the only one in its folder of reports, and the only one that saves to its
// evidence: two would thin each other's reports, and overwrite each other's evidence.
#pragma once

#include <string>
#include <utility>

#include "capture/base/error.hpp"

namespace portproof {

class SoleUse {
 public:
  // Locks (flock(2)) two empty files: ".portproof.lock" in the folder, and ".NAME.lock" beside the evidence.
  // They stay when all is over; the locks are held as long as this lives, and given up by whatever ends the
  // process. Error cannot_create where another watch holds one of them, or a file cannot be made.
  static Expected<SoleUse> take(const std::string& folder, const std::string& evidence);

  SoleUse(SoleUse&& other) noexcept
      : folder_(std::exchange(other.folder_, -1)), evidence_(std::exchange(other.evidence_, -1)) {}
  SoleUse(const SoleUse&) = delete;
  SoleUse& operator=(const SoleUse&) = delete;
  SoleUse& operator=(SoleUse&&) = delete;
  ~SoleUse();

 private:
  SoleUse() = default;

  int folder_{-1};
  int evidence_{-1};
};

}  // namespace portproof
