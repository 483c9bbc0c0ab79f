#include "capture/evidence/collector.hpp"

#include <string>
#include <utility>

#include "capture/base/applications.hpp"
#include "capture/flow/flow.hpp"

namespace portproof {
namespace {

constexpr std::array<std::string_view, 2> kIcmpErrorNames{"icmp-error", "icmpv6-error"};

// A hostile client can make up a name a connection: so many conversations with names may wait for the limit
// of names a service to be held.
constexpr std::size_t kNamesBetweenLooks = 4096 / kFlowShards;

}  // namespace

Collector::Collector(const CaptureClock& clock, const ObservationSettings& settings, StationsSeen& stations,
                     const CollectorOptions& options)
    : clock_(clock),
      pool_(options.most_attempts, evidence_.conversations, evidence_.attempts,
            kAllAttemptExamples / kFlowShards),
      names_(options.names),
      stations_(stations),
      is_whole_(options.is_whole),
      most_loose_(options.most_loose),
      names_at_most_(kNamesBetweenLooks) {
  evidence_.settings = settings;
}

void Collector::seen(const Packet& packet, const Sighting& sighting) {
  if (!is_judged(packet)) count_unjudged(packet, sighting.first_of_side);
  if (sighting.spoken == Application::dns) names_.observe(packet, packet.time);
  if (sighting.first_of_side) stations_.observe(packet);
}

void Collector::count_unjudged(const Packet& packet, bool first_of_side) {
  ProtocolCount& count = packet.control != LinkControl::none
                             ? by_control_[static_cast<std::size_t>(packet.control)]
                             : icmp_errors_[packet.protocol == kProtocolIcmp ? 0 : 1];
  ++count.packets;
  count.bytes += packet.wire_length;
  if (first_of_side) count.add_host(packet.source);
}

void Collector::stray_error(const Packet& packet) {
  stray_errors_left_out_ += evidence_.stray_errors.add(packet);
}

// Folded at once or kept loose: the head of evidence.hpp says which, and why.
void Collector::closed(const ClosedFlow& flow) {
  const FlowKey& key = flow.key;
  const FlowFacts& facts = flow.facts;
  if (!is_judged(key.kind)) return;
  missed_bytes_ += facts.missed_bytes();

  const Duration into_input = facts.first - clock_.first();
  const bool had_run = into_input > timeout_of(evidence_.settings.timeouts, key.protocol, {});
  const bool opened_here = had_run || (facts.openings > 0 && into_input > kSynRetry);
  const Orientation orientation = orient(key, facts, had_run, no_oracle);
  if (flow.may_go_on) note_going_on(flow);
  const bool whole = is_whole_ && (going_on_.empty() || going_on_.count(key) == 0);
  const bool inside = whole || (flow.reason != CloseReason::end_of_capture && opened_here);
  if (!inside || !orientation.final) {
    if (evidence_.loose.size() < most_loose_) {
      evidence_.loose.push_back(key, facts, flow.name);
      return;
    }
    ++loose_refused_;
  }
  if (is_one_way(key.protocol, facts)) one_way_ += facts.packets();
  pool_.fold(key, facts, flow.name, orientation);
  limit_names();
}

// From then on there are parts to be joined: those of its key, or, where the table is full, of any.
void Collector::note_going_on(const ClosedFlow& flow) {
  constexpr std::size_t kMostKeys = 4096;
  if (flow.reason == CloseReason::evicted || going_on_.size() >= kMostKeys) is_whole_ = false;
  if (is_whole_) going_on_.insert(flow.key);
}

// At any moment, not only at the end. A look goes through all conversations: it comes when a share of them is
// new.
void Collector::limit_names() {
  if (evidence_.conversations.count(NameState::given) <= names_at_most_) return;
  keep_names(evidence_.conversations);
  names_at_most_ = 2 * evidence_.conversations.count(NameState::given) +
                   std::max(kNamesBetweenLooks, evidence_.conversations.size() / 8);
}

Evidence Collector::take(const FlowCounts& counts) {
  const auto give = [this](std::string_view name, ProtocolCount& count) {
    if (count.packets > 0) evidence_.protocols[std::string{name}] = std::exchange(count, {});
  };
  for (std::size_t control = 0; control < kLinkControlCount; ++control) {
    give(kLinkControlNames[control], by_control_[control]);
  }
  for (std::size_t version = 0; version < kIcmpErrorNames.size(); ++version) {
    give(kIcmpErrorNames[version], icmp_errors_[version]);
  }
  LimitsHit& hit = evidence_.limits_hit;
  hit.set(Limit::flows, counts.closed[static_cast<std::size_t>(CloseReason::evicted)]);
  hit.set(Limit::flow_names, counts.names_refused);
  hit.set(Limit::flow_tunnels, counts.tunnels_refused);
  hit.set(Limit::flow_openings, counts.openings_refused);
  hit.set(Limit::duplicates, counts.marks_forgotten);
  hit.set(Limit::loose_flows, loose_refused_);
  hit.set(Limit::stray_errors, stray_errors_left_out_);
  names_.give_to(evidence_);
  pool_.flush();
  keep_names(evidence_.conversations);
  note_derived_limits(evidence_);
  Evidence fresh;
  fresh.settings = evidence_.settings;
  Evidence taken = std::exchange(evidence_, std::move(fresh));
  pool_.begin_anew();
  names_at_most_ = kNamesBetweenLooks;
  return taken;
}

}  // namespace portproof
