#include "capture/flow/asked_ports.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstring>

namespace portproof {
namespace {

// Who asked, with its port, and whose answer is awaited.
struct Question {
  Endpoint asker;
  IpAddress asked;
  friend bool operator==(const Question&, const Question&) = default;
};

std::size_t hash_of(const Question& question, std::uint64_t seed) {
  std::array<std::uint8_t, 34> bytes;
  std::memcpy(bytes.data(), question.asker.address.bytes.data(), 16);
  std::memcpy(bytes.data() + 16, question.asked.bytes.data(), 16);
  std::memcpy(bytes.data() + 32, &question.asker.port, 2);
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace

std::optional<std::uint16_t> AskedPorts::opened(const FlowStore& store, FlowId id, Side sender,
                                                Timestamp now) {
  if (slots_.empty()) slots_.assign(kSlots, kNoFlow);
  const FlowKey key = unpack(store[id].key);
  const Endpoint& from = key.end(sender);
  const Endpoint& to = key.end(other(sender));

  const Question answered{to, from.address};
  const FlowId candidate = slots_[hash_of(answered, seed_) % kSlots];
  if (candidate != kNoFlow && candidate != id) {
    const FlowEntry& asking = store[candidate];
    const FlowKey asked = unpack(asking.key);
    const bool udp =
        (asking.marks & mark_live) != 0 && asked.protocol == kProtocolUdp && asked.vlans == key.vlans;
    for (const Side asker : {Side::low, Side::high}) {
      const Endpoint& service = asked.end(other(asker));
      const bool same = udp && Question{asked.end(asker), service.address} == answered;
      const bool unanswered = (asking.bits[index(other(asker))] & bit_seen) == 0;
      // An answer that is seen without its question looks like one, too; it comes from the lower port.
      const bool is_question = service.port < to.port;
      if (same && is_question && unanswered && now - asking.last <= kWithin) return service.port;
    }
  }
  slots_[hash_of({from, to.address}, seed_) % kSlots] = id;
  return std::nullopt;
}

}  // namespace portproof
