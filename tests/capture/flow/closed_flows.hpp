// A sink that keeps closed flows, and a table fed with times in seconds.
#pragma once

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "capture/flow/flow_table.hpp"

namespace portproof::test {

inline constexpr Timestamp kBegin = Timestamp::from_parts(1'000'000, 0);

struct Closed {
  FlowKey key;
  FlowFacts facts;
  std::string name;
  CloseReason reason{CloseReason::idle};
  friend bool operator==(const Closed&, const Closed&) = default;
};

class ClosedFlows final : public FlowSink {
 public:
  void closed(const ClosedFlow& flow) override {
    flows.push_back({flow.key, flow.facts, std::string{flow.name}, flow.reason});
  }
  // By key and first frame, because the order of closing is unspecified.
  [[nodiscard]] std::vector<Closed> sorted() const {
    std::vector<Closed> answer = flows;
    std::sort(answer.begin(), answer.end(), [](const Closed& left, const Closed& right) {
      return std::tie(left.key, left.facts.first, left.facts.first_frame) <
             std::tie(right.key, right.facts.first, right.facts.first_frame);
    });
    return answer;
  }
  [[nodiscard]] std::uint64_t packets() const {
    std::uint64_t sum = 0;
    for (const Closed& flow : flows) sum += flow.facts.packets();
    return sum;
  }

  std::vector<Closed> flows;
};

// Numbers its packets from 1, and takes times in seconds since kBegin.
class Watched {
 public:
  explicit Watched(FlowTableOptions options = {}) : table(options, sink) {}

  void see(Packet packet, double at_second) {
    packet.frame_number = ++frames_;
    now_ = kBegin + Duration{static_cast<std::int64_t>(at_second * 1e9)};
    table.observe(packet, now_);
  }
  // One second after the previous packet.
  void see(const Packet& packet) { see(packet, static_cast<double>(frames_)); }

  const std::vector<Closed>& end() {
    table.finish(now_);
    return sink.flows;
  }

  ClosedFlows sink;
  FlowTable table;

 private:
  std::uint64_t frames_{0};
  Timestamp now_{kBegin};
};

}  // namespace portproof::test
