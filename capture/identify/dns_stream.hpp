// DNS over TCP (RFC 1035, 4.2.2; RFC 7766): several messages in one segment, and messages that span several
// segments, in any order. Bounded: only so many directions of connections can be in the middle of a message
// at a time; beyond that, the one that began first is dropped.
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

  // A segment of a connection that speaks DNS. Calls `take` for each message that it completes, without the
  // length; the bytes are valid during the call only.
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

  // Messages that were not put together: too long, in too many packets, or too many at once.
  [[nodiscard]] std::uint64_t unread() const { return unread_; }

 private:
  struct Slot {
    bool used{false};
    bool given_up{false};  // the rest of the message is skipped, so that the one behind it can be read
    int packets{0};
    std::uint64_t began{0};
    IpAddress source;
    IpAddress destination;
    std::uint32_t ports{0};
    std::uint32_t sequence{0};  // of the message's first byte; behind its last, once given up
    Pieces pieces;
  };

  // Passes on the complete messages at the beginning of `stream`, and returns how many bytes they take.
  template <typename Take>
  static std::size_t consume(std::span<const std::uint8_t> stream, const Take& take) {
    std::size_t taken = 0;
    while (const std::size_t size = message_size(stream.subspan(taken))) {
      take(stream.subspan(taken + 2, size - 2));
      taken += size;
    }
    return taken;
  }

  // The size of the message at the beginning, with its length field; 0 if it is incomplete or not a message.
  static std::size_t message_size(std::span<const std::uint8_t> stream);

  [[nodiscard]] Slot* find(const Packet& packet);
  void begin(const Packet& packet, std::size_t from);
  std::span<const std::uint8_t> join(Slot& slot, const Packet& packet);
  // How many bytes of the packet belong to the message that was given up. The slot is free once it ends.
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
