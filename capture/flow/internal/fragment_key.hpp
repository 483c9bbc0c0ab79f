// What the fragments of one packet have in common, and their keyed hash.
#pragma once

#include <cstdint>

#include "capture/decode/packet.hpp"

namespace portproof {

bool are_of_one_packet(const Fragment& left, const Fragment& right);

std::uint64_t hash_of(const Fragment& parts, std::uint64_t seed);

}  // namespace portproof
