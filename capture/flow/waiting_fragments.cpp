#include "capture/flow/waiting_fragments.hpp"

#include "capture/flow/fragment_table.hpp"
#include "capture/flow/internal/fragment_key.hpp"

namespace portproof {

void WaitingFragments::Entry::give_up(UnreadInventory& unread) const {
  if (count > 0) unread.note({UnreadKind::later_fragment}, frame, count);
}

WaitingFragments::Entry* WaitingFragments::ways_of(const Fragment& parts) {
  return &entries_[hash_of(parts, seed_) % (kEntries / kWays) * kWays];
}

void WaitingFragments::add(const Fragment& parts, Timestamp now, std::uint64_t frame,
                           UnreadInventory& unread) {
  if (entries_.empty()) entries_.resize(kEntries);
  Entry* const ways = ways_of(parts);
  Entry* chosen = ways;
  for (Entry* entry = ways; entry != ways + kWays; ++entry) {
    if (entry->count > 0 && are_of_one_packet(entry->parts, parts)) {
      if (now - entry->time <= FragmentTable::kLifetime) {
        ++entry->count;
        return;
      }
      chosen = entry;
      break;
    }
    if (entry->time < chosen->time) chosen = entry;
  }
  chosen->give_up(unread);
  *chosen = {parts, now, frame, 1};
}

void WaitingFragments::settle(const Fragment& parts, Timestamp now) {
  if (entries_.empty()) return;
  Entry* const ways = ways_of(parts);
  for (Entry* entry = ways; entry != ways + kWays; ++entry) {
    const bool known = entry->count > 0 && are_of_one_packet(entry->parts, parts);
    if (known && now - entry->time <= FragmentTable::kLifetime) *entry = {};
  }
}

void WaitingFragments::count_into(UnreadInventory& unread, Timestamp now, bool is_over) const {
  for (const Entry& entry : entries_) {
    if (is_over || now - entry.time > FragmentTable::kLifetime) entry.give_up(unread);
  }
}

}  // namespace portproof
