#include "capture/flow/internal/asked_ports.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "capture/base/applications.hpp"
#include "capture/flow/flow.hpp"

// An example, a TFTP read:
//
//   10.0.0.5:50000 -> 10.0.0.9:69       flow A: the request. A is remembered under (10.0.0.5:50000, 10.0.0.9)
//   10.0.0.9:61234 -> 10.0.0.5:50000    flow B: opens. (its target, its source address) finds A
//
// B's ports alone say that 10.0.0.9 is a client of a service on port 50000. A says the opposite: 10.0.0.5
// asked port 69 and still has no answer from there. So B is an answer, and its service is port 69.
//
// What is remembered is a flow's number, and flows close and their numbers are used again. So `awaits`
// reads the entry anew and believes only what it says now: live, asked this, unanswered, recent. A wrong
// number can then do no more than be looked at in vain. That is why the table needs no removal, and may
// be small.
//
// A service that answers from another port has said all that it has to say there. Where who asked then talks
// to that port, another flow begins: or one answer would shelter whatever listens there. Only TFTP goes on,
// and only after what was recognised as a request of it.
//
// It costs one hash and one look when a UDP flow opens, and another to remember it; nothing for each
// packet.

namespace portproof {
namespace {

// Who asked, with its port, and whose answer is awaited.
struct Question {
  Endpoint asker;
  IpAddress asked;
  friend bool operator==(const Question&, const Question&) = default;
};

std::uint64_t hash_of(const Question& question, std::uint64_t seed) {
  std::array<std::uint8_t, 34> bytes;
  std::memcpy(bytes.data(), question.asker.address.bytes.data(), 16);
  std::memcpy(bytes.data() + 16, question.asked.bytes.data(), 16);
  std::memcpy(bytes.data() + 32, &question.asker.port, 2);
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

// The port that was asked, if the flow asked this and awaits an answer. An answer that is seen without its
// question looks like one, too; it comes from the lower port.
std::optional<std::uint16_t> awaits(const FlowEntry& asking, const Question& question, std::uint32_t vlans,
                                    Timestamp now, Duration within) {
  const FlowKey asked = unpack(asking.key);
  const bool live = (asking.marks & mark_live) != 0 && now - asking.last <= within;
  if (!live || asked.protocol != kProtocolUdp || asked.vlans != vlans) return std::nullopt;
  for (const Side asker : {Side::low, Side::high}) {
    const Endpoint& service = asked.end(other(asker));
    const bool unanswered = (asking.bits[index(other(asker))] & bit_seen) == 0;
    const bool same = Question{asked.end(asker), service.address} == question;
    const bool may_go_on = ends_at_answer(service.port) || asking.application == Application::tftp;
    if (same && unanswered && service.port < question.asker.port && may_go_on) return service.port;
  }
  return std::nullopt;
}

}  // namespace

std::uint32_t AskedPorts::tag_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash >> 32U);
}

AskedPorts::Bucket::iterator AskedPorts::find(Bucket& bucket, std::uint64_t hash) {
  return std::find_if(bucket.begin(), bucket.end(),
                      [hash](const Slot& slot) { return slot.flow != kNoFlow && slot.tag == tag_of(hash); });
}

std::optional<std::uint16_t> AskedPorts::opened(const FlowStore& store, FlowId id, Side sender,
                                                Timestamp now) {
  if (buckets_.empty()) buckets_.resize(kBuckets);
  const FlowKey key = unpack(store[id].key);
  const Endpoint& from = key.end(sender);
  const Endpoint& to = key.end(other(sender));

  const Question answered{to, from.address};
  const std::uint64_t hash = hash_of(answered, seed_);
  Bucket& asking = buckets_[hash % kBuckets];
  const auto known = find(asking, hash);
  if (known != asking.end() && known->flow != id) {
    const auto port = awaits(store[known->flow], answered, key.vlans, now, kWithin);
    if (port) return port;
  }
  // In the place of an older one that asks the same, or of the oldest.
  const std::uint64_t own_hash = hash_of({from, to.address}, seed_);
  Bucket& bucket = buckets_[own_hash % kBuckets];
  const auto before = find(bucket, own_hash);
  const auto last = before == bucket.end() ? bucket.end() - 1 : before;
  std::move_backward(bucket.begin(), last, last + 1);
  bucket.front() = {tag_of(own_hash), id};
  return std::nullopt;
}

}  // namespace portproof
