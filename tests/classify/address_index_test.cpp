#include "classify/address_index.hpp"

#include <doctest/doctest.h>

#include <random>

#include "tests/classify/estate_builder.hpp"

namespace portproof::test {
namespace {

using Owners = std::vector<std::uint32_t>;

AddressIndex index_of(std::initializer_list<std::string_view> blocks) {
  std::vector<AddressIndex::Entry> entries;
  for (const std::string_view text : blocks) {
    entries.push_back({parse_address_block(text).value(), static_cast<std::uint32_t>(entries.size())});
  }
  return AddressIndex(entries);
}

// The same, but it finds every block.
AddressIndex full_index_of(std::initializer_list<std::string_view> blocks) {
  std::vector<AddressIndex::Entry> entries;
  for (const std::string_view text : blocks) {
    entries.push_back({parse_address_block(text).value(), static_cast<std::uint32_t>(entries.size())});
  }
  return AddressIndex(entries, AddressIndex::Owners::all);
}

Owners at(const AddressIndex& index, std::string_view address) {
  const auto owners = index.owners_of(ip(address));
  return {owners.begin(), owners.end()};
}

// The answer found by checking every block.
Owners naive(const std::vector<AddressIndex::Entry>& entries, const IpAddress& address) {
  Owners owners;
  const AddressIndex::Entry* best = nullptr;
  for (const auto& entry : entries) {
    if (!entry.block.contains(address)) continue;
    const int order = best == nullptr ? -1 : compare_specificity(entry.block, best->block);
    if (order > 0) continue;
    if (order < 0) owners.clear();
    best = &entry;
    owners.push_back(entry.owner);
  }
  std::sort(owners.begin(), owners.end());
  return owners;
}

}  // namespace

TEST_CASE("address index: when empty, it finds nothing") {
  CHECK(at(AddressIndex(), "10.0.0.1").empty());
  CHECK(at(index_of({}), "10.0.0.1").empty());
}

TEST_CASE("address index: it finds all blocks, if it is built to") {
  const auto index =
      full_index_of({"10.0.0.0/8", "10.20.0.0/16", "10.20.1.10-10.20.1.14", "10.20.1.11", "::/0"});
  CHECK(at(index, "10.1.1.1") == Owners{0});
  CHECK(at(index, "10.20.1.11") == Owners{0, 1, 2, 3});
  CHECK(at(index, "10.20.1.15") == Owners{0, 1});
  CHECK(at(index, "11.0.0.0").empty());
  CHECK(at(index, "fd20::1") == Owners{4});
}

TEST_CASE("address index: a host beats a range, a long prefix a short one, a small range a large one") {
  const auto index = index_of({"10.0.0.0/8", "10.20.0.0/16", "10.20.1.10-10.20.1.14", "10.20.1.11"});
  CHECK(at(index, "10.1.1.1") == Owners{0});
  CHECK(at(index, "10.20.9.9") == Owners{1});
  CHECK(at(index, "10.20.1.10") == Owners{2});
  CHECK(at(index, "10.20.1.11") == Owners{3});
  CHECK(at(index, "10.20.1.12") == Owners{2});
  CHECK(at(index, "10.20.1.15") == Owners{1});
  CHECK(at(index, "11.0.0.0").empty());
  CHECK(at(index, "9.255.255.255").empty());
}

TEST_CASE("address index: equally specific blocks add up, and one owner counts once") {
  CHECK(at(index_of({"10.0.0.1", "10.0.0.1", "10.0.0.0/31"}), "10.0.0.1") == Owners{0, 1});
  CHECK(at(index_of({"10.0.0.0/30", "10.0.0.2-10.0.0.5"}), "10.0.0.3") == Owners{0, 1});
  const AddressBlock block{ip("10.0.0.1"), ip("10.0.0.1")};
  CHECK(AddressIndex({{block, 7}, {block, 7}}).owners_of(ip("10.0.0.1")).size() == 1);
}

TEST_CASE("address index: the last address of a family does not run into the next") {
  const auto index = index_of({"255.255.255.0/24", "ffff::/16"});
  CHECK(at(index, "255.255.255.255") == Owners{0});
  CHECK(at(index, "::").empty());
  CHECK(at(index, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") == Owners{1});
}

TEST_CASE("address index: agrees with checking every block") {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<AddressIndex::Entry> entries;
    for (std::uint32_t owner = 0; owner < 20; ++owner) {
      IpAddress first = ip("10.0.0.0");
      first.bytes[3] = static_cast<std::uint8_t>(random() % 64);
      IpAddress last = first;
      last.bytes[3] = static_cast<std::uint8_t>(first.bytes[3] + random() % 16);
      entries.push_back({{first, last}, owner});
    }
    const AddressIndex index(entries);
    for (unsigned value = 0; value < 100; ++value) {
      IpAddress address = ip("10.0.0.0");
      address.bytes[3] = static_cast<std::uint8_t>(value);
      const auto owners = index.owners_of(address);
      CHECK(Owners(owners.begin(), owners.end()) == naive(entries, address));
    }
  }
}

}  // namespace portproof::test
