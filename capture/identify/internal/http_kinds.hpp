// What of Citrix an HTTP message belongs to, by its target, a few of its fields, and what is there of its
// body.
#pragma once

#include <string_view>

#include "capture/base/http_kind.hpp"

namespace portproof {

// Of a request: its target in origin form, and all that was seen behind the request line. Both may be cut.
// Sources: the products' own documentation for NITRO; requests and configurations that administrators have
// published for StoreFront, the gateway, the ticket authority and the XML service; RFC 6455, 4.1.
HttpKinds kinds_of_request(std::string_view target, std::string_view after);

// Of a response: its status, three digits, and all that was seen behind the status line.
HttpKinds kinds_of_response(std::string_view status, std::string_view after);

}  // namespace portproof
