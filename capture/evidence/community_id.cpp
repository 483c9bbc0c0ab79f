#include "capture/evidence/community_id.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace portproof {
namespace {

// What is hashed: seed, addresses, protocol, a byte of padding, ports; the smaller end first.
class Message {
 public:
  void put(const void* bytes, std::size_t size) {
    std::memcpy(bytes_.data() + size_, bytes, size);
    size_ += size;
  }
  void put8(std::uint8_t value) { put(&value, 1); }
  void put16(std::uint16_t value) {
    put8(static_cast<std::uint8_t>(value >> 8U));
    put8(static_cast<std::uint8_t>(value));
  }
  void put(const IpAddress& address) { put(address.bytes.data(), address.size()); }

  // "1:..."
  [[nodiscard]] std::optional<std::string> digest() const {
    constexpr std::size_t kSha1 = 20;
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
    if (EVP_Digest(bytes_.data(), size_, hash.data(), nullptr, EVP_sha1(), nullptr) != 1) return std::nullopt;
    std::array<unsigned char, 4 * ((kSha1 + 2) / 3) + 1> text;
    const int length = EVP_EncodeBlock(text.data(), hash.data(), kSha1);
    return "1:" + std::string(text.begin(), text.begin() + length);
  }

 private:
  std::array<std::uint8_t, 2 + 2 * 16 + 2 + 2 * 2> bytes_{};
  std::size_t size_{0};
};

// A port of each end, the lower end's first, or what stands in its place.
std::optional<std::pair<std::uint16_t, std::uint16_t>> ports_of(const FlowKey& key, Side initiator) {
  if (has_ports(key.protocol)) return std::pair{key.low.port, key.high.port};
  const bool icmp = key.protocol == kProtocolIcmp;
  if (!icmp && key.protocol != kProtocolIcmpV6) return std::nullopt;
  const std::uint16_t request = icmp ? 8 : 128;
  const std::uint16_t reply = icmp ? 0 : 129;
  if (key.low.address == key.high.address)
    return std::pair{std::min(request, reply), std::max(request, reply)};
  return initiator == Side::low ? std::pair{request, reply} : std::pair{reply, request};
}

}  // namespace

std::optional<std::string> community_id(const FlowKey& key, Side initiator) {
  const bool echo = key.kind == FlowKind::echo_of_low || key.kind == FlowKind::echo_of_high;
  if (is_icmp(key.protocol) && !echo) return std::nullopt;
  constexpr std::uint16_t kSeed = 0;
  Message message;
  message.put16(kSeed);
  message.put(key.low.address);  // a key's ends are in the order that the ID asks for
  message.put(key.high.address);
  message.put8(key.protocol);
  message.put8(0);
  if (const auto ports = ports_of(key, initiator)) {
    message.put16(ports->first);
    message.put16(ports->second);
  }
  return message.digest();
}

}  // namespace portproof
