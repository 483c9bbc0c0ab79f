// The protection of QUIC's first packets (RFC 9001, 5.2 to 5.4; RFC 9369, 3.3). Its keys come from the
// packets themselves, from the id that the client made up for the server: it keeps nothing secret, and
// whoever sees the packets may read them. The ciphers of OpenSSL are made once; opening a packet makes none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace portproof {

inline constexpr std::uint32_t kQuicVersion1 = 0x00000001;  // RFC 9000
inline constexpr std::uint32_t kQuicVersion2 = 0x6b3343cf;  // RFC 9369
inline constexpr std::uint32_t kQuicDraft29 = 0xff00001d;   // what was in wide use before there was an RFC

// Does `version` have Initial packets whose protection is known here?
bool is_known_quic_version(std::uint32_t version);

// Keys of the packets that a client sends.
struct QuicInitialKeys {
  std::uint32_t version{0};  // 0: none
  std::array<std::uint8_t, 16> key{};
  std::array<std::uint8_t, 12> iv{};
  std::array<std::uint8_t, 16> header{};
};

// Where the parts of one Initial packet lie.
struct QuicInitial {
  std::uint32_t version{0};
  std::span<const std::uint8_t> destination_id;
  std::span<const std::uint8_t> packet;  // from its first byte to the end of what it protects
  std::size_t number_at{0};              // offset of the packet number in `packet`
};

// One thread at a time.
class QuicProtection {
 public:
  QuicProtection();
  ~QuicProtection();
  QuicProtection(const QuicProtection&) = delete;
  QuicProtection& operator=(const QuicProtection&) = delete;

  // The client's keys for the id that its first packet was addressed to. Versions that are not known have
  // none.
  QuicInitialKeys client_keys(std::uint32_t version, std::span<const std::uint8_t> destination_id);

  // The frames in the packet: in `to`, which holds as many bytes as the packet; empty where the keys are not
  // those of whoever sent it.
  std::span<const std::uint8_t> open(const QuicInitial& initial, const QuicInitialKeys& keys,
                                     std::span<std::uint8_t> to);

 private:
  struct Ciphers;
  std::unique_ptr<Ciphers> ciphers_;
};

}  // namespace portproof
