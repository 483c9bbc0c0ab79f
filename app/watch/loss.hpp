// What an interval lost, compared with the inventory's limits. An interval that lost more cannot pass,
// however small a part of the whole that is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/watch/cut.hpp"
#include "classify/inventory.hpp"

namespace portproof {

// The counters at a moment.
struct Mark {
  Timestamp at;
  Input input;
  std::vector<InterfaceFigures> interfaces;
  Duration elapsed;  // on a clock that is never set
};
Mark mark_of(const Cut& cut);

// What happened between two moments.
struct Period {
  Timestamp from;
  Timestamp until;                           // before `from`, where the system's clock was set back
  Duration lasted;                           // whatever was done to that clock
  Input input;                               // accounting, bytes and gaps of this period alone
  std::vector<InterfaceFigures> interfaces;  // counters of this period alone
};
Period between(const Mark& from, const Mark& until);

// One sentence for each limit that is exceeded. Time without a link counts like lost packets: as a share of
// the time.
std::vector<std::string> loss_reasons(const Period& period, const Limits& limits);

// "this interval, from ... to ...: 1200 packets, 0 dropped ...": one sentence per interface, and one for all.
std::vector<std::string> loss_notes(const Period& period);

std::uint64_t dropped(const std::vector<InterfaceFigures>& interfaces);

}  // namespace portproof
