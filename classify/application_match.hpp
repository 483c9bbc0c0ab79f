// What may be spoken where a rule lists applications: the listed ones, and what a connection of theirs
// looks like when it is picked up in the middle or before its main part begins.
#pragma once

#include "capture/base/application.hpp"
#include "catalog/rule.hpp"

namespace portproof {

// Does traffic identified as `spoken` agree with an application list that holds `listed`? Each agrees with
// itself. Beyond that only what one and the same connection goes through: a protocol that turns to TLS on its
// own port is seen as TLS once it has, and metric exchange between NetScalers opens with their RPC.
// An HTTP connection that becomes a WebSocket was identified by its first request and stays `http`.
// TLS, DTLS and QUIC never stand for each other, nor does HTTP for any of them.
bool agrees(Application listed, Application spoken);

// May this be spoken where the rule applies? As Rule::expects, with `agrees` in place of equality. The one
// question that judging asks about applications.
bool expects(const Rule& rule, Application spoken);

}  // namespace portproof
