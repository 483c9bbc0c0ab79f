// How much is kept of the names that addresses had.
#pragma once

#include <cstddef>

namespace portproof {

struct NameLimits {
  // Addresses with a name each: some 50 MiB with names of usual length, at most twice as much.
  std::size_t names{262'144};
  std::size_t intervals{1'048'576};  // of all names together, 16 bytes each
  // Names of one address. Judging a conversation looks at all names of its ends.
  std::size_t of_address{1024};
  std::size_t questions{65'536};  // that wait for their answer, 16 bytes each

  // One of so many equal parts.
  [[nodiscard]] NameLimits share(std::size_t of) const {
    return {names / of, intervals / of, of_address, questions / of};
  }
};

}  // namespace portproof
