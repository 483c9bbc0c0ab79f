#include "capture/source/internal/nstrace_copies.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

namespace portproof {
namespace {

constexpr bool goes_out(NstraceStage stage) {
  return stage == NstraceStage::sent || stage == NstraceStage::queued;
}

}  // namespace

NstraceCopies::NstraceCopies() : slots_(kSlots) {}

bool NstraceCopies::same_packet(const Seen& seen, const NstracePacket& packet) {
  if (seen.waiting == 0 || seen.captured != packet.frame.size()) return false;
  if (seen.wire_length != packet.wire_length || seen.decrypted != packet.decrypted) return false;
  if (goes_out(seen.stage) != goes_out(packet.stage)) return false;
  // The records of several cores are merged, so either stage may come first.
  if (packet.time - seen.time > kApart || seen.time - packet.time > kApart) return false;
  const auto bytes = packet.frame.first(std::min(packet.frame.size(), kCompared));
  return std::equal(bytes.begin(), bytes.end(), seen.bytes.begin());
}

bool NstraceCopies::is_copy(const NstracePacket& packet) {
  if (packet.frame.size() < kShortest) return false;
  const auto bytes = packet.frame.first(std::min(packet.frame.size(), kCompared));
  // The hash only picks a slot. Anyone who forces two packets into one slot only gets a copy counted twice.
  Seen& seen = slots_[XXH3_64bits(bytes.data(), bytes.size()) % kSlots];
  if (!same_packet(seen, packet)) {
    seen.waiting = 1;
    seen.captured = static_cast<std::uint32_t>(packet.frame.size());
    seen.wire_length = packet.wire_length;
    seen.decrypted = packet.decrypted;
    seen.stage = packet.stage;
    seen.time = packet.time;
    std::copy(bytes.begin(), bytes.end(), seen.bytes.begin());
    return false;
  }
  if (seen.stage == packet.stage) {
    seen.time = packet.time;
    ++seen.waiting;
    return false;
  }
  --seen.waiting;
  return true;
}

}  // namespace portproof
