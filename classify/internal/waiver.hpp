// What a waiver covers.
#pragma once

#include <cstdint>

#include "classify/inventory.hpp"
#include "classify/party.hpp"

namespace portproof {

// Does the waiver cover a conversation between these two? Whether it is in force is another question. A
// host is who the inventory takes the address for: another, more specific host line's address is not it.
bool covers(const Waiver& waiver, const Party& initiator, const Party& responder, Transport transport,
            std::uint16_t port);

}  // namespace portproof
