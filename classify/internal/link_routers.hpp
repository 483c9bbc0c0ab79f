// The routers of the links that were captured: the hosts that sent a routing protocol as control traffic of
// their link. What two of them send each other directly (a database exchange of OSPF, for example) belongs to
// that.
#pragma once

#include <array>
#include <map>
#include <string>

#include "capture/evidence/conversation.hpp"
#include "capture/evidence/protocol_count.hpp"

namespace portproof {

class LinkRouters {
 public:
  // Nobody.
  LinkRouters() = default;
  // `protocols` is that of the evidence, and must outlive this.
  explicit LinkRouters(const std::map<std::string, ProtocolCount>& protocols);

  // Is it a routing protocol that both ends also send as control traffic?
  [[nodiscard]] bool are_both_ends_of(const ConversationKey& key) const {
    const ProtocolCount* const routers = by_protocol_[key.protocol];
    return routers != nullptr && routers->has_host(key.initiator) && routers->has_host(key.responder);
  }

 private:
  std::array<const ProtocolCount*, 256> by_protocol_{};  // null for every other protocol
};

}  // namespace portproof
