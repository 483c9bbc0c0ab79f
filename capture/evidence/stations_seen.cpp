#include "capture/evidence/stations_seen.hpp"

#include <algorithm>
#include <utility>

namespace portproof {

// Not keyed: whoever makes addresses collide gains a walk of some slots, for a while.
StationsSeen::Sighting& StationsSeen::slot_of(const IpAddress& address, const Station& station) {
  std::uint64_t folded = (address.word(0) ^ address.word(8)) * 0x9e3779b97f4a7c15U;
  folded = (folded ^ (folded >> 32U)) + station.mac.bytes[5] + station.vlans;
  for (std::size_t at = folded;; ++at) {
    Sighting& slot = slots_[at & (slots_.size() - 1)];
    if (slot.empty() || (slot.address == address && slot.station == station)) return slot;
  }
}

void StationsSeen::observe(const Packet& packet) {
  const auto station = station_of(packet);
  if (!station) return;
  if (used_ * 2 >= slots_.size()) make_room();
  Sighting& slot = slot_of(packet.source, *station);
  if (slot.empty()) {
    ++used_;
    slot.address = packet.source;
    slot.station = *station;
  }
  slot.span.first = std::min(slot.span.first, packet.time);
  slot.span.last = std::max(slot.span.last, packet.time);
}

void StationsSeen::make_room() {
  if (slots_.size() == kMostSlots) {
    settle();
    return;
  }
  std::vector<Sighting> old =
      std::exchange(slots_, std::vector<Sighting>(std::max(slots_.size() * 2, kFirstSlots)));
  for (const Sighting& sighting : old) {
    if (!sighting.empty()) slot_of(sighting.address, sighting.station) = sighting;
  }
}

void StationsSeen::settle() {
  for (Sighting& sighting : slots_) {
    if (!sighting.empty()) add_station(settled_, sighting.address, sighting.station, sighting.span);
    sighting = {};
  }
  used_ = 0;
}

Stations StationsSeen::take() {
  settle();
  return std::move(settled_);
}

}  // namespace portproof
