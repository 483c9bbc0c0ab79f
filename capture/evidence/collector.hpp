// Takes the flows that a table closes, and makes the evidence of one input of them.
#pragma once

#include <array>
#include <cstdint>

#include "capture/decode/packet.hpp"
#include "capture/evidence/evidence.hpp"
#include "capture/evidence/fold.hpp"
#include "capture/evidence/stations.hpp"
#include "capture/flow/capture_clock.hpp"
#include "capture/flow/flow_table.hpp"

namespace portproof {

class Collector final : public FlowSink {
 public:
  // The clock is the input's, and has seen a frame before the first flow closes. The timeouts are those of
  // the table. The clock must outlive the collector.
  Collector(const CaptureClock& clock, const FlowTimeouts& timeouts);

  // Every packet that is in a flow is shown here, too: those that are never judged are counted.
  void count(const Packet& packet) {
    if (!is_judged(packet.protocol, kind_of(packet))) count_unjudged(packet);
  }

  // The first packet of a side of a flow; `now` is the capture clock.
  void sighted(const Packet& packet, Timestamp now) {
    const auto station = station_of(packet);
    if (station) add_station(evidence_.stations, packet.source, *station, {now, now});
  }

  void closed(const ClosedFlow& flow) override;

  // Packets of the flows folded so far of which only one direction was captured; of loose flows that is not
  // known before they are joined (settled_inputs).
  [[nodiscard]] std::uint64_t one_way() const { return one_way_; }

  // Bytes of TCP that were acknowledged and never seen, of all flows. What lies between the stretches of a
  // flow in two inputs is not known before they are joined (settled_inputs).
  [[nodiscard]] std::uint64_t missed_bytes() const { return missed_bytes_; }

  // The evidence, but for its inputs; the counts are those of the table at its end.
  Evidence finish(const FlowCounts& counts);

 private:
  void count_unjudged(const Packet& packet);

  const CaptureClock& clock_;
  Evidence evidence_;
  std::uint64_t one_way_{0};
  std::uint64_t missed_bytes_{0};
  std::array<ProtocolCount, 256> by_protocol_{};        // by IP protocol number; ICMP stands in `icmp_`
  std::array<std::array<ProtocolCount, 2>, 2> icmp_{};  // version 4 and 6; errors and all others
};

}  // namespace portproof
