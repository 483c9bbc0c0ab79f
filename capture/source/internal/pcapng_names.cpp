#include "capture/source/internal/pcapng_names.hpp"

#include <algorithm>
#include <string>

namespace portproof {
namespace {

constexpr std::uint16_t kRecordEnd = 0;
constexpr std::uint16_t kRecordIpv4 = 1;
constexpr std::uint16_t kRecordIpv6 = 2;

// One or more names, each terminated by a zero byte; the last terminator is sometimes missing.
void take_names(const IpAddress& address, std::span<const std::uint8_t> text, SourceFacts& facts) {
  while (!text.empty()) {
    const auto end = std::find(text.begin(), text.end(), std::uint8_t{0});
    const auto size = static_cast<std::size_t>(end - text.begin());
    if (size > kLongestName || (size > 0 && facts.names.size() >= kMostNameRecords)) {
      ++facts.names_omitted;
    } else if (size > 0) {
      facts.names.push_back({address, std::string(text.begin(), end)});
    }
    text = text.subspan(std::min(size + 1, text.size()));
  }
}

}  // namespace

void read_pcapng_names(std::span<const std::uint8_t> block, PcapngOrder order, SourceFacts& facts) {
  ByteCursor cursor(block.subspan(kPcapngHead, block.size() - kSmallestPcapngBlock));
  while (cursor.has(4)) {
    const std::uint16_t type = order.u16(cursor.position());
    const std::uint16_t length = order.u16(cursor.position() + 2);
    cursor.skip(4);
    if (type == kRecordEnd || !cursor.has(length)) return;
    const std::span<const std::uint8_t> value = cursor.bytes(length);
    cursor.skip(padded_to_four(length) - length);
    if (type == kRecordIpv4 && length > 4) take_names(IpAddress::v4(value.data()), value.subspan(4), facts);
    if (type == kRecordIpv6 && length > 16) take_names(IpAddress::v6(value.data()), value.subspan(16), facts);
  }
}

}  // namespace portproof
