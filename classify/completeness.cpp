#include "classify/completeness.hpp"

#include <fmt/format.h>

#include <limits>

namespace portproof {
namespace {

// Adds, but stops at the largest number: counters may come from a hostile evidence file.
std::uint64_t sum(std::uint64_t left, std::uint64_t right) {
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return left > most - right ? most : left + right;
}

// What all inputs together contained and lost.
struct Total {
  std::uint64_t frames{0};
  std::uint64_t bytes{0};
  std::uint64_t lost{0};
  std::uint64_t undecoded{0};
  std::uint64_t missed_bytes{0};
  std::uint64_t one_way{0};
  std::uint64_t time_jumps{0};
  std::uint64_t untimed{0};
  std::uint64_t not_whole{0};  // inputs that were cut short or could not be read
};

Total total_of(const std::vector<Input>& inputs) {
  Total total;
  for (const Input& input : inputs) {
    const Gaps& gaps = input.gaps;
    total.frames = sum(total.frames, input.accounting.frames);
    total.bytes = sum(total.bytes, input.wire_bytes);
    total.lost = sum(total.lost, sum(gaps.kernel_dropped, gaps.interface_dropped));
    total.undecoded = sum(total.undecoded, sum(gaps.undecoded, gaps.snapped_headers));
    total.missed_bytes = sum(total.missed_bytes, gaps.missed_bytes);
    total.one_way = sum(total.one_way, gaps.one_way);
    total.time_jumps = sum(total.time_jumps, gaps.time_jumps);
    total.untimed = sum(total.untimed, gaps.untimed);
    if (!input.error.empty() || gaps.cut_short > 0) total.not_whole = sum(total.not_whole, 1);
  }
  return total;
}

// `part` as a share of `whole`: at most 1, even if `part` is larger.
double share_of(std::uint64_t part, std::uint64_t whole) {
  if (part == 0) return 0;
  return part >= whole ? 1 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent(double share) {
  return fmt::format("{:.6g}%", share * 100);
}

// "3 of 1000 packets ... (0.3%; the limit is 0%)". `for_one` and `for_several` are verb phrases.
std::string beyond(std::uint64_t part, std::uint64_t whole, double limit, std::string_view unit,
                   std::string_view for_one, std::string_view for_several) {
  return fmt::format("{} of {} {} ({}; the limit is {})", part,
                     counted(whole, unit, fmt::format("{}s", unit)), part == 1 ? for_one : for_several,
                     percent(share_of(part, whole)), percent(limit));
}

}  // namespace

std::string counted(std::uint64_t count, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

std::vector<std::string> gap_reasons(const std::vector<Input>& inputs, const Limits& limits) {
  const Total total = total_of(inputs);
  std::vector<std::string> reasons;
  const std::uint64_t sent = sum(total.frames, total.lost);
  if (share_of(total.lost, sent) > limits.lost_packets) {
    reasons.push_back(beyond(total.lost, sent, limits.lost_packets, "packet",
                             "was dropped by the kernel or the interface",
                             "were dropped by the kernel or the interface"));
  }
  if (share_of(total.undecoded, total.frames) > limits.undecoded) {
    reasons.push_back(beyond(total.undecoded, total.frames, limits.undecoded, "packet",
                             "could not be decoded or had its headers cut",
                             "could not be decoded or had their headers cut"));
  }
  const std::uint64_t bytes = sum(total.bytes, total.missed_bytes);
  if (share_of(total.missed_bytes, bytes) > limits.missed_bytes) {
    reasons.push_back(beyond(total.missed_bytes, bytes, limits.missed_bytes, "byte",
                             "was acknowledged but never captured", "were acknowledged but never captured"));
  }
  if (share_of(total.one_way, total.frames) > limits.one_way) {
    reasons.push_back(beyond(total.one_way, total.frames, limits.one_way, "packet",
                             "belongs to a connection of which only one direction was captured",
                             "belong to connections of which only one direction was captured"));
  }
  if (total.not_whole > 0) {
    reasons.push_back(counted(total.not_whole, "input", "inputs") + " could not be read to the end");
  }
  if (total.time_jumps > 0) {
    reasons.push_back(counted(total.time_jumps, "packet has an implausible timestamp",
                              "packets have implausible timestamps"));
  }
  if (total.untimed > 0) {
    reasons.push_back(
        counted(total.untimed, "packet has no usable timestamp", "packets have no usable timestamps"));
  }
  return reasons;
}

std::vector<std::string> limit_reasons(const LimitsHit& hit, const LimitStakes& stakes) {
  std::vector<std::string> reasons;
  for (const auto& [limit, times] : hit.all()) {
    const LimitRow& row = row_of(limit);
    const auto add = [&, times = times](std::string_view stake) {
      reasons.push_back(
          fmt::format("the limit {} was hit {}, and {}", row.name, counted(times, "time", "times"), stake));
    };
    switch (row.cost) {
      case LimitCost::detail:
        break;
      case LimitCost::names:
        if (stakes.names) add("roles of the inventory depend on names");
        break;
      case LimitCost::stations:
        if (stakes.stations) add("an address without a host entry may belong to a listed host");
        break;
      case LimitCost::flows:
        add("who began a connection, or what was spoken on it, may not be known");
        break;
      case LimitCost::errors:
        add("an error of a listed host may be among those left out");
        break;
    }
  }
  return reasons;
}

}  // namespace portproof
