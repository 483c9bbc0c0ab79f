#include "capture/base/unread.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

using namespace portproof;

TEST_CASE("every kind has a row of its own") {
  for (std::size_t index = 0; index < kUnreadRows.size(); ++index) {
    const UnreadRow& row = kUnreadRows[index];
    CAPTURE(row.name);
    CHECK(static_cast<std::size_t>(row.kind) == index + 1);
    CHECK(&row_of(row.kind) == &row);
    CHECK(parse_unread_kind(row.name) == row.kind);
  }
  CHECK_FALSE(parse_unread_kind("none").has_value());
  CHECK_FALSE(parse_unread_kind("").has_value());
}

TEST_CASE("a rejected frame is unread under the name of its reason") {
  for (std::size_t reason = 0; reason < kRejectReasonNames.size(); ++reason) {
    CHECK(row_of(unread_kind_of(static_cast<RejectReason>(reason))).name == kRejectReasonNames[reason]);
  }
}

TEST_CASE("a line reads as a phrase") {
  CHECK(to_string(UnreadCount{UnreadKind::unknown_ethertype, 0x9200, 8, 1}) ==
        "8 frames of EtherType 0x9200, which may carry IP");
  CHECK(to_string(UnreadCount{UnreadKind::unread_carrier, 4789, 1, 1}) ==
        "1 packet to UDP port 4789 with the look of a tunnel or a mirror, not opened");
  CHECK(to_string(UnreadCount{UnreadKind::unknown_ethertype, std::nullopt, 2, 1}) ==
        "2 frames of EtherType (various), which may carry IP");
  CHECK(to_string(UnreadCount{UnreadKind::later_fragment, std::nullopt, 1, 1}) ==
        "1 later fragment whose first fragment was not captured");
}

TEST_CASE("docs/reference/decoding.md has a line for each kind") {
  std::ifstream stream(PORTPROOF_SOURCE_DIR "/docs/reference/decoding.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  std::string table;
  for (const UnreadRow& row : kUnreadRows) {
    table += "| `" + std::string(row.name) + "` | `";
    table += row.gap == UnreadGap::undecoded ? "undecoded" : "snapped_headers";
    table += "` | " + std::string(row.several);
    if (!row.number.empty()) table += " " + std::string(row.number) + " N";
    table += std::string(row.rest) + " |\n";
  }
  CAPTURE(table);
  CHECK(page.find(table) != std::string::npos);
}

TEST_CASE("an inventory counts by kind and number, from the first frame on") {
  UnreadInventory inventory;
  CHECK(inventory.empty());
  inventory.note({UnreadKind::unknown_ethertype, 0x9200}, 5);
  inventory.note({UnreadKind::snapped_headers}, 6);
  inventory.note({UnreadKind::unknown_ethertype, 0x8200}, 7);
  inventory.note({UnreadKind::unknown_ethertype, 0x9200}, 8, 3);
  inventory.note({UnreadKind::unknown_ethertype, 0x9200}, 2);
  const std::vector<UnreadCount> expected{{UnreadKind::snapped_headers, std::nullopt, 1, 6},
                                          {UnreadKind::unknown_ethertype, 0x8200, 1, 7},
                                          {UnreadKind::unknown_ethertype, 0x9200, 5, 2}};
  CHECK(inventory.lines() == expected);
  CHECK(inventory.total(UnreadGap::snapped_headers) == 1);
  CHECK(inventory.total(UnreadGap::undecoded) == 6);

  UnreadInventory other;
  other.note({UnreadKind::unknown_ethertype, 0x8200}, 1, 2);
  inventory.add(other);
  CHECK(inventory.lines()[1] == UnreadCount{UnreadKind::unknown_ethertype, 0x8200, 3, 1});
}

TEST_CASE("numbers beyond the limit are counted by kind") {
  UnreadInventory inventory;
  for (std::uint32_t number = 0; number < 1000; ++number) {
    inventory.note({UnreadKind::unknown_ethertype, number}, number + 1);
    inventory.note({UnreadKind::unread_carrier, number}, number + 1);
  }
  for (const UnreadRow& row : kUnreadRows) inventory.note({row.kind, 77'777}, 2000);
  const std::vector<UnreadCount> lines = inventory.lines();
  CHECK(lines.size() == UnreadInventory::kMostLines);
  std::uint64_t sum = 0;
  for (const UnreadCount& line : lines) sum += line.count;
  CHECK(sum == 2000 + kUnreadRows.size());
  CHECK(inventory.total(UnreadGap::undecoded) + inventory.total(UnreadGap::snapped_headers) == sum);
}
