// The interfaces that can be captured.
#pragma once

#include <string>
#include <vector>

#include "capture/base/error.hpp"

namespace portproof {

struct Interface {
  std::string name;
  bool up{false};
  bool running{false};                 // has a link
  std::vector<std::string> addresses;  // network-layer addresses, as text
};

// As libpcap lists them, which needs no privileges. Error of kind unavailable if the system does not answer.
Expected<std::vector<Interface>> list_interfaces();

// "eth0, eth1 and lo": for messages about an interface that does not exist.
std::string interface_names();

}  // namespace portproof
