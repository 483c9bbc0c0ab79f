#include "capture/evidence/edge_fragments.hpp"

#include <algorithm>
#include <tuple>

#include "capture/evidence/evidence.hpp"
#include "capture/flow/fragment_table.hpp"

namespace portproof {
namespace {

bool of_one_packet(const EdgeFragment& left, const EdgeFragment& right) {
  const auto identity = [](const EdgeFragment& fragment) {
    return std::tie(fragment.source, fragment.destination, fragment.protocol, fragment.identification);
  };
  return identity(left) == identity(right);
}

// The later fragment as the flow table would have counted it: a packet of its flow that shows nothing.
LooseFlow part_of(const EdgeFragment& fragment, const FragmentOwner& owner) {
  LooseFlow part;
  part.key = owner.flow;
  FlowFacts& facts = part.facts;
  facts.first = facts.last = fragment.time;
  facts.first_frame = fragment.frame;
  facts.first_input = fragment.input;
  facts.first_sender = owner.sender;
  facts.side(owner.sender).packets = 1;
  facts.side(owner.sender).bytes = fragment.bytes;
  return part;
}

void move_to_flows(Input& input) {
  std::uint64_t& without_flow =
      input.accounting.no_flow[static_cast<std::size_t>(NoFlowReason::later_fragment)];
  if (without_flow == 0) return;
  --without_flow;
  ++input.accounting.in_flows;
  const auto line = std::find_if(input.unread.begin(), input.unread.end(), [](const UnreadCount& unread) {
    return unread.kind == UnreadKind::later_fragment;
  });
  if (line == input.unread.end()) return;
  --input.gaps.undecoded;
  if (--line->count == 0) input.unread.erase(line);
}

}  // namespace

void reunite_fragments(Evidence& evidence) {
  const EdgeFragment* first = nullptr;
  bool any = false;
  for (const EdgeFragment& fragment : evidence.fragments) {
    if (fragment.owner) {
      first = &fragment;
      continue;
    }
    const bool known = first != nullptr && of_one_packet(*first, fragment) &&
                       first->input != fragment.input &&
                       fragment.time - first->time <= FragmentTable::kLifetime;
    if (!known) continue;
    evidence.loose.push_back(part_of(fragment, *first->owner));
    move_to_flows(evidence.inputs[fragment.input]);
    any = true;
  }
  evidence.fragments.clear();
  if (any) evidence.loose.sort();
}

}  // namespace portproof
