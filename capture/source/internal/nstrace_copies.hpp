// A NetScaler trace may hold a packet twice: as received and after the interface's own checks, or as queued
// and as sent. The appliance marks the stage, but not whether both stages are there: its default mode traces
// one stage in each direction, so no stage can simply be dropped. This class remembers recent packets and
// says whether the other stage of a packet has already been delivered.
//
// Two records belong to one packet if they are the two stages of one direction, at most a second apart, with
// equal lengths and equal bytes up to and beyond the end of the transport header (kCompared). A packet that
// differs in a byte (a checksum that the network interface fills in) is not a copy here; it is left to the
// general detection of duplicates, which understands packets.
//
// Memory is fixed. If a packet is forgotten, its copy is counted twice; no packet goes uncounted.
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
  static constexpr std::size_t kShortest = 34;   // Ethernet and IPv4; less identifies too little
  static constexpr Duration kApart = seconds(1);

  NstraceCopies();

  // Is this the second record of a packet? If not, it is remembered as the first.
  bool is_copy(const NstracePacket& packet);

 private:
  // Identical records of one stage. Each accounts for one record of the other stage.
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
