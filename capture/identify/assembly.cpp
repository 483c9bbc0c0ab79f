#include "capture/identify/assembly.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "capture/identify/internal/client_hello.hpp"
#include "capture/identify/internal/dtls_hello.hpp"
#include "capture/identify/internal/quic_initial.hpp"
#include "capture/identify/internal/recognisers.hpp"
#include "capture/identify/internal/tls.hpp"
#include "capture/identify/pieces.hpp"

// How a message is put together.
//
// Each incomplete message has a slot: the state of its pieces, and 16 KiB of memory into which every byte
// goes at its offset. Segments may arrive in any order:
//
//   sequence 1000: "\x16\x03\x01..."      offset    0, 500 bytes    [xxxxx.........]  whole() =  500
//   sequence 2000: the third segment     offset 1000, 400 bytes    [xxxxx.....xxxx]  whole() =  500
//   sequence 1500: the second segment    offset  500, 500 bytes    [xxxxxxxxxxxxxx]  whole() = 1400
//
// After each packet the recogniser reads the first whole() bytes from the beginning. So no parser has to stop
// in the middle of a field, and the cost is small: a side gets kMostPackets packets, and a hello or header
// has 16 KiB at most. Protocols differ only in how a packet becomes (offset, bytes): TCP by its sequence
// number, DTLS by the fragment's offset, QUIC by the offset in its CRYPTO frames once the packet is
// deciphered.
//
// Slots and ids are separate. When all slots are taken, the message that began first loses its slot, but its
// flow does not know that and keeps the id. So an id stays taken until it is released, there are 128 for each
// slot, and slot_of[id] becomes kNoSlot: `add` then returns a final, empty result.
//
//   id 7 -> slot 2     id 9 -> kNoSlot (dropped)     id 12 -> slot 0
//
// A flood of incomplete hellos therefore costs the oldest messages, but no memory, and never blocks new ones.

namespace portproof {
namespace {

using SlotId = std::uint16_t;
constexpr SlotId kNoSlot = 0xffff;

constexpr std::size_t kMostSlots = 4095;
// An id outlives a slot that was given to another message.
constexpr std::size_t kIdsPerSlot = 128;
constexpr std::size_t kMostIds = 0xfffe;

// Deciphering is expensive, and a datagram of a client has one Initial packet, or two.
constexpr int kInitialsPerDatagram = 4;

struct Slot {
  Application application{kUnknownApplication};
  bool cut{false};  // the capture lacks bytes of the message
  int packets{0};   // data packets examined
  Assemblies::Id owner{Assemblies::kNone};
  SlotId older{kNoSlot};  // neighbours in the order in which messages began
  SlotId newer{kNoSlot};
  Pieces pieces;
  std::uint32_t first_sequence{0};  // TCP: of the message's first byte
  std::uint32_t length{0};          // DTLS: of the hello
  std::uint16_t message{0};         // DTLS: its number
  QuicInitialKeys keys;             // QUIC
  bool early{false};                // QUIC: so far only early data, which arrived before the hello
};

// A hello after its handshake header.
Recognition read_handshake(Application application, std::span<const std::uint8_t> message) {
  Recognition found;
  found.application = application;
  ByteCursor at(message);
  const std::uint8_t type = at.u8();
  const std::uint32_t length = at.be24();
  if (at.failed()) {
    found.unfinished = true;
    return found;
  }
  if (type != kClientHelloType || length < kShortestHello || length > kLongestHello) return found;
  const ClientHello hello = read_client_hello(at.rest(), length, HelloForm::tls);
  found.name_state = hello.name_state;
  found.name = hello.name;
  found.unfinished = hello.unfinished;
  found.speaker = Speaker::asks;
  return found;
}

}  // namespace

struct Assemblies::Implementation {
  explicit Implementation(std::size_t count)
      : slots(count),
        slot_of(std::min(count * kIdsPerSlot, kMostIds) + 1, kNoSlot),
        memory(std::make_unique_for_overwrite<std::uint8_t[]>(count * kLongestMessage)),
        scratch(std::make_unique_for_overwrite<std::uint8_t[]>(kLongestMessage)) {
    free_slots.reserve(count);
    for (std::size_t slot = count; slot > 0; --slot) free_slots.push_back(static_cast<SlotId>(slot - 1));
    free_ids.reserve(slot_of.size());
    for (std::size_t id = slot_of.size() - 1; id > 0; --id) free_ids.push_back(static_cast<Id>(id));
  }

  // Slots and ids. Both are stacks: the last one used is used next, and what is never needed stays untouched.
  SlotId take_slot(Id owner);
  void give_back(SlotId id);
  void unlink(SlotId id);

  [[nodiscard]] std::span<std::uint8_t> message_of(SlotId id) const {
    return {memory.get() + id * kLongestMessage, kLongestMessage};
  }
  [[nodiscard]] std::span<std::uint8_t> scratch_space() const { return {scratch.get(), kLongestMessage}; }

  // Adds the data to the message, then reads the message as far as it is there.
  Recognition look(SlotId id, const FirstData& data, std::uint32_t sequence);
  void take_segment(SlotId id, const FirstData& data, std::uint32_t sequence);
  void take_fragments(SlotId id, const FirstData& data);
  void take_initials(SlotId id, const FirstData& data);
  std::span<const std::uint8_t> open(Slot& slot, const QuicInitial& initial);
  [[nodiscard]] Recognition ask(SlotId id) const;
  [[nodiscard]] Recognition ask_records(std::span<const std::uint8_t> whole) const;

  std::vector<Slot> slots;
  std::vector<SlotId> slot_of;  // by id
  std::vector<SlotId> free_slots;
  std::vector<Id> free_ids;
  SlotId oldest{kNoSlot};
  SlotId newest{kNoSlot};
  std::unique_ptr<std::uint8_t[]> memory;
  std::unique_ptr<std::uint8_t[]> scratch;  // for joined records and opened packets
  QuicProtection protection;
  std::uint64_t refused{0};
};

SlotId Assemblies::Implementation::take_slot(Id owner) {
  if (free_slots.empty()) {
    slot_of[slots[oldest].owner] = kNoSlot;
    give_back(oldest);
    ++refused;
  }
  const SlotId id = free_slots.back();
  free_slots.pop_back();
  Slot& slot = slots[id];
  slot = Slot{};
  slot.owner = owner;
  slot.older = newest;
  (newest == kNoSlot ? oldest : slots[newest].newer) = id;
  newest = id;
  slot_of[owner] = id;
  return id;
}

void Assemblies::Implementation::unlink(SlotId id) {
  const Slot& slot = slots[id];
  (slot.older == kNoSlot ? oldest : slots[slot.older].newer) = slot.newer;
  (slot.newer == kNoSlot ? newest : slots[slot.newer].older) = slot.older;
}

void Assemblies::Implementation::give_back(SlotId id) {
  unlink(id);
  free_slots.push_back(id);
}

// The first copy of a byte stays: nobody can know what the receiver does with a second, different one.
void Assemblies::Implementation::take_segment(SlotId id, const FirstData& data, std::uint32_t sequence) {
  Slot& slot = slots[id];
  std::uint32_t offset = sequence - slot.first_sequence;  // modulo 2^32
  std::span<const std::uint8_t> bytes = data.bytes;
  const std::uint32_t before = 0U - offset;
  if (before < 0x80000000U) {  // it begins before the message
    if (before >= bytes.size()) return;
    bytes = bytes.subspan(before);
    offset = 0;
  }
  slot.pieces.add(message_of(id), offset, bytes);
}

void Assemblies::Implementation::take_fragments(SlotId id, const FirstData& data) {
  Slot& slot = slots[id];
  DtlsHelloFragments fragments(data.bytes);
  while (const auto fragment = fragments.next()) {
    const bool is_new = slot.length == 0 || fragment->message > slot.message;
    if (is_new) {
      slot.pieces.clear();
      slot.length = fragment->length;
      slot.message = fragment->message;
    }
    if (fragment->message != slot.message || fragment->length != slot.length) continue;
    slot.pieces.add(message_of(id), fragment->offset, fragment->bytes);
  }
}

// The keys of the first packet are valid for all that follow, whatever their connection IDs. A server that
// validates the client's address first (Retry) makes the client start again, with keys from another ID.
std::span<const std::uint8_t> Assemblies::Implementation::open(Slot& slot, const QuicInitial& initial) {
  const auto frames = protection.open(initial, slot.keys, scratch_space());
  if (!frames.empty()) return frames;
  const QuicInitialKeys keys = protection.client_keys(initial.version, initial.destination_id);
  const auto anew = protection.open(initial, keys, scratch_space());
  if (anew.empty()) return anew;
  slot.keys = keys;
  slot.pieces.clear();
  return anew;
}

void Assemblies::Implementation::take_initials(SlotId id, const FirstData& data) {
  Slot& slot = slots[id];
  ByteCursor at(data.bytes);
  slot.early = slot.keys.version == 0 && begins_with_zero_rtt(data.bytes);
  for (int count = 0; count < kInitialsPerDatagram; ++count) {
    const auto initial = next_quic_initial(at);
    if (!initial) return;
    slot.early = false;
    ByteCursor frames(open(slot, *initial));
    while (const auto crypto = next_quic_crypto(frames)) {
      slot.pieces.add(message_of(id), crypto->offset, crypto->bytes);
    }
  }
}

Recognition Assemblies::Implementation::ask_records(std::span<const std::uint8_t> whole) const {
  const JoinedHandshake joined = join_handshake(whole, scratch_space());
  Recognition found = read_handshake(Application::tls, scratch_space().first(joined.size));
  found.unfinished = found.unfinished && joined.goes_on;
  return found;
}

Recognition Assemblies::Implementation::ask(SlotId id) const {
  const Slot& slot = slots[id];
  const std::span<const std::uint8_t> whole = message_of(id).first(slot.pieces.whole());
  Recognition found;
  switch (slot.application) {
    case Application::tls:
      found = ask_records(whole);
      break;
    case Application::http:
      found = recognise<Application::http, kProtocolTcp>(
          {kProtocolTcp, whole, static_cast<std::uint32_t>(whole.size())});
      break;
    case Application::dtls: {
      const ClientHello hello = read_client_hello(whole, slot.length, HelloForm::dtls);
      found.name_state = hello.name_state;
      found.name = hello.name;
      found.unfinished = hello.unfinished;
      found.speaker = Speaker::asks;
      break;
    }
    case Application::quic:
      found.unfinished = slot.early;
      if (slot.keys.version == 0) break;  // nothing that a client's keys could open
      found = read_handshake(Application::quic, whole);
      found.speaker = Speaker::asks;
      break;
    default:
      break;
  }
  found.application = slot.application;
  found.more_may_show = false;
  if (whole.size() == kLongestMessage) found.unfinished = false;
  return found;
}

Recognition Assemblies::Implementation::look(SlotId id, const FirstData& data, std::uint32_t sequence) {
  Slot& slot = slots[id];
  ++slot.packets;
  slot.cut = slot.cut || data.bytes.size() < data.wire_length;
  if (data.protocol == kProtocolTcp) {
    take_segment(id, data, sequence);
  } else if (slot.application == Application::dtls) {
    take_fragments(id, data);
  } else if (slot.application == Application::quic) {
    take_initials(id, data);
  }
  Recognition found = ask(id);
  if (slot.cut || slot.packets >= kMostPackets) found.unfinished = false;
  return found;
}

Assemblies::Assemblies(std::size_t slots)
    : implementation_(std::make_unique<Implementation>(std::clamp(slots, std::size_t{1}, kMostSlots))) {}
Assemblies::~Assemblies() = default;

Assemblies::Begun Assemblies::begin(Application application, const FirstData& data, std::uint32_t sequence) {
  Implementation& all = *implementation_;
  Begun begun;
  begun.found.application = application;
  if (all.free_ids.empty()) {
    ++all.refused;
    return begun;
  }
  begun.id = all.free_ids.back();
  all.free_ids.pop_back();
  const SlotId slot = all.take_slot(begun.id);
  all.slots[slot].application = application;
  all.slots[slot].first_sequence = sequence;
  begun.found = all.look(slot, data, sequence);
  if (begun.found.unfinished) return begun;
  release(begun.id);
  begun.id = kNone;
  return begun;
}

Recognition Assemblies::add(Id id, const FirstData& data, std::uint32_t sequence) {
  const SlotId slot = implementation_->slot_of[id];
  if (slot == kNoSlot) return {};
  return implementation_->look(slot, data, sequence);
}

void Assemblies::release(Id id) {
  if (id == kNone) return;
  Implementation& all = *implementation_;
  const SlotId slot = all.slot_of[id];
  if (slot != kNoSlot) all.give_back(slot);
  all.slot_of[id] = kNoSlot;
  all.free_ids.push_back(id);
}

std::uint64_t Assemblies::refused() const {
  return implementation_->refused;
}

}  // namespace portproof
