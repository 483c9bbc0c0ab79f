// Which applications satisfy a rule that lists some: the listed ones, and what their connections look like
// when picked up in the middle or before the main exchange begins.
#pragma once

#include "capture/base/application.hpp"
#include "catalog/rule.hpp"

namespace portproof {

// Does traffic identified as `spoken` agree with an application list that contains `listed`? Every
// application agrees with itself. Otherwise the two must be stages of the same connection: a protocol that
// switches to TLS on its own port looks like TLS from then on, and metric exchange between NetScalers opens
// with their RPC. An HTTP connection that becomes a WebSocket was identified by its first request and stays
// `http`. TLS, DTLS and QUIC never stand for each other, nor does HTTP for any of them.
bool agrees(Application listed, Application spoken);

// Does the rule allow this application on a port that it covers? Like Rule::expects, but with `agrees` in
// place of equality. Judging asks nothing else about applications.
bool expects(const Rule& rule, Application spoken, Transport transport, std::uint16_t port);

}  // namespace portproof
