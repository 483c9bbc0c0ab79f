// Which name servers are believed. Two hosts can ask and answer each other anything: an answer says
// something only if it comes from a server that the estate relies on.
#pragma once

#include <optional>
#include <set>

#include "capture/evidence/evidence.hpp"
#include "classify/inventory.hpp"

namespace portproof {

class NameServers {
 public:
  // All.
  NameServers() = default;

  // Without an inventory: all. Where host entries list addresses of name servers (roles dns-server and
  // domain-controller): these. Otherwise those that a listed host asks, or two hosts of the estate. What a
  // listed host asks is judged itself. Borrows nothing.
  NameServers(const Inventory* inventory, const Evidence& evidence);

  [[nodiscard]] bool are_believed(const IpAddress& server) const {
    return !believed_ || believed_->count(server) != 0;
  }

 private:
  std::optional<std::set<IpAddress>> believed_;
};

}  // namespace portproof
