#include "classify/internal/parties_met.hpp"

#include <algorithm>
#include <utility>

namespace portproof {

PartiesMet::Address& PartiesMet::address_of(const IpAddress& address, std::uint32_t number) {
  if (number < addresses_.size()) return addresses_[number];
  Address& met = addresses_.emplace_back();
  met.parties.fill(kNotYet);
  std::vector<NameEntry> names;
  for (auto known = names_.lower_bound(NameRef{address, {}, NameSource::dns});
       known != names_.end() && known->first.address == address; ++known) {
    names.push_back(&*known);
  }
  if (names.empty()) return met;
  named_.push_back(std::move(names));
  met.names = static_cast<std::uint32_t>(named_.size());
  return met;
}

// One bit per name, or the number of the set if the bits do not fit into one word.
std::uint64_t PartiesMet::names_held(const std::vector<NameEntry>& names, const ConversationFacts& facts) {
  constexpr std::size_t kBits = 64;
  const auto word_from = [&](std::size_t first) {
    std::uint64_t word = 0;
    for (std::size_t name = first; name < std::min(first + kBits, names.size()); ++name) {
      if (holds_between(names[name]->second, facts.first, facts.last)) {
        word |= std::uint64_t{1} << (name - first);
      }
    }
    return word;
  };
  if (names.size() <= kBits) return word_from(0);
  std::vector<std::uint64_t> words;
  for (std::size_t first = 0; first < names.size(); first += kBits) words.push_back(word_from(first));
  return sets_held_.try_emplace(std::move(words), sets_held_.size()).first->second;
}

template <typename Make>
std::uint32_t PartiesMet::party_of(const IpAddress& address, std::size_t variant, const SharedText& name,
                                   const ConversationFacts& facts, Make make) {
  const std::uint32_t number = numbers_.number_of(address);
  Address& met = address_of(address, number);
  if (met.names == 0 && name.empty()) {
    std::uint32_t& party = met.parties[variant % kVariants];
    if (party == kNotYet) party = judged_.add_party(make(), number);
    return party;
  }
  std::uint64_t held = 0;
  if (met.names != 0) held = names_held(named_[met.names - 1], facts);
  const NamedVariant key{number, variant, held, name};
  const auto known = with_names_.find(key);
  if (known != with_names_.end()) return known->second;
  const std::uint32_t party = judged_.add_party(make(), number);
  with_names_.emplace(key, party);
  return party;
}

std::uint32_t PartiesMet::initiator(const ConversationKey& key, const ConversationFacts& facts) {
  const bool to_all = facts.broadcasts == Broadcasts::all || is_broadcast(key.responder);
  return party_of(key.initiator, to_all ? 1 : 0, {}, facts, [&] { return parties_.initiator(key, facts); });
}

std::uint32_t PartiesMet::responder(const ConversationKey& key, const ConversationFacts& facts) {
  const std::size_t variant = 2 + static_cast<std::size_t>(key.name_state) * 2 +
                              (facts.broadcasts == Broadcasts::all ? std::size_t{1} : std::size_t{0});
  const bool unmirrored = !mirrors_.empty() && is_any_missing(mirrors_, key.initiator);
  const auto questions = unmirrored ? Parties::Questions::unmirrored : Parties::Questions::seen;
  return party_of(key.responder, variant + (unmirrored ? kVariants : 0), key.name, facts,
                  [&] { return parties_.responder(key, facts, questions); });
}

}  // namespace portproof
