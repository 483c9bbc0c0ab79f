// The interfaces that frames can be captured on.
#pragma once

#include <string>
#include <vector>

#include "capture/base/error.hpp"

namespace portproof {

struct Interface {
  std::string name;
  bool up{false};
  bool running{false};                 // has a link
  std::vector<std::string> addresses;  // of the network layer, as text
};

// As libpcap lists them, which needs no rights. Error of kind unavailable where the system does not answer.
Expected<std::vector<Interface>> list_interfaces();

// "eth0, eth1 or lo": for messages about an interface that is none.
std::string interface_names();

}  // namespace portproof
