// Puts together opening messages that span several packets: a ClientHello in several TCP segments or TLS
// records, in several DTLS fragments, in several Initial packets of QUIC (which have to be deciphered even if
// there is only one), and an HTTP request whose header continues in further segments. Its purpose is the name
// of the responder.
//
// Bounded: a fixed number of messages at a time, each of at most kLongestMessage bytes, in memory that is
// reserved once and touched when it is used. When all slots are in use, the message that began first is
// dropped: what has waited longest is the least likely to be completed, and nobody can keep others from being
// read by opening connections and sending half a message.
//
// The packet path uses this: nothing is allocated after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "capture/identify/identify.hpp"

namespace portproof {

class Assemblies {
 public:
  using Id = std::uint16_t;
  static constexpr Id kNone = 0;

  // Longer hellos and headers are not read to their end. Hellos with a post-quantum key exchange have two
  // thousand bytes; headers are long because of cookies, for which servers accept 8 to 16 KiB.
  static constexpr std::size_t kLongestMessage = std::size_t{16} << 10;
  // Data packets of a side that are examined for one message: the longest message in full Ethernet frames,
  // and some repetitions.
  static constexpr int kMostPackets = 16;
  static constexpr std::size_t kUsualSlots = 256;  // 4 MiB: a message is incomplete for about a millisecond

  // `slots` messages at a time (at least 1, at most 4,095), 16.5 KiB each.
  explicit Assemblies(std::size_t slots = kUsualSlots);
  ~Assemblies();
  Assemblies(const Assemblies&) = delete;
  Assemblies& operator=(const Assemblies&) = delete;

  struct Begun {
    Id id{kNone};       // to be released; kNone if nothing more is wanted
    Recognition found;  // the name is valid until the next call
  };

  // `data` was recognised as `application`, and `unfinished`. `sequence`: for TCP, the sequence number of its
  // first byte. The result is in `found`, whether or not it is final.
  Begun begin(Application application, const FirstData& data, std::uint32_t sequence);

  // The same side's next data. The result is `unfinished` while more is wanted; otherwise it is final, and
  // the message is to be released. The name is valid until the next call. A final result without a name means
  // that the message was given up: too long, in too many packets, cut by the capture, or dropped for others.
  Recognition add(Id id, const FirstData& data, std::uint32_t sequence);

  void release(Id id);

  // Messages that were not put together because there were too many at a time.
  [[nodiscard]] std::uint64_t refused() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace portproof
