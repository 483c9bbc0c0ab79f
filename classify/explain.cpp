#include "classify/explain.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "catalog/nearest.hpp"

namespace portproof {
namespace {

constexpr std::string_view kRolePrefix = "role:";
constexpr std::string_view kHostPrefix = "host:";

// The text without the prefix; nothing if it does not begin with it.
std::optional<std::string_view> without_prefix(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

Party party_of_role(RoleId role, const RoleTable& table) {
  Party party;
  party.roles = table.held_by(role);
  party.listed = true;
  party.outside = table.at(role).kind == RoleKind::cloud;
  return party;
}

// The ends of [[allow]] entries that all addresses of the host are.
NamedEndSet named_ends_of(const Inventory& inventory, const Host& host) {
  NamedEndSet ends;
  const auto number = static_cast<std::size_t>(&host - inventory.hosts.data());
  for (std::uint32_t index = 0; index < inventory.named_ends.size(); ++index) {
    const NamedEnd& end = inventory.named_ends[index];
    const bool holds_all =
        end.address && !host.addresses.empty() &&
        std::all_of(host.addresses.begin(), host.addresses.end(), [&end](const AddressBlock& block) {
          return end.address->contains(block.first) && end.address->contains(block.last);
        });
    if (holds_all || end.host == number) ends.insert(index);
  }
  return ends;
}

Party party_of_host(const Inventory& inventory, const Host& host) {
  Party party;
  if (!host.addresses.empty()) party.address = host.addresses.front().first;
  party.host = host.name;
  party.hosts.push_back(static_cast<std::size_t>(&host - inventory.hosts.data()));
  party.names = host.names;
  std::sort(party.names.begin(), party.names.end());
  party.named = !party.names.empty();
  party.roles = host.roles;
  party.named_ends = named_ends_of(inventory, host);
  party.listed = true;
  party.outside = inventory.has_internal && !host.addresses.empty() && !inventory.is_inside(party.address);
  return party;
}

tl::unexpected<Error> unknown_end(std::string_view text, const Inventory* inventory, const RoleTable& table) {
  std::vector<std::string_view> words;
  for (const Role& role : table.roles()) words.emplace_back(role.id);
  if (inventory != nullptr) {
    for (const Host& host : inventory->hosts) words.emplace_back(host.name);
  }
  return fail(ErrorKind::usage, in_quotes(text) + " is not an address, a role or a host in the inventory" +
                                    did_you_mean(text, words));
}

// All that the text may mean: an address, or a role, a host or both.
Expected<std::vector<Party>> find_end(std::string_view text, const Catalog& catalog,
                                      const Inventory* inventory) {
  const RoleTable& table = inventory == nullptr ? catalog.roles : inventory->roles;
  std::vector<Party> meant;
  if (const auto address = parse_ip_address(text)) {
    const Names no_names;
    meant.push_back(Parties(catalog, inventory, no_names).at(*address));
    return meant;
  }
  const auto only_role = without_prefix(text, kRolePrefix);
  const auto only_host = without_prefix(text, kHostPrefix);
  if (const auto role = only_host ? std::nullopt : table.find(only_role.value_or(text))) {
    meant.push_back(party_of_role(*role, table));
  }
  if (inventory != nullptr && !only_role) {
    const Host* const host = inventory->find_host(only_host.value_or(text));
    if (host != nullptr) meant.push_back(party_of_host(*inventory, *host));
  }
  if (meant.empty()) return unknown_end(text, inventory, table);
  return meant;
}

bool is_same_answer(const Explanation& left, const Explanation& right) {
  return left.question.initiator.roles == right.question.initiator.roles &&
         left.question.responder.roles == right.question.responder.roles &&
         left.judgement.verdict == right.judgement.verdict &&
         left.judgement.reason == right.judgement.reason && left.judgement.rules == right.judgement.rules &&
         left.judgement.qualifiers == right.judgement.qualifiers;
}

// Sorts every rule of the book into the list where it belongs.
void sort_rules(Explanation& explanation, const RuleBook& book) {
  const Question& question = explanation.question;
  const Identity& from = question.initiator;
  const Identity& to = question.responder;
  for (const BookedRule& booked : book.all()) {
    const bool on_port = booked.rule->covers(question.transport, question.port);
    const bool both_ways = !has_direction(question.transport);
    const bool fits = booked.fits(from, to) || (both_ways && booked.fits(to, from));
    if (booked.rule->deny) {
      if (on_port && fits) explanation.denying.push_back(&booked);
    } else if (on_port && fits) {
      explanation.documenting.push_back(&booked);
    } else if (on_port && booked.fits(to, from)) {
      explanation.reversed.push_back(&booked);
    } else if (on_port && !booked.is_broad_on(question.transport, question.port)) {
      explanation.on_port.push_back(&booked);
    } else if (fits && !on_port) {
      explanation.between.push_back(&booked);
    }
  }
}

Explanation explain_between(Party from, Party to, const ExplainRequest& request, const RoleTable& roles,
                            bool has_inventory, const RuleBook& book) {
  Explanation explanation;
  Question& question = explanation.question;
  question.initiator = std::move(from);
  question.responder = std::move(to);
  question.transport = request.transport;
  question.port = has_ports(request.transport) ? request.port : std::uint16_t{0};
  question.application = request.application;
  question.basis = request.transport == Transport::icmp ? DirectionBasis::icmp
                   : has_direction(request.transport)   ? DirectionBasis::syn
                                                        : DirectionBasis::first_packet;
  question.has_inventory = has_inventory;
  explanation.judgement = judge(question, book, roles);
  sort_rules(explanation, book);
  return explanation;
}

}  // namespace

Expected<std::vector<Explanation>> explain(const ExplainRequest& request, const Catalog& catalog,
                                           const Inventory* inventory, const RuleBook& book) {
  const auto initiators = find_end(request.from, catalog, inventory);
  if (!initiators) return tl::unexpected(initiators.error());
  const auto responders = find_end(request.to, catalog, inventory);
  if (!responders) return tl::unexpected(responders.error());
  const RoleTable& roles = inventory == nullptr ? catalog.roles : inventory->roles;
  std::vector<Explanation> explanations;
  for (const Party& from : *initiators) {
    for (const Party& to : *responders) {
      Explanation next = explain_between(from, to, request, roles, inventory != nullptr, book);
      const bool is_new =
          std::none_of(explanations.begin(), explanations.end(),
                       [&next](const Explanation& other) { return is_same_answer(other, next); });
      if (is_new) explanations.push_back(std::move(next));
    }
  }
  return explanations;
}

}  // namespace portproof
