// Makes sure that a watch is the only one that uses its folder of reports and its evidence: two would remove
// each other's reports and overwrite each other's evidence.
#pragma once

#include <string>
#include <utility>

#include "capture/base/error.hpp"

namespace portproof {

class SoleUse {
 public:
  // Locks (flock(2)) two empty files: ".portproof.lock" in the folder, and ".NAME.lock" beside the evidence.
  // The files stay; the locks are held while this object lives, and released when the process ends for
  // whatever reason. Error cannot_create if another watch holds one of them, or a file cannot be made.
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
