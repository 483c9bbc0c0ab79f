// The names that live flows gave, each kept once however many flows gave it. Bounded in bytes: a name that
// does not fit is refused, and the flow's NameState is `other`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portproof {

class NamePool {
 public:
  using Id = std::uint32_t;

  // Estimated memory of all names together, and of one name besides its text.
  static constexpr std::size_t kMostBytes = std::size_t{64} << 20;
  static constexpr std::size_t kOverhead = 128;

  explicit NamePool(std::size_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}

  // Takes a share in the name; every share is given back with `release`. Nothing where the pool is full.
  std::optional<Id> intern(std::string_view name);
  void release(Id id);

  // Valid until the name's last share is released.
  [[nodiscard]] std::string_view name(Id id) const { return by_id_[id]->first; }

 private:
  struct Shares {
    Id id{0};
    std::uint32_t count{0};
  };
  // Ordered, not hashed: the names come from the network, and nobody may choose them so that they collide.
  using Names = std::map<std::string, Shares, std::less<>>;

  std::size_t most_bytes_;
  Names names_;
  std::vector<Names::iterator> by_id_;
  std::vector<Id> free_;
  std::size_t bytes_{0};
};

}  // namespace portproof
