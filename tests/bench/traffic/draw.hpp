// Numbers that look random and are the same everywhere: the standard library's distributions differ between
// implementations, and a benchmark's traffic must not.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace portproof::bench {

// Splitmix64 (Steele, Lea, Flood 2014).
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() { return mixed(state_ += 0x9e3779b97f4a7c15U); }
  // Below `limit`, which is not 0.
  std::uint64_t below(std::uint64_t limit) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((Wide{next()} * limit) >> 64U);
  }
  // True in `percent` of a hundred cases.
  bool chance(unsigned percent) { return below(100) < percent; }
  // In [0, 1).
  double share() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  // Exponentially distributed: the pauses between independent events.
  std::int64_t pause(double mean) { return static_cast<std::int64_t>(-mean * std::log(1.0 - share())); }

  // A number derived from another, always in the same way.
  static std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
  }

 private:
  std::uint64_t state_;
};

// Popularity following Zipf's law: the n-th of `count` is drawn in proportion to 1/n.
class Zipf {
 public:
  explicit Zipf(std::size_t count) {
    sums_.reserve(count);
    for (std::size_t rank = 1; rank <= count; ++rank) {
      sums_.push_back((sums_.empty() ? 0.0 : sums_.back()) + 1.0 / static_cast<double>(rank));
    }
  }
  // Below the count.
  std::size_t operator()(Draw& draw) const {
    const double index = draw.share() * sums_.back();
    return static_cast<std::size_t>(std::upper_bound(sums_.begin(), sums_.end(), index) - sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

}  // namespace portproof::bench
