#include "tests/simple/simple_run.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "capture/base/applications.hpp"
#include "capture/evidence/fold.hpp"
#include "capture/evidence/names_seen.hpp"
#include "capture/evidence/stations_seen.hpp"
#include "capture/flow/capture_clock.hpp"
#include "capture/flow/packet_key.hpp"
#include "tests/simple/simple_flows.hpp"

namespace portproof::test {
namespace {

constexpr Duration kFragmentsWithin = seconds(30);
constexpr Duration kSynRepeatsWithin = seconds(32);

// Later fragments, which have no ports, go to the flow of their first fragment.
class SimpleFragments {
 public:
  void remember(const Packet& first) {
    firsts_[key_of(first.fragment)] = first;
    const auto waiting = waiting_.find(key_of(first.fragment));
    if (waiting == waiting_.end()) return;
    if (first.time - waiting->second.time > kFragmentsWithin) waiting->second.give_up(given_up_);
    waiting_.erase(waiting);
  }

  // A later fragment that could not be placed.
  void wait(const Packet& later) {
    if (later.fragment.part != Fragment::Part::later) {
      given_up_.note({UnreadKind::later_fragment}, later.frame_number);
      return;
    }
    const auto [at, is_new] = waiting_.try_emplace(key_of(later.fragment));
    Waiting& waiting = at->second;
    if (!is_new && later.time - waiting.time > kFragmentsWithin) {
      waiting.give_up(given_up_);
      waiting = {};
    }
    if (waiting.count++ == 0) {
      waiting.time = later.time;
      waiting.frame = later.frame_number;
    }
  }

  // The first fragments that more may follow.
  EdgeFragments open(Timestamp now) const {
    EdgeFragments open;
    for (const auto& [key, first] : firsts_) {
      const auto [flow, sender] = portproof::key_of(first);
      if (now - first.time > kFragmentsWithin || flow.kind != FlowKind::plain) continue;
      EdgeFragment fragment = edge_of(first);
      fragment.owner = FragmentOwner{flow, sender};
      open.insert(fragment);
    }
    return open;
  }

  // As a fragment whose packet may have others in another input.
  static EdgeFragment edge_of(const Packet& packet) {
    EdgeFragment fragment;
    fragment.source = packet.fragment.source;
    fragment.destination = packet.fragment.destination;
    fragment.protocol = packet.fragment.protocol;
    fragment.identification = packet.fragment.identification;
    fragment.time = packet.time;
    return fragment;
  }

  // All of which the first fragment never came.
  UnreadInventory alone() const {
    UnreadInventory unread = given_up_;
    for (const auto& [key, waiting] : waiting_) waiting.give_up(unread);
    return unread;
  }

  bool place(Packet& later) const {
    if (later.fragment.part != Fragment::Part::later) return false;
    const auto first = firsts_.find(key_of(later.fragment));
    if (first == firsts_.end() || later.time - first->second.time > kFragmentsWithin) return false;
    Packet placed = first->second;
    placed.time = later.time;
    placed.frame_number = later.frame_number;
    placed.wire_length = later.wire_length;
    placed.fragment = later.fragment;
    placed.ethernet = later.ethernet;
    placed.broadcast_frame = later.broadcast_frame;
    placed.ip_identification = later.ip_identification;
    placed.decrypted = later.decrypted;
    placed.tcp_flags = 0;
    placed.transport_cut = true;
    placed.payload = {};
    placed.payload_length = 0;
    placed.quoted = {};
    later = placed;
    return true;
  }

 private:
  using Key = std::tuple<IpAddress, IpAddress, std::uint8_t, std::uint32_t>;
  static Key key_of(const Fragment& parts) {
    return {parts.source, parts.destination, parts.protocol, parts.identification};
  }
  struct Waiting {
    Timestamp time;
    std::uint64_t frame{0};
    std::uint64_t count{0};
    void give_up(UnreadInventory& unread) const { unread.note({UnreadKind::later_fragment}, frame, count); }
  };
  std::map<Key, Packet> firsts_;
  std::map<Key, Waiting> waiting_;
  UnreadInventory given_up_;
};

class SimpleRun {
 public:
  SimpleRun(PacketSource& source, const ObserveOptions& options)
      : source_(source), options_(options), flows_(options.table.timeouts) {
    if (!options.filter) return;
    filter_.emplace(options.filter);
    input_.filter = options.filter->expression();
  }

  Evidence run();

 private:
  bool take(const FrameView& frame);
  bool passes(const FrameView& frame);
  void take_decoded(const Decoded& decoded, Packet& packet, const FrameView& frame);
  void note_edge(const Packet& later);
  void note_mark(const Packet& packet);
  [[nodiscard]] EdgePackets edge_packets() const;
  void take_packet(const Packet& packet);
  void advance_clock(const FrameView& frame);
  void take_facts(ReadOutcome outcome);
  void fold_all(std::vector<SimpleFlow> flows);
  void fold(const SimpleFlow& flow);
  void add(const SimpleFlow& flow, Side initiator, DirectionBasis basis);

  PacketSource& source_;
  const ObserveOptions& options_;
  std::set<FlowKey> going_on_;
  std::optional<FrameFilter> filter_;
  std::optional<Error> filter_fault_;
  CaptureClock clock_;
  std::uint64_t doubted_frame_{0};
  std::uint64_t refuted_frames_{0};
  SimpleFragments fragments_;
  EdgeFragments edges_;
  std::map<Duplicates::Tag, Timestamp> first_seen_;  // of the packets of the first 10 ms
  std::map<Duplicates::Tag, Timestamp> last_seen_;   // of all packets
  SimpleFlows flows_;
  NamesSeen names_;
  Input input_;
  UnreadInventory unread_;
  Evidence evidence_;
  std::map<ConversationKey, ConversationFacts> conversations_;
};

Evidence SimpleRun::run() {
  FrameBatch batch;
  ReadOutcome outcome = ReadOutcome::frames;
  bool going = true;
  while (going) {
    outcome = source_.next(batch);
    going = outcome == ReadOutcome::frames || outcome == ReadOutcome::idle;
    for (const FrameView& frame : batch.view()) {
      if (take(frame)) continue;
      outcome = ReadOutcome::failed;
      going = false;
      break;
    }
  }
  evidence_.settings = settings_of(options_);
  fold_all(flows_.finish(clock_.now()));
  for (const Packet& stray : flows_.strays()) evidence_.stray_errors.add(stray);
  take_facts(outcome);
  if (clock_.started()) names_.add_records(source_.facts(), clock_.first(), clock_.now());
  names_.give_to(evidence_);
  for (const auto& [key, facts] : conversations_) evidence_.conversations.append(key, facts);
  keep_names(evidence_.conversations);
  note_derived_limits(evidence_);
  evidence_.conversations.sort();
  evidence_.loose.sort();
  if (!options_.collect.is_whole) {
    evidence_.fragments = edges_;
    if (clock_.started()) evidence_.fragments.merge(fragments_.open(clock_.now()));
    evidence_.edge_packets = edge_packets();
  }
  evidence_.inputs.push_back(std::move(input_));
  return std::move(evidence_);
}

// False if the filter cannot be run.
bool SimpleRun::take(const FrameView& frame) {
  advance_clock(frame);
  if (!passes(frame)) return !filter_fault_;
  ++input_.accounting.frames;
  input_.wire_bytes += frame.wire_length;
  Packet packet;
  OuterPackets carriers;
  const Decoded decoded = decode(frame, packet, options_.decode, &carriers);
  packet.time = clock_.now();
  take_decoded(decoded, packet, frame);
  for (Packet carrier : carriers.packets()) {
    carrier.time = clock_.now();
    ++input_.accounting.carriers;
    input_.accounting.carrier_bytes += frame.wire_length;
    take_packet(carrier);
  }
  return true;
}

void SimpleRun::take_decoded(const Decoded& decoded, Packet& packet, const FrameView& frame) {
  if (decoded.unread) unread_.note(decoded.unread, frame.number);
  if (decoded.kind == Decoded::Kind::rejected) {
    ++input_.accounting.rejected[static_cast<std::size_t>(decoded.reject)];
    return;
  }
  ++input_.accounting.decoded;
  const bool is_later_fragment =
      decoded.kind == Decoded::Kind::no_flow && decoded.no_flow == NoFlowReason::later_fragment;
  if (decoded.kind == Decoded::Kind::no_flow && !(is_later_fragment && fragments_.place(packet))) {
    ++input_.accounting.no_flow[static_cast<std::size_t>(decoded.no_flow)];
    if (is_later_fragment && !decoded.unread) {
      fragments_.wait(packet);
      note_edge(packet);
    }
    return;
  }
  ++input_.accounting.in_flows;
  if (packet.fragment.part == Fragment::Part::first) fragments_.remember(packet);
  take_packet(packet);
}

// At the beginning of an input: its first fragment may be in the one before.
void SimpleRun::note_edge(const Packet& later) {
  const bool at_beginning = later.time - clock_.first() <= kFragmentsWithin;
  if (later.fragment.part != Fragment::Part::later || !at_beginning) return;
  EdgeFragment fragment = SimpleFragments::edge_of(later);
  fragment.frame = later.frame_number;
  fragment.bytes = later.wire_length;
  edges_.insert(fragment);
}

bool SimpleRun::passes(const FrameView& frame) {
  if (!filter_) return true;
  const auto passes = filter_->passes(frame);
  if (!passes) {
    filter_fault_ = passes.error();
    return false;
  }
  if (!*passes) ++input_.filtered_out;
  return *passes;
}

// Flows with packets from a time when the clock was in doubt move along when it decides to believe them.
void SimpleRun::advance_clock(const FrameView& frame) {
  const bool doubted = clock_.in_doubt();
  const Timestamp before = clock_.now();
  const Timestamp now = clock_.advance(frame.time);
  if (clock_.begins_to_doubt()) doubted_frame_ = frame.number;
  if (!doubted || clock_.in_doubt() || now - before <= CaptureClock::kFurthestJump) return;
  flows_.catch_up(doubted_frame_, before, now);
  names_.catch_up(doubted_frame_, before, now);
  if (!clock_.refutes(before, doubted_frame_ - 1)) return;
  refuted_frames_ = doubted_frame_ - 1;
  clock_.begin_again();
  first_seen_.clear();
}

// The mark is that of the fast path: it goes into files.
void SimpleRun::note_mark(const Packet& packet) {
  FlowLookup lookup;
  FlowHash(0).look_up(packet, lookup);
  if (lookup.mark == Duplicates::kNoMark) return;
  const Duplicates::Tag tag = Duplicates::tag_of(lookup.mark);
  const Timestamp time = Duplicates::to_tick(packet.time);
  if (Duplicates::is_soon(clock_.first(), packet.time)) first_seen_.try_emplace(tag, time);
  last_seen_[tag] = time;
}

EdgePackets SimpleRun::edge_packets() const {
  EdgePackets packets;
  if (!clock_.started() || clock_.now() < kEarliestUsableTime) return packets;
  if (clock_.first() >= kEarliestUsableTime) {
    for (const auto& [mark, time] : first_seen_) packets.push_back({mark, time, 0, Edge::first});
  }
  for (const auto& [mark, time] : last_seen_) {
    if (Duplicates::is_soon(time, clock_.now())) packets.push_back({mark, time, 0, Edge::last});
  }
  std::sort(packets.begin(), packets.end());
  return packets;
}

void SimpleRun::take_packet(const Packet& packet) {
  note_mark(packet);
  const Sighting sighting = flows_.observe(packet);
  std::string name{::portproof::name(packet.control)};
  if (packet.icmp == IcmpClass::error)
    name = packet.protocol == kProtocolIcmp ? "icmp-error" : "icmpv6-error";
  if (!name.empty()) {
    ProtocolCount& count = evidence_.protocols[name];
    ++count.packets;
    count.bytes += packet.wire_length;
    if (sighting.first_of_side) count.add_host(packet.source);
  }
  if (sighting.spoken == Application::dns) names_.observe(packet, packet.time);
  if (!sighting.first_of_side) return;
  if (const auto station = station_of(packet))
    add_station(evidence_.stations, packet.source, *station, {packet.time, packet.time});
}

void SimpleRun::take_facts(ReadOutcome outcome) {
  const SourceFacts& facts = source_.facts();
  input_.path = facts.path;
  input_.format = facts.format;
  input_.bytes = facts.bytes;
  input_.link_types = facts.link_types;
  input_.kernel_filter = facts.kernel_filter;
  const std::uint64_t frames = input_.accounting.frames + input_.filtered_out;
  input_.gaps.untimed = std::min(frames, facts.untimed + clock_.untimed(frames, refuted_frames_));
  input_.accounting.frames += facts.copies;
  input_.accounting.decoded += facts.copies;
  input_.accounting.no_flow[static_cast<std::size_t>(NoFlowReason::copy)] += facts.copies;
  input_.gaps.kernel_dropped = facts.kernel_dropped;
  input_.gaps.interface_dropped = facts.interface_dropped;
  unread_.add(facts.unread);
  unread_.add(fragments_.alone());
  input_.unread = unread_.lines();
  input_.gaps.undecoded = unread_.total(UnreadGap::undecoded);
  input_.gaps.snapped_headers = unread_.total(UnreadGap::snapped_headers);
  input_.gaps.duplicates = facts.copies + flows_.duplicates();
  input_.gaps.time_jumps = clock_.jumps();
  input_.gaps.cut_short = outcome == ReadOutcome::failed || facts.cut_short ? 1 : 0;
  if (source_.error()) input_.error = source_.error()->what;
  if (filter_fault_) input_.error = filter_fault_->what;
  if (!clock_.started()) return;
  input_.first = clock_.first();
  input_.last = clock_.now();
}

void SimpleRun::fold_all(std::vector<SimpleFlow> flows) {
  for (const SimpleFlow& flow : flows) {
    ++input_.accounting.flows_opened;
    ++input_.accounting.flows_closed[static_cast<std::size_t>(flow.reason)];
    const bool judged = flow.key.kind != FlowKind::icmp_error && flow.key.kind != FlowKind::link_control;
    if (judged) fold(flow);
  }
}

// A flow never begins at an address that belongs to no host, or at the target of a broadcast.
bool can_begin(const SimpleFlow& flow, Side side) {
  const IpAddress& address = flow.key.end(side).address;
  if (is_multicast(address) || is_broadcast(address)) return false;
  const bool only_received = flow.facts.side(side).packets == 0;
  return !only_received || !(is_unspecified(address) || flow.facts.broadcasts == Broadcasts::all);
}

// A direction that nothing outside the flow could make better.
struct Direction {
  Side initiator;
  DirectionBasis basis;
};

// The opening was seen; and it was answered, or only one side has sent anything but resets.
std::optional<Direction> direction_of_tcp(const SimpleFlow& flow) {
  const FlowFacts& facts = flow.facts;
  if (!facts.initiator) return std::nullopt;
  const SideFacts& asking = facts.side(*facts.initiator);
  if (!asking.syn && !can_begin(flow, *facts.initiator)) return std::nullopt;
  const bool confirmed = asking.answered || asking.completed;
  if (!confirmed && facts.sides[0].spoke() && facts.sides[1].spoke()) return std::nullopt;
  return Direction{*facts.initiator, facts.basis};
}

std::optional<Direction> direction_of_others(const SimpleFlow& flow, bool had_run) {
  const FlowFacts& facts = flow.facts;
  if (facts.initiator && can_begin(flow, *facts.initiator)) {
    const bool unasked = facts.basis == DirectionBasis::request && facts.asked_port == 0 &&
                         *facts.initiator != facts.first_sender;
    if (!unasked) return Direction{*facts.initiator, facts.basis};
    if (facts.application == Application::dtls || facts.application == Application::quic) return std::nullopt;
    return Direction{*facts.initiator, DirectionBasis::payload};
  }
  if (had_run && can_begin(flow, facts.first_sender))
    return Direction{facts.first_sender, DirectionBasis::first_packet_after_run};
  return std::nullopt;
}

// Into its conversation at once, if its direction is firm and it lies wholly within the input; else it is
// loose.
void SimpleRun::fold(const SimpleFlow& flow) {
  const FlowFacts& facts = flow.facts;
  const bool tcp = flow.key.protocol == kProtocolTcp;
  const Duration timeout = tcp                                 ? options_.table.timeouts.tcp
                           : flow.key.protocol == kProtocolUdp ? options_.table.timeouts.udp
                                                               : options_.table.timeouts.others;
  const Duration into_input = facts.first - clock_.first();
  const bool had_run = into_input > timeout;
  const bool begins_here = had_run || (facts.openings > 0 && into_input > kSynRepeatsWithin);
  const bool ends_here = flow.reason != CloseReason::end_of_capture;
  input_.gaps.missed_bytes += facts.sides[0].missed_bytes + facts.sides[1].missed_bytes;
  // If a flow may continue in the next one with its key, there are parts to be joined.
  if (flow.may_go_on) going_on_.insert(flow.key);
  const bool whole = options_.collect.is_whole && going_on_.count(flow.key) == 0;
  const bool inside = whole || (begins_here && ends_here);
  const std::optional<Direction> direction =
      tcp ? direction_of_tcp(flow) : direction_of_others(flow, had_run);
  if (inside && direction) {
    add(flow, direction->initiator, direction->basis);
  } else {
    evidence_.loose.push_back(flow.key, facts, flow.name);
  }
}

FlowState state_of(const SimpleFlow& flow, Side initiator) {
  const SideFacts& asking = flow.facts.side(initiator);
  const SideFacts& answering = flow.facts.side(other(initiator));
  const bool tcp = flow.key.protocol == kProtocolTcp;
  if (asking.packets == 0) return FlowState::one_way;
  for (const Side side : {Side::low, Side::high}) {
    const SideFacts& accepting = flow.facts.side(side);
    const bool only_accepts = accepting.syn_ack && !accepting.syn && !accepting.ack && !accepting.data;
    const SideFacts& rejecting = flow.facts.side(other(side));
    if (only_accepts && rejecting.rst && !rejecting.spoke()) return FlowState::refused;
  }
  if (answering.packets > 0) return answering.spoke() ? FlowState::established : FlowState::refused;
  if (asking.icmp_refused) return FlowState::refused;
  // It acknowledges, sends data or resets, which makes sense only as an answer to the other side.
  const bool answered = tcp && (asking.ack || asking.data || asking.syn_ack);
  return answered || asking.rst ? FlowState::one_way : FlowState::attempted;
}

Application first_spoken(const FlowFacts& facts) {
  Application first = facts.application;
  for (std::size_t value = kMostApplications; value > 0 && facts.application == kUnknownApplication;
       --value) {
    if (facts.banners.test(value - 1)) first = static_cast<Application>(value - 1);
  }
  return first;
}

// Everything that was seen to begin but the first application, what looks like it, and what goes through a
// proxy.
ApplicationSet spoken_later(const FlowFacts& facts, Application first) {
  const bool proxy =
      first == Application::socks ||
      (first == Application::http && facts.kinds.test(static_cast<std::size_t>(HttpKind::tunnel)));
  ApplicationSet later;
  for (std::size_t value = 0; value < kMostApplications; ++value) {
    if (!facts.banners.test(value)) continue;
    const auto application = static_cast<Application>(value);
    const bool own = may_belong_to(application).test(static_cast<std::size_t>(first));
    if (!own && !(proxy && is_web(application))) later.set(value);
  }
  return later;
}

void SimpleRun::add(const SimpleFlow& flow, Side initiator, DirectionBasis basis) {
  const FlowFacts& facts = flow.facts;
  const Endpoint& service = flow.key.end(other(initiator));
  ConversationKey key;
  key.initiator = flow.key.end(initiator).address;
  key.responder = service.address;
  key.protocol = flow.key.protocol;
  if (flow.key.kind == FlowKind::icmp_other) key.kind = FlowKind::icmp_other;
  key.port = facts.asked_port != 0 ? facts.asked_port : service.port;
  key.application = first_spoken(facts);
  key.name_state = facts.name_state;
  if (facts.name_state == NameState::given) key.name = flow.name;
  ConversationFacts& sum = conversations_[key];
  const FrameRef frame{facts.first_input, facts.first_frame};
  if (std::tie(facts.first, frame) < std::tie(sum.first, sum.first_frame)) sum.first_frame = frame;
  sum.first = std::min(sum.first, facts.first);
  sum.last = std::max(sum.last, facts.last);
  sum.sessions += std::max<std::uint64_t>(facts.openings, 1);
  sum.broadcasts = sum.flows == 0 || sum.broadcasts == facts.broadcasts ? facts.broadcasts : Broadcasts::some;
  ++sum.flows;
  sum.packets += facts.sides[0].packets + facts.sides[1].packets;
  sum.bytes += facts.sides[0].bytes + facts.sides[1].bytes;
  sum.missed_bytes += facts.sides[0].missed_bytes + facts.sides[1].missed_bytes;
  const FlowState state = state_of(flow, initiator);
  sum.state = std::min(sum.state, state);
  sum.basis = std::min(sum.basis, basis);
  sum.answered = sum.answered || (state != FlowState::refused && facts.side(other(initiator)).spoke());
  sum.later_applications |= spoken_later(facts, key.application);
  sum.carries = sum.carries || flow.key.kind == FlowKind::carrier;
  sum.kinds |= facts.kinds;
  // Only one direction, of a connection whose other direction acknowledged or was acknowledged.
  const SideFacts& seen = facts.sides[0].packets > 0 ? facts.sides[0] : facts.sides[1];
  const bool alone = facts.sides[0].packets == 0 || facts.sides[1].packets == 0;
  const bool tcp = flow.key.protocol == kProtocolTcp;
  if (tcp && alone && (seen.ack || seen.data || seen.syn_ack) && !seen.icmp_refused)
    input_.gaps.one_way += seen.packets;
}

}  // namespace

Evidence observe_simply(PacketSource& source, const ObserveOptions& options) {
  return SimpleRun(source, options).run();
}

}  // namespace portproof::test
