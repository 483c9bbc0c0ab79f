#include "capture/flow/internal/first_look.hpp"

#include <array>

#include "capture/base/applications.hpp"
#include "capture/identify/banner.hpp"

namespace portproof {
namespace {

// An encrypted SNMP message does not say whether it asks. But agents listen on port 161, and nobody asks from
// there (RFC 3417, 3.1).
Speaker speaker_by_port(const FlowKey& key, Side sender) {
  constexpr std::uint16_t kAgent = 161;
  const bool from_agent = key.end(sender).port == kAgent;
  const bool to_agent = key.end(other(sender)).port == kAgent;
  if (from_agent == to_agent) return Speaker::unknown;
  return to_agent ? Speaker::asks : Speaker::answers;
}

// In FlowMore::banners.
std::uint64_t bit_of(Application application) {
  return std::uint64_t{1} << static_cast<unsigned>(application);
}

}  // namespace

void FirstLook::examine(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet) {
  const FirstData data{packet.protocol, packet.payload, packet.payload_length};
  if (more.assembly != Assemblies::kNone) {
    put_together(entry, more, sender, assemblies_.add(more.assembly, data, packet.tcp_sequence));
    return;
  }
  Recognition found;
  if (packet.decrypted) {
    found.application = Application::tls;
  } else {
    found = identify(data);
  }
  if (more.again > 0) [[unlikely]] {
    examine_again(entry, more, found.application);
    return;
  }
  std::uint8_t& examined = more.examined[index(sender)];
  ++examined;
  if (!is_identified(found.application)) {
    if (examined >= kExaminedPackets || !found.more_may_show) {
      examined = kExaminedPackets;
      entry.marks &= static_cast<std::uint8_t>(~look_mark(sender));
    }
    return;
  }
  entry.marks &= static_cast<std::uint8_t>(~(mark_look_low | mark_look_high));
  entry.application = found.application;
  more.announced = static_cast<std::uint8_t>(sender);
  if (found.skipped == 0 && banner_of(packet.protocol, packet.payload) == found.application) {
    more.banners |= bit_of(found.application);
  }
  more.kinds = static_cast<std::uint8_t>(found.kinds.to_ulong());
  take_direction(entry, more, sender, found.speaker);
  if (found.unfinished) {
    begin_assembly(entry, more, sender, packet, found.skipped);
  } else {
    take_name(more, found);
  }
}

// The same application begins many times on some flows (every request of HTTP does): it is identified once.
void FirstLook::examine_later(FlowMore& more, const Packet& packet, Application suspected) {
  if ((more.banners & bit_of(suspected)) != 0) return;
  const Recognition found = identify({packet.protocol, packet.payload, packet.payload_length});
  if (found.application == suspected && found.skipped == 0) more.banners |= bit_of(suspected);
}

void FirstLook::begin_again(FlowEntry& entry, FlowMore& more) {
  if (more.assembly != Assemblies::kNone) assemblies_.release(more.assembly);
  more.assembly = Assemblies::kNone;
  more.again = 2 * kExaminedPackets;
  entry.marks |= mark_look_low | mark_look_high;
}

// The flow keeps the application and the name of its first connection.
void FirstLook::examine_again(FlowEntry& entry, FlowMore& more, Application found) {
  --more.again;
  if (is_identified(found)) {
    more.banners |= bit_of(found);
    more.again = 0;
  }
  if (more.again == 0) entry.marks &= static_cast<std::uint8_t>(~(mark_look_low | mark_look_high));
}

void FirstLook::begin_assembly(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet,
                               std::uint32_t skipped) {
  const FirstData data{packet.protocol, packet.payload.subspan(skipped), packet.payload_length - skipped};
  const Assemblies::Begun begun = assemblies_.begin(entry.application, data, packet.tcp_sequence + skipped);
  more.assembly = begun.id;
  put_together(entry, more, sender, begun.found);
}

// The name, and who says such a thing, is all that the side's further data is still looked at for.
void FirstLook::put_together(FlowEntry& entry, FlowMore& more, Side sender, const Recognition& found) {
  if (found.unfinished) {
    entry.marks |= look_mark(sender);
    return;
  }
  entry.marks &= static_cast<std::uint8_t>(~look_mark(sender));
  more.kinds |= static_cast<std::uint8_t>(found.kinds.to_ulong());
  take_direction(entry, more, sender, found.speaker);
  take_name(more, found);
  if (more.assembly != Assemblies::kNone) assemblies_.release(more.assembly);
  more.assembly = Assemblies::kNone;
}

// Who asks has begun. Of TCP that only counts if the handshake was not seen.
void FirstLook::take_direction(FlowEntry& entry, FlowMore& more, Side sender, Speaker speaker) {
  if (speaker == Speaker::unknown && entry.application == Application::snmp)
    speaker = speaker_by_port(unpack(entry.key), sender);
  if (speaker == Speaker::unknown) return;
  const auto asker = static_cast<std::uint8_t>(speaker == Speaker::asks ? sender : other(sender));
  if (protocol_of(entry.key) == kProtocolTcp) {
    if (more.asker == kNobody) more.asker = asker;
  } else if (entry.initiator == kNobody) {
    entry.initiator = asker;
    entry.basis = DirectionBasis::request;
  }
}

void FirstLook::take_name(FlowMore& more, const Recognition& found) {
  more.name_state = found.name_state;
  if (found.name_state != NameState::given) return;
  std::array<char, 256> buffer;
  const std::string_view name = normalise_name(found.name, buffer);
  if (name.empty()) {
    more.name_state = NameState::absent;  // something stood in the name's place that is none
    return;
  }
  const auto kept = names_.intern(name);
  if (kept) {
    more.name = *kept;
  } else {
    more.name_state = NameState::other;
    ++names_refused_;
  }
}

}  // namespace portproof
