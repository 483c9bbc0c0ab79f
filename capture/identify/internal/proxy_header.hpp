// The header of the PROXY protocol, which a load balancer sends before anything else on a connection to a
// server, to say on whose behalf it connects (haproxy.org, "The PROXY protocol", versions 1 and 2). NetScaler
// sends and accepts it. It is not an application: that begins behind it.
#pragma once

#include <cstddef>

#include "capture/identify/identify.hpp"

namespace portproof {

// How many bytes of the data are such a header; 0 if it does not begin with one. The capture may cut what
// follows, but not the header's fixed part. Only the end that opened the connection sends one.
std::size_t proxy_header_length(const FirstData& data);

}  // namespace portproof
