// The captures that measure the program. The same seed gives the same capture on any machine.
#pragma once

#include <array>
#include <cstdint>

#include "tests/bench/traffic/capture_file.hpp"
#include "tests/bench/traffic/frame.hpp"

namespace portproof::bench {

// 2026-11-20T08:00:00Z
inline constexpr std::int64_t kBegin = 1'795'161'600'000'000'000;
inline constexpr std::int64_t kSecond = 1'000'000'000;

// Packets of flows that were all drawn alike: each packet belongs to any of the flows, so that the next one
// is unpredictable. Every flow begins with its handshake.
struct EvenTraffic {
  std::uint32_t flows;
  std::uint64_t packets;
  bool all_sizes{false};         // frames from 60 to 1,514 bytes, 367 on average; else 60, if the headers fit
  std::uint32_t per_service{8};  // flows that share initiator, responder and port
  unsigned ipv6_percent{0};      // of flows
  unsigned vlan_percent{0};
  unsigned erspan_percent{0};
  unsigned udp_percent{0};
};
void make_even(const EvenTraffic& traffic, std::uint64_t seed, CaptureFile& file);

// One SYN per flow, never answered. `services`: the number of different pairs of hosts and port.
struct SingleTraffic {
  std::uint32_t flows;
  std::uint32_t services;
};
void make_single(const SingleTraffic& traffic, std::uint64_t seed, CaptureFile& file);

// A day in an estate: connections with handshake, hello or request, data and end, between hosts whose
// popularity follows Zipf's law. One frame in twenty is DNS; one connection in twenty is mirrored through
// ERSPAN.
void make_lifelike(std::uint32_t connections, std::uint64_t seed, CaptureFile& file);

}  // namespace portproof::bench
