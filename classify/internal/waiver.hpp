// Decides what a waiver covers.
#pragma once

#include <cstdint>

#include "classify/inventory.hpp"
#include "classify/party.hpp"

namespace portproof {

// Does the waiver cover a conversation between these two, whether or not it is in force? An address belongs
// to the host that the inventory assigns it to, so an address with a more specific host entry does not match
// the wider one.
bool covers(const Waiver& waiver, const Party& initiator, const Party& responder, Transport transport,
            std::uint16_t port);

}  // namespace portproof
