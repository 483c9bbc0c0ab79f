// Finds the address blocks that contain an address, or the most specific of them, without trying each one.
// The blocks are cut at their edges into spans, and each span lists its blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "classify/address_block.hpp"

namespace portproof {

class AddressIndex {
 public:
  // A block and its owner: an index that the caller chooses.
  struct Entry {
    AddressBlock block;
    std::uint32_t owner{0};
  };

  enum class Owners : std::uint8_t { most_specific, all };

  AddressIndex() = default;
  explicit AddressIndex(const std::vector<Entry>& entries, Owners owners = Owners::most_specific);

  // Owners of the blocks that contain the address, or of the most specific ones (several if blocks are
  // equally specific); ascending, each once. Valid as long as the index.
  [[nodiscard]] std::span<const std::uint32_t> owners_of(const IpAddress& address) const;

 private:
  // From `first` up to the next span.
  struct Range {
    IpAddress first;
    std::vector<std::uint32_t> owners;
  };
  std::vector<Range> ranges_;  // sorted by first
};

}  // namespace portproof
