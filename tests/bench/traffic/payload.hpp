// The first data of connections, so that the program has something to recognise: enough for that, and no
// more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/traffic/frame.hpp"

namespace portproof::bench {

using Bytes = std::vector<std::uint8_t>;

enum class Speaks : std::uint8_t { tls, http, ica, cgp, opaque };

// The first payload of the client, and of the server.
Bytes client_hello(Speaks what, std::string_view server_name);
Bytes server_hello(Speaks what);

// A query for the IPv4 address of a name, and its answer (RFC 1035).
Bytes dns_query(std::string_view name, std::uint16_t id);
Bytes dns_answer(std::string_view name, std::uint16_t id, Host address);

// Bytes in which nothing can be recognised.
Bytes noise(std::size_t size, std::uint64_t seed);

}  // namespace portproof::bench
