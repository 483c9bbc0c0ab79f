#include "capture/flow/internal/packed_key.hpp"

#include <cstring>

namespace portproof {

FlowKey unpack(const PackedKey& key) {
  FlowKey plain;
  const std::uint64_t rest = key.words[4];
  std::memcpy(plain.low.address.bytes.data(), key.words.data(), 16);
  std::memcpy(plain.high.address.bytes.data(), key.words.data() + 2, 16);
  plain.protocol = protocol_of(key);
  if (has_ports(plain.protocol)) {
    plain.low.port = static_cast<std::uint16_t>(rest & 0xffffU);
    plain.high.port = static_cast<std::uint16_t>((rest >> 16U) & 0xffffU);
  }
  plain.kind = static_cast<FlowKind>((rest >> kKindAt) & 7U);
  plain.low.address.family = ((rest >> kLowIsV6At) & 1U) != 0 ? IpFamily::v6 : IpFamily::v4;
  plain.high.address.family = ((rest >> kHighIsV6At) & 1U) != 0 ? IpFamily::v6 : IpFamily::v4;
  plain.vlans = static_cast<std::uint32_t>(rest >> kVlansAt);
  return plain;
}

}  // namespace portproof
