#include "capture/base/index_table.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <unordered_map>
#include <vector>

namespace portproof::test {
namespace {

// An owner of entries: numbers with a key each, whose hashes collide as often as `spread` wants.
template <typename Slot>
class Owner {
 public:
  explicit Owner(std::uint32_t spread) : table_(8), spread_(spread) {}

  [[nodiscard]] std::uint32_t find(std::uint32_t key) const {
    return table_.find(hash_of(key), [&](std::uint32_t number) { return keys_[number] == key; });
  }
  [[nodiscard]] std::uint32_t candidate(std::uint32_t key) const { return table_.candidate(hash_of(key)); }
  [[nodiscard]] std::uint32_t probable(std::uint32_t key) const { return table_.probable(hash_of(key)); }
  std::uint32_t add(std::uint32_t key) {
    keys_.push_back(key);
    const auto number = static_cast<std::uint32_t>(keys_.size() - 1);
    table_.add(number, hash_of(key), of_number());
    return number;
  }
  void remove(std::uint32_t number) { table_.remove(number, hash_of(keys_[number]), of_number()); }
  [[nodiscard]] std::uint32_t hash_of(std::uint32_t key) const { return key % spread_ * 0x9e3779b1U; }

 private:
  [[nodiscard]] auto of_number() const {
    return [this](std::uint32_t number) { return hash_of(keys_[number]); };
  }
  IndexTable<Slot> table_;
  std::vector<std::uint32_t> keys_;
  std::uint32_t spread_;
};

TEST_CASE_TEMPLATE("index table: agrees with a map, whatever is added and removed", Slot, NumberSlot,
                   TaggedSlot, HashedSlot) {
  for (const std::uint32_t spread : {1U, 5U, 200U, 0xfffffffbU}) {
    CAPTURE(spread);
    Owner<Slot> owner(spread);
    std::unordered_map<std::uint32_t, std::uint32_t> reference;  // key -> number
    std::mt19937 random(spread);
    for (int round = 0; round < 20'000; ++round) {
      const auto key = static_cast<std::uint32_t>(random() % 600);
      const auto known = reference.find(key);
      REQUIRE(owner.find(key) == (known == reference.end() ? IndexTable<Slot>::kNone : known->second));
      if (known == reference.end()) {
        reference[key] = owner.add(key);
      } else if (random() % 2 == 0) {
        owner.remove(known->second);
        reference.erase(known);
      }
    }
    for (const auto& [key, number] : reference) REQUIRE(owner.find(key) == number);
  }
}

TEST_CASE("index table: a search that wraps around survives the removal of what it passed") {
  IndexTable<HashedSlot> table(8);
  for (const std::uint32_t number : {0U, 1U, 2U}) table.add(number, 7);  // slots 7, 0 and 1
  const auto hash_of = [](std::uint32_t) { return 7U; };
  table.remove(0, 7, hash_of);
  CHECK(table.find(7, [](std::uint32_t number) { return number == 2; }) == 2);
  CHECK(table.find(7, [](std::uint32_t number) { return number == 0; }) == IndexTable<HashedSlot>::kNone);
}

TEST_CASE("index table: a tag spares looks at entries of other hashes") {
  IndexTable<TaggedSlot> table(8);
  const auto hash_of = [](std::uint32_t number) { return number << TaggedSlot::kTagShift; };
  for (const std::uint32_t number : {1U, 2U, 3U}) table.add(number, hash_of(number), hash_of);
  int looks = 0;
  const auto look = [&](std::uint32_t number) {
    ++looks;
    return number == 3;
  };
  CHECK(table.find(hash_of(3), look) == 3);
  CHECK(looks == 1);
  CHECK(table.candidate(hash_of(3)) == 3);
  CHECK(table.candidate(hash_of(4)) == IndexTable<TaggedSlot>::kNone);
  CHECK(table.probable(hash_of(1)) == 1);
  CHECK(table.probable(hash_of(3)) == IndexTable<TaggedSlot>::kNone);  // its first slot has another's tag
}

TEST_CASE("index table: the largest number that fits is found again") {
  IndexTable<TaggedSlot> table(8);
  const std::uint32_t number = IndexTable<TaggedSlot>::kMostNumbers - 1;
  const auto hash_of = [](std::uint32_t) { return 0xffffffffU; };
  table.add(number, 0xffffffff, hash_of);
  CHECK(table.find(0xffffffff, [&](std::uint32_t other) { return other == number; }) == number);
}

TEST_CASE("index table: slots for so many leave a third empty") {
  using Table = IndexTable<HashedSlot>;
  CHECK(Table::slots_for(0, 64) == 64);
  CHECK(Table::slots_for(42, 64) == 64);
  CHECK(Table::slots_for(43, 64) == 128);
}

}  // namespace
}  // namespace portproof::test
