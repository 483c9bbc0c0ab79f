#include "capture/flow/internal/first_look.hpp"

#include <array>

#include "capture/base/applications.hpp"
#include "capture/flow/internal/handshake.hpp"
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

// Nothing is known of what was decrypted, nor of frames that no network card sends: card or kernel put
// several segments together, and left the checksum.
Checksum checksum_on_wire(const Packet& packet) {
  constexpr std::uint32_t kLongestFrame = 1526;  // with two VLAN tags
  if (packet.decrypted || packet.wire_length > kLongestFrame) return Checksum::unknown;
  return checksum_of(packet);
}

constexpr std::uint8_t kBothLooks = mark_look_low | mark_look_high;

void stop_looking(FlowEntry& entry, std::uint8_t marks) {
  entry.marks &= static_cast<std::uint8_t>(~marks);
}

}  // namespace

void FirstLook::examine(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet) {
  const std::size_t side = index(sender);
  if (StreamStarts::only_repeats(more.starts[side], more.start_sizes[side], packet.payload.size(),
                                 packet.tcp_sequence))
    return;
  bool wrong = false;
  if (packet.protocol == kProtocolTcp) {
    const Checksum checksum = checksum_on_wire(packet);
    if (is_forged_data(entry, more, sender, checksum)) return;
    wrong = checksum == Checksum::wrong;
    if (checksum == Checksum::right && more.doubted == index(sender)) retract(entry, more);
  }
  if (more.assembly != Assemblies::kNone && more.announced == index(sender)) {
    const FirstData data{packet.protocol, packet.payload, packet.payload_length};
    put_together(entry, more, sender, assemblies_.add(more.assembly, data, packet.tcp_sequence));
    return;
  }
  const First first = look(more, sender, packet);
  if (more.again > 0) [[unlikely]] {
    examine_again(entry, more, first.found.application);
    return;
  }
  if (more.doubted != kNobody && !settle_doubt(entry, more, sender, wrong, first)) return;
  if (!is_identified(first.found.application)) {
    give_up(entry, more, sender, first);
    return;
  }
  ++more.examined[index(sender)];
  if (wrong) more.doubted = static_cast<std::uint8_t>(sender);
  take(entry, more, sender, first);
}

// What the data is by what lies before it, if there is something, or else by itself.
FirstLook::First FirstLook::look(FlowMore& more, Side sender, const Packet& packet) {
  First first{{packet.protocol, packet.payload, packet.payload_length}, packet.tcp_sequence, false, {}};
  if (packet.decrypted) {
    first.found.application = Application::tls;
    return first;
  }
  if (packet.protocol == kProtocolTcp && packet.fragment.part == Fragment::Part::none) {
    const auto joined = starts_.add(more.starts[index(sender)], more.start_sizes[index(sender)], first.data,
                                    packet.tcp_sequence);
    first.is_short = joined.is_short;
    if (joined.is_longer) {
      const Recognition found = identify(joined.data);
      if (is_identified(found.application)) return {joined.data, joined.sequence, false, found};
    }
  }
  first.found = identify(first.data);
  return first;
}

// Nothing was recognised: after some packets that is final, but for those that are too short to tell.
void FirstLook::give_up(FlowEntry& entry, FlowMore& more, Side sender, const First& first) {
  std::uint8_t& examined = more.examined[index(sender)];
  if (first.is_short) return;
  ++examined;
  if (examined < kExaminedPackets && first.found.more_may_show) return;
  examined = kExaminedPackets;
  stop_looking(entry, look_mark(sender));
}

void FirstLook::take(FlowEntry& entry, FlowMore& more, Side sender, const First& first) {
  const Recognition& found = first.found;
  if (more.doubted == kNobody) stop_looking(entry, kBothLooks);
  entry.application = found.application;
  more.announced = static_cast<std::uint8_t>(sender);
  if (found.skipped == 0 && banner_of(first.data.protocol, first.data.bytes) == found.application) {
    more.banners |= bit_of(found.application);
  }
  more.kinds = static_cast<std::uint8_t>(found.kinds.to_ulong());
  take_direction(entry, more, sender, found.speaker);
  if (found.unfinished) {
    begin_assembly(entry, more, sender, first);
  } else {
    take_name(more, found);
  }
}

// The application is known from data with a wrong checksum alone. Data of either side that may have been
// received confirms or replaces it. Is this data to be taken?
bool FirstLook::settle_doubt(FlowEntry& entry, FlowMore& more, Side sender, bool wrong, const First& first) {
  const Application found = first.found.application;
  if (wrong || !is_identified(found)) {
    if (++more.examined[index(sender)] >= kExaminedPackets) stop_looking(entry, look_mark(sender));
    return false;
  }
  if (found != entry.application) {
    retract(entry, more);
    return true;
  }
  more.doubted = kNobody;
  const bool goes_on = more.assembly != Assemblies::kNone;
  stop_looking(entry, goes_on ? look_mark(sender) : kBothLooks);
  return false;
}

// What was recognised was forged: nothing is known.
void FirstLook::retract(FlowEntry& entry, FlowMore& more) {
  release(more);
  more.banners &= ~bit_of(entry.application);
  entry.application = kUnknownApplication;
  more.name = kNoName;
  more.name_state = NameState::unseen;
  more.assembly = Assemblies::kNone;
  more.announced = more.asker = more.doubted = kNobody;
  more.kinds = 0;
  more.start_sizes = {};
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
  more.start_sizes = {};
  entry.marks |= kBothLooks;
}

// The flow keeps the application and the name of its first connection.
void FirstLook::examine_again(FlowEntry& entry, FlowMore& more, Application found) {
  --more.again;
  if (is_identified(found)) {
    more.banners |= bit_of(found);
    more.again = 0;
  }
  if (more.again == 0) stop_looking(entry, kBothLooks);
}

void FirstLook::begin_assembly(FlowEntry& entry, FlowMore& more, Side sender, const First& first) {
  const std::uint32_t skipped = first.found.skipped;
  const FirstData data{first.data.protocol, first.data.bytes.subspan(skipped),
                       first.data.wire_length - skipped};
  const Assemblies::Begun begun = assemblies_.begin(entry.application, data, first.sequence + skipped);
  more.assembly = begun.id;
  put_together(entry, more, sender, begun.found);
}

// The name, and who says such a thing, is all that the side's further data is still looked at for.
void FirstLook::put_together(FlowEntry& entry, FlowMore& more, Side sender, const Recognition& found) {
  if (found.unfinished) {
    entry.marks |= look_mark(sender);
    return;
  }
  if (more.doubted == kNobody) stop_looking(entry, look_mark(sender));
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
