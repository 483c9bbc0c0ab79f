// QUIC Initial packets as a client sends them (RFC 9001, 5; RFC 9369), with keys derived by OpenSSL.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/bytes.hpp"

namespace portproof::test {

struct QuicInitialOptions {
  std::uint32_t version{1};
  std::string keys_of{"\x83\x94\xc8\xf0\x3e\x51\x57\x08"};  // the client's first; the keys derive from it
  std::string destination{};                                // empty: the same
  std::string source{};
  std::string token{};
  std::uint32_t number{0};
  std::size_t number_size{4};
  bool from_server{false};  // with the server's keys
};

Bytes quic_initial(std::string_view frames, const QuicInitialOptions& options = {});

// Frames. Integers take the shortest encoding, but at least two bytes if `wide`.
std::string quic_varint(std::uint64_t value, bool wide = false);
std::string quic_crypto(std::uint64_t offset, std::string_view data);

}  // namespace portproof::test
