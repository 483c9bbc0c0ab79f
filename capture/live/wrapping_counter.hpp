// A counter of 32 bits that wraps, made into one of 64 that does not.
#pragma once

#include <cstdint>

namespace portproof {

// Right as long as it is shown the counter at least once while it runs through its 2^32 values: at ten
// million a second that is every seven minutes.
class WrappingCounter {
 public:
  // The count from the first value on that was seen, which stands for itself.
  std::uint64_t advance(std::uint32_t value) {
    total_ += static_cast<std::uint32_t>(value - last_);
    last_ = value;
    return total_;
  }
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  std::uint32_t last_{0};
  std::uint64_t total_{0};
};

}  // namespace portproof
