// Packets that a pcapng file says were lost. It may say so twice: a packet can carry the number lost since
// the packet before it on its interface (epb_dropcount, section 4.3; by interface and operating system
// together), and statistics blocks carry running totals of either (isb_ifdrop, isb_osdrop, section 4.6).
//
// For one interface, the totals are the better account, since they tell the two apart. What the packets count
// beyond the totals' sum is added as lost by the operating system, where a capture usually loses; nothing is
// counted twice. Later statistics never take back what earlier ones said: the largest total stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "capture/source/internal/pcapng_block.hpp"

namespace portproof {

class PcapngLosses {
 public:
  // A larger number is one that no capture can lose: it counts as this, so that no sum can overflow.
  static constexpr std::uint64_t kMostBelieved = std::uint64_t{1} << 40U;

  // isb_ifdrop and isb_osdrop so far. Interfaces are numbered within their section.
  void total(std::uint32_t interface, std::uint64_t by_interface, std::uint64_t by_system);
  // epb_dropcount and its predecessor.
  void before_packet(std::uint32_t interface, std::uint64_t count);
  // Interface numbers begin anew; what was lost stays.
  void begin_section();

  [[nodiscard]] std::uint64_t by_interface() const;
  [[nodiscard]] std::uint64_t by_system() const;

 private:
  struct Counts {
    std::uint64_t by_interface{0};
    std::uint64_t by_system{0};
    std::uint64_t with_packets{0};

    [[nodiscard]] std::uint64_t all_by_system() const;
  };
  template <typename Change>
  void change(std::uint32_t interface, const Change& change);

  // As far as interfaces have lost something: empty for most files.
  std::vector<Counts> counts_;
  Counts section_;
  Counts earlier_sections_;
};

// Takes the totals of a whole interface statistics block (section 4.6). Statistics of an interface that was
// not described, which the section has so many of, say nothing of any packet.
void read_pcapng_statistics(std::span<const std::uint8_t> block, PcapngOrder order, std::size_t interfaces,
                            PcapngLosses& losses);

}  // namespace portproof
