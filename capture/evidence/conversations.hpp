// Conversations by their keys, millions of them: found by a keyed hash while they are gathered, in the order
// of their keys once that is over. 144 bytes each, and 12 to 24 in the index while it is needed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "capture/base/index_table.hpp"
#include "capture/evidence/chunks.hpp"
#include "capture/evidence/conversation.hpp"

namespace portproof {

class Conversations {
 public:
  using value_type = std::pair<ConversationKey, ConversationFacts>;
  using iterator = Chunks<value_type>::iterator;
  using const_iterator = Chunks<value_type>::const_iterator;

  Conversations() = default;
  Conversations(const Conversations& other)
      : entries_(other.entries_), with_(other.with_), sorted_(other.sorted_) {}
  Conversations(Conversations&& other) noexcept
      : entries_(std::move(other.entries_)),
        index_(std::exchange(other.index_, {})),
        with_(std::exchange(other.with_, {})),
        sorted_(std::exchange(other.sorted_, true)) {}
  Conversations& operator=(Conversations other) noexcept {
    entries_ = std::move(other.entries_);
    index_ = std::exchange(other.index_, {});
    with_ = other.with_;
    sorted_ = other.sorted_;
    return *this;
  }
  ~Conversations() = default;

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  // How many there are of which this is known.
  [[nodiscard]] std::size_t count(NameState state) const { return with_[static_cast<std::size_t>(state)]; }

  // By index: in the order of their keys after `sort`, else as they came, which nothing may depend on.
  [[nodiscard]] value_type& at(std::size_t index) { return entries_[index]; }
  [[nodiscard]] const value_type& at(std::size_t index) const { return entries_[index]; }
  [[nodiscard]] iterator begin() { return entries_.begin(); }
  [[nodiscard]] iterator end() { return entries_.end(); }
  [[nodiscard]] const_iterator begin() const { return entries_.begin(); }
  [[nodiscard]] const_iterator end() const { return entries_.end(); }

  // The conversation of that key, and whether it had to be made. Valid until another one is made or taken
  // out.
  std::pair<value_type&, bool> insert(const ConversationKey& key) { return insert(key, hash_of(key)); }
  std::pair<value_type&, bool> insert(const ConversationKey& key, std::uint32_t hash);

  // For those who insert many: as in IndexTable. The second fetches the entry of this hash, where the first
  // slot has it.
  static std::uint32_t hash_of(const ConversationKey& key);
  [[gnu::always_inline]] void prefetch(std::uint32_t hash) const {
    if (index_.exists()) index_.prefetch_to_write(hash);
  }
  [[gnu::always_inline]] void prefetch_entry(std::uint32_t hash) const {
    if (!index_.exists()) return;
    const std::uint32_t index = index_.probable(hash);
    if (index == Index::kNone) return;
    const auto* const entry = reinterpret_cast<const char*>(&entries_[index]);
    for (std::size_t line = 0; line < sizeof(value_type); line += 64) __builtin_prefetch(entry + line, 1);
  }

  ConversationFacts& operator[](const ConversationKey& key) { return insert(key).first.second; }

  // Behind all others: the caller knows that its key sorts there. Keeps the order.
  void append(const ConversationKey& key, const ConversationFacts& facts);

  // All of the others, of which none has a key that is here too. The order is lost.
  void adopt(Conversations&& others);

  // Null where there is none.
  [[nodiscard]] const ConversationFacts* find(const ConversationKey& key) const;
  [[nodiscard]] bool contains(const ConversationKey& key) const { return find(key) != nullptr; }
  // The same by its hash, as fast in any state: makes the index where there is none.
  [[nodiscard]] bool contains(const ConversationKey& key, std::uint32_t hash);

  // Takes out those at these indexes, which ascend. The order is lost.
  void erase(const std::vector<std::uint32_t>& indexes);

  void sort();
  [[nodiscard]] bool is_sorted() const { return sorted_; }

  // Equal conversations, in whatever order.
  friend bool operator==(const Conversations& left, const Conversations& right);

 private:
  using Index = IndexTable<HashedSlot>;

  value_type& add(const ConversationKey& key, const ConversationFacts& facts);
  // Its index by the index, which must exist; Index::kNone where there is none.
  [[nodiscard]] std::uint32_t find_index(const ConversationKey& key, std::uint32_t hash) const;
  void need_index();
  [[nodiscard]] std::size_t lower_bound(const ConversationKey& key) const;

  Chunks<value_type> entries_;
  Index index_;                                             // of all entries, or none while it is not needed
  std::array<std::size_t, kNameStateNames.size()> with_{};  // how many, by NameState
  bool sorted_{true};
};

}  // namespace portproof
