// What an interval lost, held against the inventory's limits. An interval that lost more cannot pass, however
// little that is of the whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/watch/cut.hpp"
#include "classify/inventory.hpp"

namespace portproof {

// Where the counters stood at a moment.
struct Mark {
  Timestamp at;
  Input input;
  std::vector<InterfaceFigures> interfaces;
  Duration elapsed;  // on a clock that is never set
};
Mark mark_of(const Cut& cut);

// What came between two moments.
struct Period {
  Timestamp from;
  Timestamp until;                           // before `from`, where the system's clock was set back
  Duration lasted;                           // whatever was done to that clock
  Input input;                               // accounting, bytes and gaps of this period alone
  std::vector<InterfaceFigures> interfaces;  // counters of this period alone
};
Period between(const Mark& from, const Mark& until);

// A sentence for each thing that is beyond the limits. Time without link counts as lost packets do: as a
// share of the time.
std::vector<std::string> loss_reasons(const Period& period, const Limits& limits);

// "this interval, from ... to ...: 1200 packets, 0 dropped ...": one sentence an interface and one in all.
std::vector<std::string> loss_notes(const Period& period);

std::uint64_t dropped(const std::vector<InterfaceFigures>& interfaces);

}  // namespace portproof
