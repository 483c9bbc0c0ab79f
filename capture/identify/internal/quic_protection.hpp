// The protection of QUIC's first packets (RFC 9001, 5.2 to 5.4; RFC 9369, 3.3). Its keys derive from the
// packets themselves, from the connection ID that the client made up for the server: it keeps nothing secret,
// and anybody who sees the packets can read them. The ciphers of OpenSSL are created once; opening a packet
// creates none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace portproof {

inline constexpr std::uint32_t kQuicVersion1 = 0x00000001;  // RFC 9000
inline constexpr std::uint32_t kQuicVersion2 = 0x6b3343cf;  // RFC 9369
inline constexpr std::uint32_t kQuicDraft29 = 0xff00001d;   // in wide use before the RFC

// Is the protection of this version's Initial packets known?
bool is_known_quic_version(std::uint32_t version);

// The keys of the packets that a client sends.
struct QuicInitialKeys {
  std::uint32_t version{0};  // 0: none
  std::array<std::uint8_t, 16> key{};
  std::array<std::uint8_t, 12> iv{};
  std::array<std::uint8_t, 16> header{};
};

// The parts of one Initial packet.
struct QuicInitial {
  std::uint32_t version{0};
  std::span<const std::uint8_t> destination_id;
  std::span<const std::uint8_t> packet;  // from its first byte to the end of its protected part
  std::size_t number_at{0};              // offset of the packet number in `packet`
};

// One thread at a time.
class QuicProtection {
 public:
  QuicProtection();
  ~QuicProtection();
  QuicProtection(const QuicProtection&) = delete;
  QuicProtection& operator=(const QuicProtection&) = delete;

  // The client's keys for the destination ID of its first packet; none if the version is not known.
  QuicInitialKeys client_keys(std::uint32_t version, std::span<const std::uint8_t> destination_id);

  // The frames in the packet, written to `to`, which must have room for the whole packet; empty if the keys
  // are not those of the sender.
  std::span<const std::uint8_t> open(const QuicInitial& initial, const QuicInitialKeys& keys,
                                     std::span<std::uint8_t> to);

 private:
  struct Ciphers;
  std::unique_ptr<Ciphers> ciphers_;
};

}  // namespace portproof
