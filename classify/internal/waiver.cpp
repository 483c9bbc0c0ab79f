#include "classify/internal/waiver.hpp"

#include <algorithm>

namespace portproof {
namespace {

// A waiver is for a host, and not for what only looks like it.
bool covers_end(const NamedEnd& end, const Party& claimed) {
  const Party& party = claimed.as_itself ? *claimed.as_itself : claimed;
  if (end.address) return end.address->contains(party.address);
  if (end.host) return std::find(party.hosts.begin(), party.hosts.end(), *end.host) != party.hosts.end();
  return end.roles.overlaps(party.roles);
}

}  // namespace

bool covers(const Waiver& waiver, const Party& initiator, const Party& responder, Transport transport,
            std::uint16_t port) {
  if (!waiver.transports.test(static_cast<std::size_t>(transport))) return false;
  const bool port_fits =
      waiver.any_port || std::any_of(waiver.ports.begin(), waiver.ports.end(),
                                     [port](const PortRange& range) { return range.contains(port); });
  if (!port_fits) return false;
  const bool as_it_is = covers_end(waiver.from, initiator) && covers_end(waiver.to, responder);
  // Without client and server, who sent first says nothing.
  const bool turned =
      !has_direction(transport) && covers_end(waiver.from, responder) && covers_end(waiver.to, initiator);
  return as_it_is || turned;
}

}  // namespace portproof
