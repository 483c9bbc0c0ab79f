#include "capture/flow/flow.hpp"

#include <algorithm>
#include <tuple>

#include "capture/base/applications.hpp"
#include "capture/identify/identify.hpp"

namespace portproof {
namespace {

bool precedes(const FlowFacts& left, const FlowFacts& right) {
  return std::tie(left.first, left.first_input, left.first_frame, left.first_sender) <
         std::tie(right.first, right.first_input, right.first_frame, right.first_sender);
}

void add_counts(SideFacts& side, const SideFacts& other) {
  side.packets += other.packets;
  side.bytes += other.bytes;
  side.syn |= other.syn;
  side.syn_ack |= other.syn_ack;
  side.ack |= other.ack;
  side.data |= other.data;
  side.fin |= other.fin;
  side.rst |= other.rst;
  side.icmp_refused |= other.icmp_refused;
  side.answered |= other.answered;
  side.completed |= other.completed;
  side.missed_bytes += other.missed_bytes;
}

// The stream from where the earlier part first had it to where the later one last had it.
StreamSpan joined_span(const StreamSpan& earlier, const StreamSpan& later) {
  if (!earlier.known || !later.known) return earlier.known ? earlier : later;
  return {true, earlier.first, later.next, later.acknowledged, {}};
}

// What a handshake shows that lies partly in the earlier part, partly in the later one, of `claimant`.
void join_handshake(FlowFacts& result, const FlowFacts& earlier, const FlowFacts& later, Side claimant) {
  const SideFacts& before = earlier.side(claimant);
  const SideFacts& after = later.side(claimant);
  if (!before.stream.known || !after.stream.known) return;
  const bool answered_later = before.syn && later.side(other(claimant)).syn_ack;
  if (answered_later && after.stream.first == before.stream.first) result.side(claimant).answered = true;
  const bool both_sent_syn =
      before.syn && (earlier.side(other(claimant)).syn || later.side(other(claimant)).syn);
  const bool repeats_own_syn = both_sent_syn && after.syn_ack && after.stream.first == before.stream.first;
  if (repeats_own_syn) result.side(claimant).answered = result.side(claimant).completed = true;
  const bool goes_on_later = before.answered && !before.ack && !before.data && after.ack;
  if (goes_on_later && after.stream.first == before.stream.first + 1) result.side(claimant).completed = true;
}

// How good the claim of a side to have opened the flow is: 0 for none.
int claim_of(const FlowFacts& facts, Side claimant) {
  const SideFacts& asking = facts.side(claimant);
  const bool only_rejects = asking.rst && !asking.ack && !asking.data && !asking.fin && !asking.syn_ack;
  const bool told_by_answer = facts.side(other(claimant)).syn_ack && !only_rejects;
  if (!asking.syn && !told_by_answer) return 0;
  return 1 + (asking.answered ? 1 : 0) + (asking.completed ? 1 : 0);
}

// Are a SYN-ACK and the RST that it got all that there is?
bool is_rejected_answer(const FlowFacts& facts) {
  for (const Side side : {Side::low, Side::high}) {
    const SideFacts& answering = facts.side(side);
    const SideFacts& rejecting = facts.side(other(side));
    const bool only_answers = answering.syn_ack && !answering.syn && !answering.ack && !answering.data;
    if (only_answers && rejecting.rst && !rejecting.spoke()) return true;
  }
  return false;
}

// The later part looked into its data anew, not knowing how much had been looked at before. Its answer
// counts only where a single look at the whole flow would have come as far. Otherwise the flow is one that
// was looked at in vain: from then on no part may tell.
bool later_may_decide(const FlowFacts& earlier, const FlowFacts& later) {
  for (const Side side : {Side::low, Side::high}) {
    if (!later.side(side).announced) continue;
    return earlier.side(side).examined + later.side(side).examined <= kExaminedPackets;
  }
  return false;
}

// Has a flow that speaks `first` turned to another application, if `later` is seen on it too?
bool turns_to(Application first, HttpKinds kinds, Application later) {
  if (may_belong_to(later).test(static_cast<std::size_t>(first))) return false;
  const bool leads_to_proxy =
      first == Application::socks ||
      (first == Application::http && kinds.test(static_cast<std::size_t>(HttpKind::tunnel)));
  return !leads_to_proxy || !is_web(later);
}

void join_examination(FlowFacts& result, const FlowFacts& earlier, const FlowFacts& later) {
  if (is_identified(earlier.application)) return;
  const bool later_knows = is_identified(later.application);
  const bool announced = later_knows && later_may_decide(earlier, later);
  for (const Side which : {Side::low, Side::high}) {
    SideFacts& side = result.side(which);
    const int examined = earlier.side(which).examined + later.side(which).examined;
    side.examined = static_cast<std::uint8_t>(std::min(examined, kExaminedPackets));
    if (later_knows && !announced) side.examined = kExaminedPackets;
    side.announced = announced && later.side(which).announced;
  }
  if (!announced) return;
  result.application = later.application;
  result.asker = later.asker;
  result.name_state = later.name_state;
  if (result.initiator || later.basis != DirectionBasis::request) return;
  result.initiator = later.initiator;
  result.basis = later.basis;
}

}  // namespace

Opening opening_of(const FlowFacts& facts) {
  const int low = claim_of(facts, Side::low);
  const int high = claim_of(facts, Side::high);
  Opening opening;
  if (low == high) {
    if (low > 0) opening.basis = DirectionBasis::contested;
    return opening;
  }
  opening.initiator = low > high ? Side::low : Side::high;
  opening.basis = facts.side(*opening.initiator).syn ? DirectionBasis::syn : DirectionBasis::syn_ack;
  opening.confirmed = std::max(low, high) > 1;
  return opening;
}

bool has_ended(const FlowFacts& facts) {
  const SideFacts& low = facts.side(Side::low);
  const SideFacts& high = facts.side(Side::high);
  if (low.rst || high.rst || (low.fin && high.fin)) return true;
  if (!low.fin && !high.fin) return false;
  const bool other_unseen = (low.fin ? high : low).packets == 0;
  const bool opening_seen = low.syn || low.syn_ack || high.syn || high.syn_ack;
  return other_unseen || !opening_seen;
}

Duration timeout_of(const FlowTimeouts& timeouts, std::uint8_t protocol, const FlowFacts& facts) {
  if (protocol == kProtocolUdp) return timeouts.udp;
  if (protocol != kProtocolTcp) return timeouts.others;
  const SideFacts& low = facts.side(Side::low);
  const SideFacts& high = facts.side(Side::high);
  const bool closed = low.rst || high.rst || (low.fin && high.fin);
  return closed ? timeouts.tcp_closed : timeouts.tcp;
}

bool continues(const FlowTimeouts& timeouts, std::uint8_t protocol, const FlowFacts& facts, Timestamp time,
               bool opening_syn) {
  if (time - facts.last > timeout_of(timeouts, protocol, facts)) return false;
  return !(opening_syn && has_ended(facts));
}

bool ends_at_answer(std::uint16_t asked_port) {
  constexpr std::uint16_t kTftp = 69;
  return asked_port != 0 && asked_port != kTftp;
}

bool is_one_way(std::uint8_t protocol, const FlowFacts& facts) {
  if (protocol != kProtocolTcp) return false;
  const SideFacts& low = facts.side(Side::low);
  const SideFacts& high = facts.side(Side::high);
  if (low.packets > 0 && high.packets > 0) return false;
  const SideFacts& seen = low.packets > 0 ? low : high;
  return (seen.ack || seen.data || seen.syn_ack) && !seen.icmp_refused;
}

FlowState state_of(std::uint8_t protocol, const FlowFacts& facts, Side initiator) {
  const SideFacts& asking = facts.side(initiator);
  const SideFacts& answering = facts.side(other(initiator));
  if (asking.packets == 0) return FlowState::one_way;
  if (is_rejected_answer(facts)) return FlowState::refused;
  if (answering.packets > 0) return answering.spoke() ? FlowState::established : FlowState::refused;
  if (asking.icmp_refused) return FlowState::refused;
  // A RST, too, is sent in answer to something.
  if (is_one_way(protocol, facts) || asking.rst) return FlowState::one_way;
  return FlowState::attempted;
}

Application first_application(const FlowFacts& facts) {
  if (is_identified(facts.application) || facts.banners.none()) return facts.application;
  std::size_t application = 0;
  while (!facts.banners.test(application)) ++application;
  return static_cast<Application>(application);
}

ApplicationSet later_applications(const FlowFacts& facts) {
  ApplicationSet later;
  const Application first = first_application(facts);
  ApplicationSet others = facts.banners;
  others.reset(static_cast<std::size_t>(first));
  if (others.none()) return later;
  for (std::size_t application = 0; application < kMostApplications; ++application) {
    const bool seen = others.test(application);
    later.set(application, seen && turns_to(first, facts.kinds, static_cast<Application>(application)));
  }
  return later;
}

JoinResult join(FlowFacts& facts, const FlowFacts& other) {
  const bool other_is_earlier = precedes(other, facts);
  const FlowFacts& earlier = other_is_earlier ? other : facts;
  const FlowFacts& later = other_is_earlier ? facts : other;

  FlowFacts result = earlier;
  for (const Side side : {Side::low, Side::high}) {
    add_counts(result.side(side), later.side(side));
    result.side(side).stream = joined_span(earlier.side(side).stream, later.side(side).stream);
    join_handshake(result, earlier, later, side);
  }
  result.last = std::max(earlier.last, later.last);
  result.broadcasts = together(earlier.broadcasts, later.broadcasts);
  if (result.broadcasts == Broadcasts::all && !is_one_sided(result)) result.broadcasts = Broadcasts::some;
  result.kinds |= later.kinds;
  result.banners |= later.banners;
  const bool by_handshake = !is_firm(result.basis) || result.basis <= DirectionBasis::syn_ack;
  if (by_handshake) {
    const Opening opening = opening_of(result);
    result.initiator = opening.initiator;
    result.basis = opening.basis;
  }
  join_examination(result, earlier, later);

  const bool from_earlier = is_identified(earlier.application);
  const JoinResult answer{result.name_state == NameState::given && from_earlier == other_is_earlier};
  facts = result;
  return answer;
}

}  // namespace portproof
