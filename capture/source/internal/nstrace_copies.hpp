// A NetScaler trace may hold a packet twice: as it came in and after the interface's own checks, as it was
// queued and as it was sent. The appliance marks the stage but not that both are there: its default mode
// traces one stage each way, so no stage may be left out unseen. This remembers what was seen of late and
// says of a packet whether the other stage of it has been handed over already.
//
// Two records are of one packet where they are of the two stages of one way, at most a second apart, and
// equal in their lengths and in all bytes up to the transport header's end and beyond (kCompared). What
// differs in a byte (a checksum that the network interface fills in) is not a copy here; it is left to the
// general detection of duplicates, which knows what a packet is.
//
// Memory is fixed. A forgotten packet costs a copy that is counted twice, never a packet that is not counted.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "capture/source/nstrace_record.hpp"

namespace portproof {

class NstraceCopies {
 public:
  static constexpr std::size_t kSlots = 1024;
  static constexpr std::size_t kCompared = 128;  // bytes of a frame
  static constexpr std::size_t kShortest = 34;   // Ethernet and IPv4; less tells too little
  static constexpr Duration kApart = seconds(1);

  NstraceCopies();

  // Is this the second record of a packet? If not, it is remembered as the first.
  bool is_copy(const NstracePacket& packet);

 private:
  // What identical records of one stage left behind. Each of them answers for one of the other stage.
  struct Seen {
    Timestamp time;
    std::uint32_t wire_length{0};
    std::uint32_t captured{0};
    std::uint32_t waiting{0};
    NstraceStage stage{NstraceStage::sent};
    bool decrypted{false};
    std::array<std::uint8_t, kCompared> bytes{};
  };

  static bool same_packet(const Seen& seen, const NstracePacket& packet);

  std::vector<Seen> slots_;
};

}  // namespace portproof
