// Packets that a pcapng file reports as lost. It may report them twice: a packet can carry the number lost
// since the previous packet on its interface (epb_dropcount, section 4.3; interface and operating system
// combined), and statistics blocks carry running totals for each (isb_ifdrop, isb_osdrop, section 4.6).
//
// For each interface, the totals are the better source, because they separate the two. Losses that the
// packets report beyond the sum of the totals are added as lost by the operating system, where captures
// usually lose packets; nothing is counted twice. Later statistics never reduce earlier ones: the largest
// total stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "capture/source/internal/pcapng_block.hpp"

namespace portproof {

class PcapngLosses {
 public:
  // No capture can lose more than this; a larger number counts as this one, so that no sum can overflow.
  static constexpr std::uint64_t kLargestPlausible = std::uint64_t{1} << 40U;

  // isb_ifdrop and isb_osdrop so far. Interfaces are numbered within their section.
  void total(std::uint32_t interface, std::uint64_t by_interface, std::uint64_t by_system);
  // epb_dropcount, or its counterpart in the obsolete packet block.
  void before_packet(std::uint32_t interface, std::uint64_t count);
  // Interface numbers start again; the losses stay.
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

  // Only as long as the interfaces that lost something require: empty for most files.
  std::vector<Counts> counts_;
  Counts section_;
  Counts earlier_sections_;
};

// Reads the totals in a whole interface statistics block (section 4.6). `interfaces` is the number that the
// section has described; statistics of any other interface are ignored.
void read_pcapng_statistics(std::span<const std::uint8_t> block, PcapngOrder order, std::size_t interfaces,
                            PcapngLosses& losses);

}  // namespace portproof
