#include "capture/evidence/internal/evidence_sums.hpp"

#include <fmt/format.h>

#include <limits>
#include <numeric>
#include <string_view>

namespace portproof::evidence_file {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

// A part of a sentence: what the inputs count, and what the other lines say of it.
std::string against(std::string_view what, std::uint64_t inputs, std::uint64_t lines) {
  return fmt::format("the inputs count {} {}, but the lines after them add up to {}", inputs, what, lines);
}

}  // namespace

void EvidenceSums::add(const Input& input) {
  const Accounting& accounting = input.accounting;
  add({accounting.in_flows, input.wire_bytes, accounting.flows_opened, input.gaps.missed_bytes}, inputs_);
  add({accounting.carriers, accounting.carrier_bytes, 0, 0}, inputs_);
  const auto copies = accounting.no_flow[static_cast<std::size_t>(NoFlowReason::copy)];
  const auto& rejected = accounting.rejected;
  const std::uint64_t unread = std::accumulate(rejected.begin(), rejected.end(), std::uint64_t{0});
  if (input.gaps.duplicates < copies) {
    odd_line_ = against("duplicates among the gaps", input.gaps.duplicates, copies);
  } else if (input.gaps.undecoded + input.gaps.snapped_headers < unread) {
    odd_line_ =
        fmt::format("{} frames were rejected, but the gaps \"undecoded\" and \"snapped_headers\" have {}",
                    unread, input.gaps.undecoded + input.gaps.snapped_headers);
  }
}

void EvidenceSums::add(const ConversationFacts& facts) {
  if (facts.flows == 0 || facts.sessions < facts.flows || facts.packets < facts.flows) {
    odd_line_ = fmt::format("{} sessions and {} packets do not make {} flows", facts.sessions, facts.packets,
                            facts.flows);
  }
  add({facts.packets, facts.bytes, facts.flows, facts.missed_bytes}, lines_);
}

void EvidenceSums::add(const FlowFacts& flow) {
  add({flow.packets(), flow.bytes(), 1, flow.missed_bytes()}, lines_);
}

void EvidenceSums::add(const ProtocolCount& count) {
  add({count.packets, count.bytes, 0, 0}, lines_);
}

void EvidenceSums::add(const Counts& counts, Counts& sums) {
  const auto add_to = [this](std::uint64_t& sum, std::uint64_t count) {
    overflows_ = overflows_ || sum > kMost - count;  // a single count is below 2^63
    sum += count;
  };
  add_to(sums.packets, counts.packets);
  add_to(sums.bytes, counts.bytes);
  add_to(sums.flows, counts.flows);
  add_to(sums.missed_bytes, counts.missed_bytes);
}

std::optional<std::string> EvidenceSums::excess() const {
  if (!odd_line_.empty()) return odd_line_;
  if (overflows_) return "the counts of the file add up to more than can be counted";
  if (lines_.packets > inputs_.packets) return against("packets in flows", inputs_.packets, lines_.packets);
  if (lines_.bytes > inputs_.bytes) return against("bytes", inputs_.bytes, lines_.bytes);
  if (lines_.flows > inputs_.flows) return against("flows", inputs_.flows, lines_.flows);
  if (lines_.missed_bytes > inputs_.missed_bytes) {
    return against("missed bytes", inputs_.missed_bytes, lines_.missed_bytes);
  }
  return {};
}

std::optional<std::string> EvidenceSums::disagreement() const {
  if (lines_.packets != inputs_.packets) return against("packets in flows", inputs_.packets, lines_.packets);
  return excess();
}

}  // namespace portproof::evidence_file
