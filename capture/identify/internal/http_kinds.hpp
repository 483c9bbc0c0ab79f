// The part of Citrix that an HTTP message belongs to, by its target, a few fields, and what was captured of
// its body.
#pragma once

#include <string_view>

#include "capture/base/http_kind.hpp"

namespace portproof {

// The kinds of a request: its target in origin form, and everything behind the request line. Both may be cut.
// Sources: the products' documentation for NITRO; requests and configurations that administrators published
// for StoreFront, the gateway, the ticket authority and the XML service; RFC 6455, 4.1.
HttpKinds kinds_of_request(std::string_view target, std::string_view after);

// The kinds of a response: its status, three digits, and everything behind the status line.
HttpKinds kinds_of_response(std::string_view status, std::string_view after);

}  // namespace portproof
