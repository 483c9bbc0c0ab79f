// Looks into the first data of each side of a flow for the application and for the name that the connection
// gives its responder, and keeps what it finds. A hello or request that continues in further packets is put
// together, and so are the first bytes of a stream that come one by one. Data with a wrong checksum, which
// its receiver drops, tells nothing once its sender has shown right ones; what it told before gives way to
// what later data tells. After that, or after kExaminedPackets of each side in vain, it is asked only about
// packets that may be the beginning of another application (identify/banner.hpp), and about the first data of
// another connection on the same ports.
#pragma once

#include <cstdint>
#include <string_view>

#include "capture/decode/packet.hpp"
#include "capture/flow/internal/flow_entry.hpp"
#include "capture/flow/internal/name_pool.hpp"
#include "capture/identify/assembly.hpp"
#include "capture/identify/identify.hpp"
#include "capture/identify/stream_start.hpp"

namespace portproof {

class FirstLook {
 public:
  // Has one of `shares` equal parts of the room for names and for messages in pieces.
  explicit FirstLook(std::size_t shares = 1)
      : names_(NamePool::kMostBytes / shares), assemblies_(Assemblies::kUsualSlots / shares) {}

  // Looks at a packet with payload, of a side whose look mark is set; takes the mark away when done.
  void examine(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet);

  // Looks at a packet of a side whose look mark is not set, because its payload may be the beginning of
  // `suspected`.
  static void examine_later(FlowMore& more, const Packet& packet, Application suspected);

  // Another connection begins on the flow's ports: the next data of both sides is examined like first data.
  void begin_again(FlowEntry& entry, FlowMore& more);

  // Empty where the flow gave none. Valid until it is released.
  [[nodiscard]] std::string_view name(const FlowMore& more) const {
    return more.name == kNoName ? std::string_view{} : names_.name(more.name);
  }
  void release(FlowMore& more) {
    if (more.name != kNoName) names_.release(more.name);
    if (more.assembly != Assemblies::kNone) assemblies_.release(more.assembly);
  }

  // Names that were too many to keep.
  [[nodiscard]] std::uint64_t names_refused() const { return names_refused_; }
  // Opening messages in several packets that were not put together, because too many were under way.
  [[nodiscard]] std::uint64_t openings_refused() const { return assemblies_.refused(); }

 private:
  // The first data of a side, perhaps joined from several segments.
  struct First {
    FirstData data;
    std::uint32_t sequence{0};
    bool is_short{false};  // too short yet to be recognised
    Recognition found;
  };
  First look(FlowMore& more, Side sender, const Packet& packet);
  void take(FlowEntry& entry, FlowMore& more, Side sender, const First& first);
  bool settle_doubt(FlowEntry& entry, FlowMore& more, Side sender, bool wrong, const First& first);
  void retract(FlowEntry& entry, FlowMore& more);
  static void give_up(FlowEntry& entry, FlowMore& more, Side sender, const First& first);
  static void examine_again(FlowEntry& entry, FlowMore& more, Application found);
  void begin_assembly(FlowEntry& entry, FlowMore& more, Side sender, const First& first);
  void put_together(FlowEntry& entry, FlowMore& more, Side sender, const Recognition& found);
  static void take_direction(FlowEntry& entry, FlowMore& more, Side sender, Speaker speaker);
  void take_name(FlowMore& more, const Recognition& found);

  NamePool names_;
  Assemblies assemblies_;
  StreamStarts starts_;
  std::uint64_t names_refused_{0};
};

}  // namespace portproof
