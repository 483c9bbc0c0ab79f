#include "capture/source/internal/pcapng_losses.hpp"

#include <algorithm>
#include <limits>

namespace portproof {
namespace {

std::uint64_t saturated_sum(std::uint64_t left, std::uint64_t right) {
  return left > std::numeric_limits<std::uint64_t>::max() - right ? std::numeric_limits<std::uint64_t>::max()
                                                                  : left + right;
}

}  // namespace

std::uint64_t PcapngLosses::Counts::all_by_system() const {
  const std::uint64_t totals = by_interface + by_system;
  return by_system + (with_packets > totals ? with_packets - totals : 0);
}

// The sums of the section are updated with every change, so they are always available without a loop.
template <typename Change>
void PcapngLosses::change(std::uint32_t interface, const Change& change) {
  if (counts_.size() <= interface) counts_.resize(std::size_t{interface} + 1);
  Counts& counts = counts_[interface];
  section_.by_interface -= counts.by_interface;
  section_.by_system -= counts.all_by_system();
  change(counts);
  section_.by_interface += counts.by_interface;
  section_.by_system += counts.all_by_system();
}

void PcapngLosses::total(std::uint32_t interface, std::uint64_t by_interface, std::uint64_t by_system) {
  if (by_interface == 0 && by_system == 0) return;
  change(interface, [&](Counts& counts) {
    counts.by_interface = std::max(counts.by_interface, std::min(by_interface, kLargestPlausible));
    counts.by_system = std::max(counts.by_system, std::min(by_system, kLargestPlausible));
  });
}

void PcapngLosses::before_packet(std::uint32_t interface, std::uint64_t count) {
  if (count == 0) return;
  change(interface, [&](Counts& counts) {
    counts.with_packets =
        std::min(counts.with_packets + std::min(count, kLargestPlausible), kLargestPlausible);
  });
}

void PcapngLosses::begin_section() {
  earlier_sections_.by_interface = saturated_sum(earlier_sections_.by_interface, section_.by_interface);
  earlier_sections_.by_system = saturated_sum(earlier_sections_.by_system, section_.by_system);
  section_ = {};
  counts_.clear();
}

std::uint64_t PcapngLosses::by_interface() const {
  return saturated_sum(earlier_sections_.by_interface, section_.by_interface);
}

std::uint64_t PcapngLosses::by_system() const {
  return saturated_sum(earlier_sections_.by_system, section_.by_system);
}

void read_pcapng_statistics(std::span<const std::uint8_t> block, PcapngOrder order, std::size_t interfaces,
                            PcapngLosses& losses) {
  constexpr std::uint16_t kLostByInterface = 5;  // isb_ifdrop
  constexpr std::uint16_t kLostBySystem = 7;     // isb_osdrop
  constexpr std::size_t kOptionsAt = 20;
  const std::uint32_t interface = order.u32(block.data() + 8);
  if (interface >= interfaces) return;
  std::uint64_t by_interface = 0;
  std::uint64_t by_system = 0;
  PcapngOptions options(block.subspan(kOptionsAt, block.size() - kOptionsAt - kPcapngTrailer), order);
  while (const auto option = options.next()) {
    if (option->value.size() != 8) continue;
    const std::uint64_t count = order.u64(option->value.data());
    if (option->code == kLostByInterface) by_interface = count;
    if (option->code == kLostBySystem) by_system = count;
  }
  losses.total(interface, by_interface, by_system);
}

}  // namespace portproof
