#include "capture/evidence/observation_settings.hpp"

#include <string_view>

namespace portproof {

std::string difference(const ObservationSettings& left, const ObservationSettings& right) {
  std::string names;
  const auto add_if = [&names](bool differs, std::string_view name) {
    if (differs) names.append(names.empty() ? "" : ", ").append(name);
  };
  add_if(left.timeouts != right.timeouts, "the flow timeouts");
  add_if(left.decode.peel_tunnels != right.decode.peel_tunnels, "--keep-tunnels");
  add_if(left.decode.max_tunnels != right.decode.max_tunnels, "--tunnel-depth");
  add_if(left.decode.key_vlan != right.decode.key_vlan, "--key-vlan");
  add_if(left.decode.tunnel_ports != right.decode.tunnel_ports, "--vxlan-port");
  // A setting that has no name here yet still keeps evidence apart.
  add_if(names.empty() && left != right, "how packets were decoded");
  return names;
}

}  // namespace portproof
