#include "capture/evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <tuple>
#include <utility>

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/fold.hpp"

namespace portproof {
namespace {

bool is_blank(const Evidence& evidence) {
  return evidence.inputs.empty() && evidence.conversations.empty() && evidence.loose.empty() &&
         evidence.fragments.empty() && evidence.edge_packets.empty() && evidence.attempts.empty() &&
         evidence.names.empty() && evidence.stations.empty() && evidence.protocols.empty() &&
         evidence.stray_errors.empty() && evidence.limits_hit.empty();
}

// New indexes of the inputs of two pieces.
struct NewIndexes {
  std::vector<std::uint32_t> left;
  std::vector<std::uint32_t> right;
};

// Puts the inputs of both into `left`, in order.
NewIndexes merge_inputs(std::vector<Input>& left, std::vector<Input>&& right) {
  const std::size_t from_left = left.size();
  std::vector<Input> all = std::move(left);
  all.insert(all.end(), std::make_move_iterator(right.begin()), std::make_move_iterator(right.end()));

  std::vector<std::uint32_t> order(all.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&all](std::uint32_t a, std::uint32_t b) { return input_before(all[a], all[b]); });

  NewIndexes new_indexes;
  new_indexes.left.resize(from_left);
  new_indexes.right.resize(all.size() - from_left);
  left.clear();
  for (const std::uint32_t old : order) {
    const auto index = static_cast<std::uint32_t>(left.size());
    (old < from_left ? new_indexes.left[old] : new_indexes.right[old - from_left]) = index;
    left.push_back(std::move(all[old]));
  }
  return new_indexes;
}

void move_frames(Evidence& evidence, const std::vector<std::uint32_t>& new_indexes) {
  for (auto& [key, facts] : evidence.conversations)
    facts.first_frame.input = new_indexes[facts.first_frame.input];
  evidence.loose.move_inputs(new_indexes);
  EdgeFragments moved;
  for (EdgeFragment fragment : evidence.fragments) {
    fragment.input = new_indexes[fragment.input];
    moved.insert(fragment);
  }
  evidence.fragments = std::move(moved);
  // Inputs of one piece keep their order, so these do.
  for (EdgePacket& packet : evidence.edge_packets) packet.input = new_indexes[packet.input];
  for (auto& [key, attempts] : evidence.attempts) {
    attempts.facts.first_frame.input = new_indexes[attempts.facts.first_frame.input];
  }
  evidence.stray_errors.move_inputs(new_indexes);
}

}  // namespace

// Where this has none, what the other one has is taken as it is.
void absorb(Evidence& evidence, Evidence&& other) {
  if (evidence.conversations.empty()) {
    evidence.conversations = std::move(other.conversations);
  } else {
    for (const auto& [key, facts] : other.conversations) evidence.conversations[key].add(facts);
  }
  evidence.loose.append(std::move(other.loose));
  evidence.fragments.merge(std::move(other.fragments));
  merge_into(evidence.edge_packets, std::move(other.edge_packets));
  for (const auto& [key, attempts] : other.attempts) evidence.attempts[key].add(attempts);
  for (const auto& [key, intervals] : other.names) {
    NameIntervals& known = evidence.names[key];
    for (const NameInterval& interval : intervals) add_interval(known, interval);
  }
  add_stations(evidence.stations, other.stations);
  for (const auto& [protocol, count] : other.protocols) evidence.protocols[protocol].add(count);
  evidence.limits_hit.add(other.limits_hit);
  evidence.limits_hit.add(Limit::stray_errors, evidence.stray_errors.add(other.stray_errors));
}

Expected<Evidence> merge(Evidence left, Evidence right, std::size_t most_attempts) {
  if (is_blank(left)) return right;
  if (is_blank(right)) return left;
  if (left.settings != right.settings) {
    return fail(ErrorKind::bad_data,
                fmt::format("the evidence was made with different settings ({}), so its flows cannot be put "
                            "together; observe the captures again with the same settings",
                            difference(left.settings, right.settings)));
  }
  const NewIndexes new_indexes = merge_inputs(left.inputs, std::move(right.inputs));
  move_frames(left, new_indexes.left);
  move_frames(right, new_indexes.right);
  absorb(left, std::move(right));
  keep_names(left.conversations);
  AttemptsPool(most_attempts, left.conversations, left.attempts).hold();
  left.conversations.sort();
  left.loose.sort();
  note_derived_limits(left);
  return left;
}

}  // namespace portproof
