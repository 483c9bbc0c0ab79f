#include "app/watch/loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "capture/base/in_seconds.hpp"
#include "classify/completeness.hpp"

namespace portproof {
namespace {

std::uint64_t less(std::uint64_t later, std::uint64_t earlier) {
  return later > earlier ? later - earlier : 0;
}

}  // namespace

Mark mark_of(const Cut& cut) {
  return {cut.at, cut.harvest.input, cut.interfaces, cut.elapsed};
}

std::uint64_t dropped(const std::vector<InterfaceFigures>& interfaces) {
  std::uint64_t sum = 0;
  for (const InterfaceFigures& interface : interfaces)
    sum += interface.kernel_dropped + interface.interface_dropped;
  return sum;
}

Period between(const Mark& from, const Mark& until) {
  Period period;
  period.from = from.at;
  period.until = until.at;
  period.lasted = Duration{until.elapsed.nanoseconds - from.elapsed.nanoseconds};
  Input& input = period.input;
  const Input& before = from.input;
  const Input& after = until.input;
  input.accounting.frames = less(after.accounting.frames, before.accounting.frames);
  input.wire_bytes = less(after.wire_bytes, before.wire_bytes);
  input.gaps.kernel_dropped = less(after.gaps.kernel_dropped, before.gaps.kernel_dropped);
  input.gaps.interface_dropped = less(after.gaps.interface_dropped, before.gaps.interface_dropped);
  input.gaps.snapped_headers = less(after.gaps.snapped_headers, before.gaps.snapped_headers);
  input.gaps.undecoded = less(after.gaps.undecoded, before.gaps.undecoded);
  input.gaps.missed_bytes = less(after.gaps.missed_bytes, before.gaps.missed_bytes);
  input.gaps.one_way = less(after.gaps.one_way, before.gaps.one_way);
  input.gaps.time_jumps = less(after.gaps.time_jumps, before.gaps.time_jumps);
  input.gaps.untimed = less(after.gaps.untimed, before.gaps.untimed);
  for (std::size_t at = 0; at < until.interfaces.size(); ++at) {
    InterfaceFigures figures = until.interfaces[at];
    if (at < from.interfaces.size()) {
      const InterfaceFigures& start = from.interfaces[at];
      figures.received = less(figures.received, start.received);
      figures.kernel_dropped = less(figures.kernel_dropped, start.kernel_dropped);
      figures.interface_dropped = less(figures.interface_dropped, start.interface_dropped);
      figures.without_link.nanoseconds -= start.without_link.nanoseconds;
    }
    period.interfaces.push_back(std::move(figures));
  }
  return period;
}

std::vector<std::string> loss_reasons(const Period& period, const Limits& limits) {
  std::vector<std::string> reasons;
  for (const std::string& reason : gap_reasons({period.input}, limits)) {
    reasons.push_back("in the last interval: " + reason);
  }
  const double whole = std::max(in_seconds(period.lasted), 1e-9);
  for (const InterfaceFigures& interface : period.interfaces) {
    const double without = in_seconds(interface.without_link);
    if (interface.gone) reasons.push_back(fmt::format("interface {} is gone", interface.name));
    if (without / whole <= limits.lost_packets) continue;
    reasons.push_back(fmt::format("in the last interval: {} had no link for {:.3f} of {:.3f} seconds",
                                  interface.name, without, whole));
  }
  return reasons;
}

std::vector<std::string> loss_notes(const Period& period) {
  const Input& input = period.input;
  std::vector<std::string> notes;
  notes.push_back(fmt::format(
      "the last interval, from {} to {}: {}, {} lost, {} bytes acknowledged but never captured",
      to_string(period.from), to_string(period.until), counted(input.accounting.frames, "packet", "packets"),
      input.gaps.kernel_dropped + input.gaps.interface_dropped, input.gaps.missed_bytes));
  const double apart = in_seconds(period.until - period.from) - in_seconds(period.lasted);
  constexpr double kAdjusted = 1;  // seconds that a clock may drift without having been set
  if (std::abs(apart) > kAdjusted) {
    notes.push_back(
        fmt::format("the system clock was set {} by {:.3f} seconds in that interval, which lasted "
                    "{:.3f} seconds",
                    apart < 0 ? "back" : "forward", std::abs(apart), in_seconds(period.lasted)));
  }
  for (const InterfaceFigures& interface : period.interfaces) {
    notes.push_back(
        fmt::format("{} in that interval: {} received, {} dropped by the kernel, {} by the interface, "
                    "{:.3f} seconds without link",
                    interface.name, interface.received, interface.kernel_dropped, interface.interface_dropped,
                    in_seconds(interface.without_link)));
  }
  return notes;
}

}  // namespace portproof
