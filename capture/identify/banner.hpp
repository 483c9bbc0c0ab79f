// How an application begins, at a glance, for packets that identify() never sees because their flow is past
// its first data. A connection that greets with one application and later turns to another shows it by such a
// beginning.
//
// It costs one look at the first byte of nearly every payload. What it finds is a suspicion, which identify()
// has to confirm. Only beginnings with a mark of several fixed bytes are in it: a file transfer, too, has
// packets that begin with a small number.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "capture/base/application.hpp"

namespace portproof {

// The first bytes that the beginnings have.
inline constexpr std::array<bool, 256> kBannerStarts = [] {
  std::array<bool, 256> starts{};
  for (const char letter :
       {'\0', '\x03', '\x05', '\n', '\r', '\x16', '\x1a', 'C', 'D', 'G', 'H', 'O', 'P', 'R', 'S', '\x7f'}) {
    starts[static_cast<unsigned char>(letter)] = true;
  }
  for (std::size_t initial = 0xc0; initial <= 0xdf; ++initial) starts[initial] = true;  // of QUIC
  return starts;
}();

// What banner_of says of a payload that begins with one of kBannerStarts.
Application suspected_banner(std::uint8_t protocol, std::span<const std::uint8_t> payload);

// The application whose beginning a payload of this IP protocol may be; kUnknownApplication if none.
inline Application banner_of(std::uint8_t protocol, std::span<const std::uint8_t> payload) {
  if (payload.empty() || !kBannerStarts[payload.front()]) [[likely]]
    return kUnknownApplication;
  return suspected_banner(protocol, payload);
}

}  // namespace portproof
