// Looks into the first data of each side of a flow for what is spoken and for the name that the connection
// gives its responder, and keeps what was found. Never called again once both are known, or kExaminedPackets
// of each side told nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "capture/decode/packet.hpp"
#include "capture/flow/flow_entry.hpp"
#include "capture/flow/name_pool.hpp"
#include "capture/identify/identify.hpp"

namespace portproof {

class FirstLook {
 public:
  // Looks at a packet with payload, of a side whose look mark is set; takes the mark away when done.
  void examine(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet);

  // Empty where the flow gave none. Valid until it is released.
  [[nodiscard]] std::string_view name(const FlowMore& more) const {
    return more.name == kNoName ? std::string_view{} : names_.name(more.name);
  }
  void release(FlowMore& more) {
    if (more.name != kNoName) names_.release(more.name);
  }

  // Names that were too many to keep.
  [[nodiscard]] std::uint64_t names_refused() const { return names_refused_; }

 private:
  static void take_direction(FlowEntry& entry, Side sender, Speaker speaker);
  void take_name(FlowMore& more, const Recognition& found);

  NamePool names_;
  std::uint64_t names_refused_{0};
};

}  // namespace portproof
