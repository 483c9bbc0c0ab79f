// Where a frame lies while the kernel has lent it: in a block of the ring, which libpcap gives back once it
// has handed over the block's last frame. Until then the frame need not be copied. libpcap promises less (the
// bytes are the caller's during the call only), so every frame is held against the kernel's own header before
// it, and where anything is not as it should be, frames are copied from then on.
//
// The layout is that of TPACKET_V3 (linux/if_packet.h; packet(7)): the header of a block's last frame names
// no next one.
#pragma once

#include <cstdint>

#include "capture/frame.hpp"

struct pcap_pkthdr;

namespace portproof {

class RingBlocks {
 public:
  // Nothing may be lent.
  RingBlocks() = default;
  // Of the ring of this socket, whose frames are handed over without exception: neither libpcap nor a filter
  // in the program passes any over.
  RingBlocks(int socket, LinkType type);

  struct Place {
    bool lent{false};     // the bytes stay where they are until the last frame of the block
    bool is_last{false};  // of the block, which is given back when the call is over
  };
  // Of the frame that is handed over; `unit` is what its microseconds count in, in nanoseconds.
  [[nodiscard]] Place place_of(const pcap_pkthdr& header, const std::uint8_t* data, std::int64_t unit);

 private:
  std::uint32_t distance_{0};              // from the kernel's header to the frame; 0 where nothing is lent
  const std::uint8_t* expected_{nullptr};  // the kernel's header of the next frame, where it is known
};

}  // namespace portproof
