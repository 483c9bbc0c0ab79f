// DNS over TCP (RFC 1035, 4.2.2; RFC 7766): several messages in one segment, and messages over several
// segments, in any order. Bounded: so many directions of connections at a time that are in the middle of a
// message; where there are more, the one that began first gives way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "capture/decode/packet.hpp"
#include "capture/identify/pieces.hpp"

namespace portproof {

class DnsStreams {
 public:
  static constexpr std::size_t kLongestMessage = std::size_t{16}
                                                 << 10;  // with its length; answers are shorter
  static constexpr int kMostPackets = 16;                // for one message
  static constexpr std::size_t kSlots = 64;

  DnsStreams();

  // A segment of a connection on which DNS is spoken. `take` is called for each message that is whole by
  // now, without its length; the bytes are valid during the call.
  template <typename Take>
  void add(const Packet& packet, const Take& take) {
    Slot* const slot = find(packet);
    if (slot != nullptr && !slot->given_up) {
      const std::span<const std::uint8_t> whole = join(*slot, packet);
      go_on(*slot, consume(whole, take), packet);
      return;
    }
    const std::size_t passed = slot == nullptr ? 0 : pass(*slot, packet);
    if (passed >= packet.payload.size()) return;
    const std::size_t taken = passed + consume(packet.payload.subspan(passed), take);
    if (taken < packet.payload.size()) begin(packet, taken);
  }

  // Messages that were not put together: too long, in too many packets, or too many at a time.
  [[nodiscard]] std::uint64_t unread() const { return unread_; }

 private:
  struct Slot {
    bool used{false};
    bool given_up{false};  // the message's bytes are passed over, so that the one behind it can be read
    int packets{0};
    std::uint64_t began{0};
    IpAddress source;
    IpAddress destination;
    std::uint32_t ports{0};
    std::uint32_t sequence{0};  // of the message's first byte; behind its last, once given up
    Pieces pieces;
  };

  // The whole messages at the beginning of `stream`: shows them, and answers how many bytes they take.
  template <typename Take>
  static std::size_t consume(std::span<const std::uint8_t> stream, const Take& take) {
    std::size_t taken = 0;
    while (const std::size_t size = message_size(stream.subspan(taken))) {
      take(stream.subspan(taken + 2, size - 2));
      taken += size;
    }
    return taken;
  }

  // Of the message at the beginning, with its length; 0 where it is not whole, or cannot be one.
  static std::size_t message_size(std::span<const std::uint8_t> stream);

  [[nodiscard]] Slot* find(const Packet& packet);
  void begin(const Packet& packet, std::size_t from);
  std::span<const std::uint8_t> join(Slot& slot, const Packet& packet);
  // How many of the packet's bytes belong to the message that was given up. Where it ends, so does the slot.
  std::size_t pass(Slot& slot, const Packet& packet);
  void release(Slot& slot);
  void go_on(Slot& slot, std::size_t taken, const Packet& packet);
  [[nodiscard]] std::span<std::uint8_t> message_of(const Slot& slot) const;

  std::vector<Slot> slots_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::uint64_t begun_{0};
  std::size_t used_{0};
  std::uint64_t unread_{0};
};

}  // namespace portproof
