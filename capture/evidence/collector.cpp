#include "capture/evidence/collector.hpp"

#include <string>
#include <utility>

#include "capture/base/applications.hpp"
#include "capture/flow/flow.hpp"

namespace portproof {
namespace {

constexpr std::array<std::array<std::string_view, 2>, 2> kIcmpNames{
    {{"icmp-error", "icmp-other"}, {"icmpv6-error", "icmpv6-other"}}};

// The protocols that a span port usually shows besides those that have ports; the others go by number.
std::string protocol_name(std::size_t protocol) {
  switch (protocol) {
    case kProtocolIgmp:
      return "igmp";
    case 47:
      return "gre";
    case 50:
      return "esp";
    case 89:
      return "ospf";
    case 112:
      return "vrrp";
    default:
      return std::to_string(protocol);
  }
}

// A hostile client can make up a name a connection: so many conversations with names may wait for the limit
// of names a service to be held.
constexpr std::size_t kNamesBetweenLooks = 4096 / kFlowShards;

void add(ProtocolCount& count, const Packet& packet) {
  ++count.packets;
  count.bytes += packet.wire_length;
}

}  // namespace

Collector::Collector(const CaptureClock& clock, const FlowTimeouts& timeouts, StationsSeen& stations,
                     const CollectorOptions& options)
    : clock_(clock),
      pool_(options.most_attempts, evidence_.conversations, evidence_.attempts,
            kAllAttemptExamples / kFlowShards),
      names_(NameLimits{}.share(kFlowShards)),
      stations_(stations),
      is_whole_(options.is_whole),
      most_loose_(options.most_loose),
      names_at_most_(kNamesBetweenLooks) {
  evidence_.timeouts = timeouts;
}

void Collector::seen(const Packet& packet, const Sighting& sighting) {
  if (!is_judged(packet.protocol, kind_of(packet))) count_unjudged(packet);
  if (sighting.spoken == Application::dns) names_.observe(packet, packet.time);
  if (sighting.first_of_side) stations_.observe(packet);
}

void Collector::count_unjudged(const Packet& packet) {
  if (packet.protocol == kProtocolIcmp || packet.protocol == kProtocolIcmpV6) {
    const std::size_t version = packet.protocol == kProtocolIcmp ? 0 : 1;
    add(icmp_[version][packet.icmp == IcmpClass::error ? 0 : 1], packet);
  } else {
    add(by_protocol_[packet.protocol], packet);
  }
}

// Folded at once or kept loose: the head of evidence.hpp says which, and why.
void Collector::closed(const ClosedFlow& flow) {
  const FlowKey& key = flow.key;
  const FlowFacts& facts = flow.facts;
  if (!is_judged(key.protocol, key.kind)) return;
  missed_bytes_ += facts.missed_bytes();

  const Duration into_input = facts.first - clock_.first();
  const bool had_run = into_input > timeout_of(evidence_.timeouts, key.protocol, {});
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
  for (std::size_t protocol = 0; protocol < by_protocol_.size(); ++protocol) {
    const ProtocolCount& count = by_protocol_[protocol];
    if (count.packets > 0) evidence_.protocols[protocol_name(protocol)] = count;
  }
  for (std::size_t version = 0; version < 2; ++version) {
    for (std::size_t what = 0; what < 2; ++what) {
      const ProtocolCount& count = icmp_[version][what];
      if (count.packets > 0) evidence_.protocols[std::string{kIcmpNames[version][what]}] = count;
    }
  }
  LimitsHit& hit = evidence_.limits_hit;
  hit.set(Limit::flows, counts.closed[static_cast<std::size_t>(CloseReason::evicted)]);
  hit.set(Limit::flow_names, counts.names_refused);
  hit.set(Limit::flow_tunnels, counts.tunnels_refused);
  hit.set(Limit::flow_openings, counts.openings_refused);
  hit.set(Limit::duplicates, counts.marks_forgotten);
  hit.set(Limit::loose_flows, loose_refused_);
  names_.give_to(evidence_);
  pool_.flush();
  keep_names(evidence_.conversations);
  note_derived_limits(evidence_);
  by_protocol_ = {};
  icmp_ = {};
  Evidence fresh;
  fresh.timeouts = evidence_.timeouts;
  Evidence taken = std::exchange(evidence_, std::move(fresh));
  pool_.begin_anew();
  names_at_most_ = kNamesBetweenLooks;
  return taken;
}

}  // namespace portproof
