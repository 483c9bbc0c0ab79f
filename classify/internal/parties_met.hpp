// The parties of many conversations, each computed once. An address has the same roles in all its
// conversations, unless its names at the time, the connection's name or a broadcast make a difference.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "capture/base/address_numbers.hpp"
#include "capture/evidence/conversation.hpp"
#include "capture/evidence/names.hpp"
#include "classify/judged.hpp"
#include "classify/one_way_mirrors.hpp"
#include "classify/party.hpp"

namespace portproof {

class PartiesMet {
 public:
  // All must outlive this. Parties are added to `judged`.
  PartiesMet(const Parties& parties, const Names& names, const std::vector<OneWayMirror>& mirrors,
             JudgedConversations& judged)
      : parties_(parties), names_(names), mirrors_(mirrors), judged_(judged) {}

  // Prefetch the memory that `initiator` and `responder` will read. Call first one, then the other, each some
  // conversations ahead.
  [[gnu::always_inline]] void fetch_first(const ConversationKey& key) const {
    numbers_.prefetch(key.initiator);
    numbers_.prefetch(key.responder);
  }
  [[gnu::always_inline]] void fetch_then(const ConversationKey& key) const {
    for (const IpAddress* address : {&key.initiator, &key.responder}) {
      const std::uint32_t number = numbers_.probable(*address);
      if (number < addresses_.size()) __builtin_prefetch(&addresses_[number]);
    }
  }

  // Numbers of parties in the JudgedConversations.
  std::uint32_t initiator(const ConversationKey& key, const ConversationFacts& facts);
  std::uint32_t responder(const ConversationKey& key, const ConversationFacts& facts);

 private:
  static constexpr std::uint32_t kNotYet = 0xffffffff;
  // As initiator, to one host or to all; as responder, by the state of the name, to one host or to all. A
  // responder has as many again where DNS questions were not mirrored, which matters only if it has names.
  static constexpr std::size_t kVariants = 2 + 2 * kNameStateNames.size();
  using NameEntry = const Names::value_type*;
  struct Address {
    std::array<std::uint32_t, kVariants> parties;  // parties without any names
    std::uint32_t names{0};                        // index into `named_`, from 1; 0 if no name is known
  };
  // All that a party with names depends on: its address, the variant, which of the address's names it had at
  // the time (see names_held), and the name that the connection gave.
  using NamedVariant = std::tuple<std::uint32_t, std::size_t, std::uint64_t, SharedText>;

  Address& address_of(const IpAddress& address, std::uint32_t number);
  // A number for the set of names held between the conversation's first and last packet. For one address,
  // equal sets have equal numbers.
  [[nodiscard]] std::uint64_t names_held(const std::vector<NameEntry>& names, const ConversationFacts& facts);
  template <typename Make>
  std::uint32_t party_of(const IpAddress& address, std::size_t variant, const SharedText& name,
                         const ConversationFacts& facts, Make make);

  const Parties& parties_;
  const Names& names_;
  const std::vector<OneWayMirror>& mirrors_;
  JudgedConversations& judged_;
  AddressNumbers numbers_;
  std::vector<Address> addresses_;
  std::vector<std::vector<NameEntry>> named_;
  std::map<NamedVariant, std::uint32_t> with_names_;
  std::map<std::vector<std::uint64_t>, std::uint64_t> sets_held_;  // for addresses with more than 64 names
};

}  // namespace portproof
