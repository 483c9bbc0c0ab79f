// Puts together the opening messages that do not stand in one packet: a ClientHello over several TCP segments
// or TLS records, over several fragments of DTLS, over several Initial packets of QUIC (which have to be
// deciphered in any case), and an HTTP request whose header goes on in further segments. What it is after is
// the name of the responder.
//
// Bounded: so many messages at a time, each of at most kLongestMessage bytes, in memory that is taken once
// and touched when it is used. Where all of it is in use, the message that was begun first gives way: what
// has waited longest is the least likely to be finished, and nobody can stop others from being read by
// opening connections and saying half a word.
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

  // Longer hellos and headers are not followed to their end. Those of a post-quantum key exchange have two
  // thousand bytes; what makes headers long are cookies, of which servers take 8 to 16 KiB.
  static constexpr std::size_t kLongestMessage = std::size_t{16} << 10;
  // Data packets of a side that are looked at for one message: a longest message in full Ethernet frames,
  // and some that come twice.
  static constexpr int kMostPackets = 16;
  static constexpr std::size_t kUsualSlots = 256;  // 4 MiB: a message is in pieces for a millisecond or so

  // `slots` messages at a time (at least 1, at most 4,095), 16.5 KiB each.
  explicit Assemblies(std::size_t slots = kUsualSlots);
  ~Assemblies();
  Assemblies(const Assemblies&) = delete;
  Assemblies& operator=(const Assemblies&) = delete;

  struct Begun {
    Id id{kNone};       // to be released; kNone where no more is to come
    Recognition found;  // the name is valid until the next call
  };

  // `data` was recognised as `application`, and `unfinished`. `sequence`: for TCP, the sequence number of its
  // first byte. The answer stands in `found`, be it final or not.
  Begun begin(Application application, const FirstData& data, std::uint32_t sequence);

  // The same side's next data. `unfinished` where still more is wanted; else the answer is final, and the
  // message is to be released. The name is valid until the next call. An answer without a name that is not
  // `unfinished` has given up: too long, too many packets, cut by the capture, or gave way to others.
  Recognition add(Id id, const FirstData& data, std::uint32_t sequence);

  void release(Id id);

  // Messages that were not put together because too many were under way.
  [[nodiscard]] std::uint64_t refused() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace portproof
