// Finds entries that lie elsewhere by their hashes. The table holds numbers only: entry 7 is whatever its
// owner keeps at index 7.
//
//   hash 0x5a3  ->  slot 3   | 12 |   another entry that hashes to 3: is_it(12) says no, go on
//                   slot 4   |  7 |   is_it(7) says yes: found
//                   slot 5   |    |   an empty slot ends every search
//
// Open addressing with linear probing: the slots of a search lie side by side, and mostly on one cache line.
//
//  - Load: at most two thirds of the slots are in use, so that searches are short and some slot is always
//    empty.
//  - Growth: `add` doubles the table when it is that full, which allocates; nothing else here does.
//  - Ownership: entries, their numbers and their hashes are the owner's. The table never looks at an
//    entry; it asks the owner, by `is_it(number)` and `hash_of(number)`, both inlined.
//  - The hash must be keyed where the keys come from the network: nothing else keeps an attacker from making
//    every search walk the whole table.
//  - Numbers must not depend on the order of the slots, which differs from run to run.
//
// `Slot` says how much of the hash stands beside the number, and decides what it costs: see the three below.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "capture/base/huge_array.hpp"

namespace portproof {

// The number alone, 4 bytes: where comparing entries is cheap. Growing asks the owner for every hash.
struct NumberSlot {
  static constexpr std::uint32_t kMostNumbers = 0xfffffffe;
  static constexpr bool kHasHash = false;

  static NumberSlot of(std::uint32_t number, std::uint32_t /*hash*/) { return {number + 1}; }
  [[nodiscard]] bool empty() const { return value == 0; }
  [[nodiscard]] std::uint32_t number() const { return value - 1; }
  [[nodiscard]] bool may_be(std::uint32_t /*hash*/) const { return true; }

  std::uint32_t value;  // the number plus one
};

// The number under eight bits of the hash, 4 bytes: spares 255 of 256 looks at other entries. Growing asks
// the owner for every hash.
struct TaggedSlot {
  static constexpr std::uint32_t kTagShift = 24;
  static constexpr std::uint32_t kNumberMask = (1U << kTagShift) - 1;
  static constexpr std::uint32_t kMostNumbers = kNumberMask - 1;
  static constexpr bool kHasHash = false;

  static TaggedSlot of(std::uint32_t number, std::uint32_t hash) {
    return {(hash & ~kNumberMask) | (number + 1)};
  }
  [[nodiscard]] bool empty() const { return value == 0; }
  [[nodiscard]] std::uint32_t number() const { return (value & kNumberMask) - 1; }
  [[nodiscard]] bool may_be(std::uint32_t hash) const { return (value >> kTagShift) == (hash >> kTagShift); }

  std::uint32_t value;
};

// Number and hash, 8 bytes: nearly every entry that is looked at is the right one, and growing looks at none.
struct HashedSlot {
  static constexpr std::uint32_t kMostNumbers = 0xfffffffe;
  static constexpr bool kHasHash = true;

  static HashedSlot of(std::uint32_t number, std::uint32_t hash) { return {hash, number + 1}; }
  [[nodiscard]] bool empty() const { return value == 0; }
  [[nodiscard]] std::uint32_t number() const { return value - 1; }
  [[nodiscard]] bool may_be(std::uint32_t other) const { return hash == other; }

  std::uint32_t hash;
  std::uint32_t value;  // the number plus one
};

template <typename Slot>
class IndexTable {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;
  // Numbers go from 0 to this, less one.
  static constexpr std::uint32_t kMostNumbers = Slot::kMostNumbers;

  // No slots: `exists` is false, and nothing may be asked for or added before `make`.
  IndexTable() = default;
  // `slots`: a power of two.
  explicit IndexTable(std::size_t slots) { make(slots); }

  void make(std::size_t slots) {
    slots_ = HugeArray<Slot>(slots);
    mask_ = static_cast<std::uint32_t>(slots - 1);
    used_ = 0;
  }
  [[nodiscard]] bool exists() const { return slots_.size() > 0; }

  // The least power of two from `first` on that has room for so many.
  [[nodiscard]] static std::size_t slots_for(std::size_t entries, std::size_t first) {
    std::size_t slots = first;
    while (is_full(entries, slots)) slots *= 2;
    return slots;
  }

  // The number of the entry with this hash of which `is_it(number)` is true; kNone where there is none.
  template <typename IsIt>
  [[nodiscard]] std::uint32_t find(std::uint32_t hash, const IsIt& is_it) const {
    for (std::uint32_t at = hash & mask_;; at = next(at)) {
      const Slot slot = slots_[at];
      if (slot.empty()) return kNone;
      if (slot.may_be(hash) && is_it(slot.number())) return slot.number();
    }
  }

  // The number that `find` would ask about first, or kNone. Looks at no entry.
  [[nodiscard]] std::uint32_t candidate(std::uint32_t hash) const {
    return find(hash, [](std::uint32_t) { return true; });
  }

  // For those who look up many: fetches from memory where a search for this hash begins; and, later, answers
  // the number in that slot if it may be the one, else kNone. Always inline: GCC 12 leaves out calls to
  // functions that only fetch.
  [[gnu::always_inline]] void prefetch(std::uint32_t hash) const {
    __builtin_prefetch(&slots_[hash & mask_]);
  }
  [[gnu::always_inline]] void prefetch_to_write(std::uint32_t hash) const {
    __builtin_prefetch(&slots_[hash & mask_], 1);
  }
  [[gnu::always_inline]] std::uint32_t probable(std::uint32_t hash) const {
    const Slot slot = slots_[hash & mask_];
    return !slot.empty() && slot.may_be(hash) ? slot.number() : kNone;
  }

  // Adds a number that is not there. `hash_of(number)` is the hash of any that is: asked for while the table
  // grows, unless the slots have it; `prefetch_hash(number)` is called some entries before that.
  template <typename HashOf, typename PrefetchHash>
  void add(std::uint32_t number, std::uint32_t hash, const HashOf& hash_of,
           const PrefetchHash& prefetch_hash) {
    assert(number < kMostNumbers);
    if (is_full(used_ + 1, slots_.size())) grow(hash_of, prefetch_hash);
    enter(Slot::of(number, hash), hash);
    ++used_;
  }
  template <typename HashOf>
  void add(std::uint32_t number, std::uint32_t hash, const HashOf& hash_of) {
    add(number, hash, hash_of, [](std::uint32_t) {});
  }
  void add(std::uint32_t number, std::uint32_t hash) requires Slot::kHasHash {
    add(number, hash, [](std::uint32_t) { return 0U; });
  }

  // Takes out a number that is there. Each slot behind it, up to the first empty one, moves into the hole if
  // a search that begins at its home would else end at the hole. So no mark of what was there once is left,
  // and nothing ever has to be cleaned up.
  template <typename HashOf>
  void remove(std::uint32_t number, std::uint32_t hash, const HashOf& hash_of) {
    std::uint32_t hole = hash & mask_;
    while (slots_[hole].number() != number) hole = next(hole);
    for (std::uint32_t at = next(hole); !slots_[at].empty(); at = next(at)) {
      const std::uint32_t home = hash_in(slots_[at], hash_of) & mask_;
      if (((at - home) & mask_) < ((at - hole) & mask_)) continue;  // its home is behind the hole
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = Slot{};
    --used_;
  }

 private:
  [[nodiscard]] static bool is_full(std::size_t entries, std::size_t slots) {
    return entries * 3 > slots * 2;
  }
  [[nodiscard]] std::uint32_t next(std::uint32_t at) const { return (at + 1) & mask_; }

  template <typename HashOf>
  [[nodiscard]] static std::uint32_t hash_in(const Slot& slot, const HashOf& hash_of) {
    if constexpr (Slot::kHasHash) {
      return slot.hash;
    } else {
      return hash_of(slot.number());
    }
  }

  void enter(const Slot& slot, std::uint32_t hash) {
    std::uint32_t at = hash & mask_;
    while (!slots_[at].empty()) at = next(at);
    slots_[at] = slot;
  }

  template <typename HashOf, typename PrefetchHash>
  [[gnu::noinline]] void grow(const HashOf& hash_of, const PrefetchHash& prefetch_hash) {
    constexpr std::size_t kAhead = 16;
    const HugeArray<Slot> old = std::exchange(slots_, HugeArray<Slot>(slots_.size() * 2));
    mask_ = static_cast<std::uint32_t>(slots_.size() - 1);
    for (std::size_t at = 0; at < old.size(); ++at) {
      if (at + kAhead < old.size() && !old[at + kAhead].empty()) prefetch_hash(old[at + kAhead].number());
      if (!old[at].empty()) enter(old[at], hash_in(old[at], hash_of));
    }
  }

  HugeArray<Slot> slots_;  // a power of two
  std::uint32_t mask_{0};
  std::size_t used_{0};
};

}  // namespace portproof
