#include "capture/evidence/accounting.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace portproof {
namespace {

template <std::size_t Size>
std::uint64_t sum(const std::array<std::uint64_t, Size>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

template <std::size_t Size>
void add_each(std::array<std::uint64_t, Size>& counts, const std::array<std::uint64_t, Size>& others) {
  for (std::size_t index = 0; index < Size; ++index) counts[index] += others[index];
}

}  // namespace

bool Accounting::balanced() const {
  return frames == decoded + sum(rejected) && decoded == in_flows + sum(no_flow) &&
         flows_opened == sum(flows_closed);
}

void Accounting::add(const Accounting& other) {
  frames += other.frames;
  decoded += other.decoded;
  in_flows += other.in_flows;
  carriers += other.carriers;
  carrier_bytes += other.carrier_bytes;
  add_each(rejected, other.rejected);
  add_each(no_flow, other.no_flow);
  flows_opened += other.flows_opened;
  add_each(flows_closed, other.flows_closed);
}

void Gaps::add(const Gaps& other) {
  kernel_dropped += other.kernel_dropped;
  interface_dropped += other.interface_dropped;
  snapped_headers += other.snapped_headers;
  undecoded += other.undecoded;
  missed_bytes += other.missed_bytes;
  one_way += other.one_way;
  duplicates += other.duplicates;
  time_jumps += other.time_jumps;
  untimed += other.untimed;
  cut_short += other.cut_short;
}

bool input_before(const Input& left, const Input& right) {
  const Timestamp left_first = left.first.value_or(Timestamp::latest());
  const Timestamp right_first = right.first.value_or(Timestamp::latest());
  if (left_first != right_first) return left_first < right_first;
  const auto rest = [](const Input& input) {
    return std::tie(input.path, input.sha256, input.format, input.bytes, input.wire_bytes, input.first,
                    input.last, input.link_types, input.error, input.accounting, input.gaps, input.filter,
                    input.filtered_out, input.kernel_filter, input.unread);
  };
  return rest(left) < rest(right);
}

}  // namespace portproof
