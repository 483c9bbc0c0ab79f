// A byte source as awkward as a pipe can be: it delivers its bytes in small pieces, and may fail.
#pragma once

#include <algorithm>
#include <span>

#include "capture/source/byte_source.hpp"

namespace portproof::test {

class SlowBytes final : public ByteSource {
 public:
  // `bytes` and `fault` must outlive the source. The fault, if any, takes the place of the end.
  SlowBytes(std::span<const std::uint8_t> bytes, std::size_t piece, const Error* fault = nullptr)
      : rest_(bytes), piece_(piece), fault_(fault) {}

  Expected<std::size_t> read(std::span<std::uint8_t> into) override {
    const std::size_t count = std::min({into.size(), rest_.size(), piece_});
    if (count == 0 && fault_ != nullptr) return tl::unexpected<Error>(*fault_);
    std::copy_n(rest_.begin(), count, into.begin());
    rest_ = rest_.subspan(count);
    return count;
  }

 private:
  std::span<const std::uint8_t> rest_;
  std::size_t piece_;
  const Error* fault_;
};

}  // namespace portproof::test
