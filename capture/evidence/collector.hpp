// Takes the flows that a table closes, and makes evidence of them: that of one of the shards of an input.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

#include "capture/decode/packet.hpp"
#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/collector_options.hpp"
#include "capture/evidence/evidence.hpp"
#include "capture/evidence/fold.hpp"
#include "capture/evidence/names_seen.hpp"
#include "capture/evidence/stations_seen.hpp"
#include "capture/flow/capture_clock.hpp"
#include "capture/flow/flow_table.hpp"

namespace portproof {

class Collector final : public FlowSink {
 public:
  // The clock is the input's, and has seen a frame before the first flow closes. The timeouts are those of
  // the table. Stations go to `stations`, which collectors of one thread may share: of an address it has one
  // entry then. Clock and stations must outlive the collector.
  Collector(const CaptureClock& clock, const ObservationSettings& settings, StationsSeen& stations,
            const CollectorOptions& options = {});
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  void closed(const ClosedFlow& flow) override;

  // Counts what is never judged, and takes stations and names.
  void seen(const Packet& packet, const Sighting& sighting) override;
  void caught_up(std::uint64_t first_frame, Timestamp from, Timestamp to) override {
    names_.catch_up(first_frame, from, to);
  }
  void stray_error(const Packet& packet) override;

  // Packets of the flows folded so far of which only one direction was captured; of loose flows that is not
  // known before they are joined (settle).
  [[nodiscard]] std::uint64_t one_way() const { return one_way_; }

  // Bytes of TCP that were acknowledged and never seen, of all flows. What lies between the parts of a
  // flow in two inputs is not known before they are joined (settle).
  [[nodiscard]] std::uint64_t missed_bytes() const { return missed_bytes_; }

  // The evidence since the last time, but for its inputs and stations; the counts are those of the table so
  // far. Its conversations and loose flows come in no order.
  Evidence take(const FlowCounts& counts);

 private:
  void count_unjudged(const Packet& packet, bool first_of_side);
  void note_going_on(const ClosedFlow& flow);
  void limit_names();

  const CaptureClock& clock_;
  Evidence evidence_;
  AttemptsPool pool_;  // folds into `evidence_`
  NamesSeen names_;
  StationsSeen& stations_;
  bool is_whole_;
  std::set<FlowKey> going_on_;  // of flows whose next one may be the rest of them; with `is_whole` alone
  std::size_t most_loose_;
  std::uint64_t loose_refused_{0};
  std::size_t names_at_most_;  // conversations with names before the next look at their limit
  std::uint64_t one_way_{0};
  std::uint64_t missed_bytes_{0};
  std::uint64_t stray_errors_left_out_{0};
  std::array<ProtocolCount, kLinkControlCount> by_control_{};  // by LinkControl
  std::array<ProtocolCount, 2> icmp_errors_{};                 // of ICMP and ICMPv6
};

}  // namespace portproof
