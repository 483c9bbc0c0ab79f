#include "capture/evidence/stations_seen.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <tuple>
#include <utility>

#include "capture/base/byte_cursor.hpp"
#include "capture/base/mix.hpp"
#include "capture/base/random_key.hpp"
#include "capture/decode/link.hpp"

// Which MAC addresses and VLANs spoke as which IP address? The answer must be small, and the same for any
// order of packets, any number of threads and any split of the input. Keeping "the first so many" would
// depend on the order, so the lowest addresses are kept, and the lowest stations of each:
//
//   table (hash)           10.20.4.9 m3   10.20.1.1 m1   10.20.7.2 m9 ...     as packets come
//        | settle: sort, merge, keep the lowest
//        v
//   settled_ (sorted)      10.20.1.1 m1   10.20.4.9 m3 ...  up to kStationAddresses, and one more
//                                                           ^ highest_: whatever sorts after it is dropped
//                                                             on arrival
//
// Why that is right: an address is dropped only if enough lower ones exist, and those exist in the whole
// input as well. So the lowest of the parts contain the lowest of the whole, and merging parts is sorting
// and cutting again. The one more that is kept says that there were more.
//
// Cost: one look-up for the first packet of each side of a flow. The slot lies anywhere in up to 12 MiB, so
// a sighting waits in a ring of eight while its slot is fetched, and the fetches of several overlap. A full
// table is settled, which sorts it, and starts again; with the bar at `highest_`, a scan of a million
// addresses soon passes it without an insertion.

namespace portproof {
namespace {

constexpr std::uint8_t kGroupBit = 0x01;  // of the first byte of a MAC address: multicast and broadcast

bool is_vlan_tag(std::uint16_t type) {
  return type == kEthertypeVlan || type == kEthertypeProviderVlan || type == kEthertypeOldVlan;
}

// Only a mirror of whole frames leaves no doubt that the header behind the tunnel is the packet's own.
bool is_frame_mirror(TunnelKind kind) {
  return kind == TunnelKind::erspan_1 || kind == TunnelKind::erspan_2 || kind == TunnelKind::erspan_3;
}

// `header` is followed by its VLAN tags whole, as Packet::ethernet promises.
std::uint32_t vlans_of(const std::uint8_t* header) {
  constexpr std::size_t kTypeAt = 12;
  constexpr std::uint32_t kIdBits = 0x0fff;
  const std::uint8_t* type = header + kTypeAt;
  if (!is_vlan_tag(load_be16(type))) return 0;
  std::uint32_t vlans = (load_be16(type + 2) & kIdBits) << 12U;
  if (is_vlan_tag(load_be16(type + 4))) vlans |= load_be16(type + 6) & kIdBits;
  return vlans;
}

bool before(const StationSighting& left, const StationSighting& right) {
  return std::tie(left.address, left.station) < std::tie(right.address, right.station);
}

void take_span(StationSpan& span, const StationSpan& more) {
  span.first = std::min(span.first, more.first);
  span.last = std::max(span.last, more.last);
}

// Copies sorted sightings, one of each station, as long as they are to be kept.
class Keeping {
 public:
  // True once there are as many addresses as are kept, and one more.
  bool take(const StationSighting& sighting) {
    const bool same_address = !kept.empty() && kept.back().address == sighting.address;
    if (same_address && kept.back().station == sighting.station) {
      take_span(kept.back().span, sighting.span);
      return false;
    }
    if (!same_address) {
      if (addresses_ > kStationAddresses) return true;
      ++addresses_;
      stations_ = 0;
    }
    if (stations_ > kStationsPerAddress) return false;
    ++stations_;
    kept.push_back(sighting);
    return false;
  }
  [[nodiscard]] bool full() const { return addresses_ > kStationAddresses; }

  std::vector<StationSighting> kept;

 private:
  std::size_t addresses_{0};
  std::size_t stations_{0};  // of the last address
};

}  // namespace

std::optional<Station> station_of(const Packet& packet) {
  if (packet.ethernet == nullptr) return std::nullopt;
  const TunnelStack& tunnels = packet.tunnels;
  if (!tunnels.empty() && !is_frame_mirror(tunnels.layers[tunnels.count - 1].kind)) return std::nullopt;
  constexpr std::size_t kSourceAt = 6;
  const std::uint8_t* const source = packet.ethernet + kSourceAt;
  Station station;
  std::copy_n(source, station.mac.bytes.size(), station.mac.bytes.begin());
  if ((source[0] & kGroupBit) != 0 || station.mac == MacAddress{}) return std::nullopt;
  station.vlans = vlans_of(packet.ethernet);
  return station;
}

void StationList::add(std::vector<StationSighting>&& more) {
  std::sort(more.begin(), more.end(), before);
  merge_sorted(more);
}

void StationList::add(StationList&& others) {
  if (sightings_.empty()) {
    *this = std::move(others);
  } else {
    merge_sorted(others.sightings_);
  }
}

void StationList::merge_sorted(const std::vector<StationSighting>& more) {
  if (more.empty()) return;
  Keeping keeping;
  keeping.kept.reserve(sightings_.size() + more.size());
  auto left = sightings_.begin();
  auto right = more.begin();
  bool is_over = false;
  while (!is_over && (left != sightings_.end() || right != more.end())) {
    const bool take_left = right == more.end() || (left != sightings_.end() && !before(*right, *left));
    is_over = keeping.take(take_left ? *left++ : *right++);
  }
  sightings_ = std::move(keeping.kept);
  if (keeping.full()) highest_ = sightings_.back().address;
}

Stations StationList::stations() const {
  Stations stations;
  for (const StationSighting& sighting : sightings_) {
    StationSpans& spans = stations.try_emplace(stations.end(), sighting.address)->second;
    spans.emplace_hint(spans.end(), sighting.station, sighting.span);
  }
  return stations;
}

StationsSeen::StationsSeen() {
  for (std::uint64_t& key : keys_) key = random_key();
}

std::uint64_t StationsSeen::hash_of(const StationSighting& sighting) const {
  const std::uint64_t address = mix(sighting.address.word(0) ^ keys_[0], sighting.address.word(8) ^ keys_[1]);
  std::uint64_t mac = 0;
  std::memcpy(&mac, sighting.station.mac.bytes.data(), sighting.station.mac.bytes.size());
  return mix(address ^ mac ^ keys_[2], sighting.station.vlans ^ keys_[3]);
}

StationSighting& StationsSeen::slot_of(const StationSighting& sighting, std::uint64_t hash) {
  for (std::size_t at = hash;; ++at) {
    StationSighting& slot = slots_[at & (slots_.size() - 1)];
    if (is_empty(slot) || (slot.address == sighting.address && slot.station == sighting.station)) return slot;
  }
}

void StationsSeen::observe(const Packet& packet) {
  if (settled_.highest() && *settled_.highest() < packet.source) return;
  const auto station = station_of(packet);
  if (!station) return;
  if (came_ - put_ == kWaiting) put(waiting_[put_++ % kWaiting]);
  Waiting& waiting = waiting_[came_++ % kWaiting];
  waiting.sighting = {packet.source, *station, {packet.time, packet.time}};
  waiting.hash = hash_of(waiting.sighting);
  if (!slots_.empty()) __builtin_prefetch(&slots_[waiting.hash & (slots_.size() - 1)], 1);
}

void StationsSeen::put(const Waiting& waiting) {
  if (used_ * 2 >= slots_.size()) make_room();
  StationSighting& slot = slot_of(waiting.sighting, waiting.hash);
  if (is_empty(slot)) {
    ++used_;
    slot = waiting.sighting;
  } else {
    take_span(slot.span, waiting.sighting.span);
  }
}

void StationsSeen::make_room() {
  if (slots_.size() == kMostSlots) {
    settle();
    return;
  }
  std::vector<StationSighting> old =
      std::exchange(slots_, std::vector<StationSighting>(std::max(slots_.size() * 2, kFirstSlots)));
  for (const StationSighting& sighting : old) {
    if (!is_empty(sighting)) slot_of(sighting, hash_of(sighting)) = sighting;
  }
}

void StationsSeen::settle() {
  std::vector<StationSighting> seen;
  seen.reserve(used_);
  for (StationSighting& slot : slots_) {
    if (!is_empty(slot)) seen.push_back(slot);
    slot = {};
  }
  used_ = 0;
  settled_.add(std::move(seen));
}

StationList StationsSeen::take() {
  while (put_ != came_) put(waiting_[put_++ % kWaiting]);
  settle();
  return std::exchange(settled_, {});
}

}  // namespace portproof
