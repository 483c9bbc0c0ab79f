// Frames as the traffic maker builds them: Ethernet, IPv4 or IPv6, TCP or UDP, and whatever may surround
// them. Checksums of TCP and UDP are right, as in a capture on the wire; that of IP is left at zero.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace portproof::bench {

// A host by its number: 10.0.0.0 + number (modulo 2^32, so that every IPv4 address has one), or the same
// below fd10::.
using Host = std::uint32_t;

struct Wrapping {
  bool ipv6{false};
  bool vlan{false};    // one tag
  bool erspan{false};  // mirrored through GRE, with the header of ERSPAN type II
};

struct Segment {
  Host from{0};
  Host to{0};
  std::uint16_t from_port{0};
  std::uint16_t to_port{0};
  bool udp{false};
  std::uint8_t flags{0};  // of TCP, as on the wire
  std::uint32_t sequence{0};
  std::uint32_t acknowledgement{0};
  std::span<const std::uint8_t> payload;
};

inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kReset = 0x04;
inline constexpr std::uint8_t kPush = 0x08;
inline constexpr std::uint8_t kAck = 0x10;

// Bytes before the payload.
std::size_t header_size(const Wrapping& wrapping, bool udp);

class FrameMaker {
 public:
  // Valid until the next call. At least 60 bytes long, as Ethernet requires. The payload has at most 8,000
  // bytes.
  std::span<const std::uint8_t> make(const Segment& segment, const Wrapping& wrapping);

 private:
  void put16(unsigned value);
  void put32(std::uint32_t value);
  void put_host(Host host, bool ipv6);
  void put_ethernet(unsigned type, bool vlan);
  void put_ip(std::size_t carried, std::uint8_t protocol, Host from, Host to, bool ipv6);
  void put_erspan(std::size_t mirrored);
  void put_transport(const Segment& segment);
  void set_checksum(std::size_t checksum_at, std::size_t from, std::size_t rest);

  std::array<std::uint8_t, 9216> bytes_{};
  std::size_t size_{0};
  std::uint16_t identification_{0};
};

}  // namespace portproof::bench
