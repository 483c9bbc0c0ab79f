#include "classify/explain.hpp"

#include <algorithm>
#include <string_view>

#include "catalog/nearest.hpp"

namespace portproof {
namespace {

constexpr std::string_view kRolePrefix = "role:";

Party party_of_role(RoleId role, const RoleTable& table) {
  Party party;
  party.roles = table.held_by(role);
  party.listed = true;
  party.outside = table.at(role).kind == RoleKind::cloud;
  return party;
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

Expected<Party> find_end(std::string_view text, const Catalog& catalog, const Inventory* inventory) {
  const RoleTable& table = inventory == nullptr ? catalog.roles : inventory->roles;
  if (const auto address = parse_ip_address(text)) {
    const Names no_names;
    return Parties(catalog, inventory, no_names).at(*address);
  }
  const bool only_role = text.starts_with(kRolePrefix);
  const auto role = table.find(only_role ? text.substr(kRolePrefix.size()) : text);
  if (role) return party_of_role(*role, table);
  if (inventory != nullptr && !only_role) {
    if (const Host* const host = inventory->find_host(text)) return party_of_host(*inventory, *host);
  }
  return unknown_end(text, inventory, table);
}

// Sorts every rule of the book into the list where it belongs.
void sort_rules(Explanation& explanation, const RuleBook& book) {
  const Question& question = explanation.question;
  const RoleSet& from = question.initiator.roles;
  const RoleSet& to = question.responder.roles;
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
    } else if (on_port && !booked.broad) {
      explanation.on_port.push_back(&booked);
    } else if (fits && !on_port) {
      explanation.between.push_back(&booked);
    }
  }
}

}  // namespace

Expected<Explanation> explain(const ExplainRequest& request, const Catalog& catalog,
                              const Inventory* inventory, const RuleBook& book) {
  auto from = find_end(request.from, catalog, inventory);
  if (!from) return tl::unexpected(from.error());
  auto to = find_end(request.to, catalog, inventory);
  if (!to) return tl::unexpected(to.error());
  Explanation explanation;
  Question& question = explanation.question;
  question.initiator = std::move(*from);
  question.responder = std::move(*to);
  question.transport = request.transport;
  question.port = has_ports(request.transport) ? request.port : std::uint16_t{0};
  question.application = request.application;
  question.basis = request.transport == Transport::icmp ? DirectionBasis::icmp
                   : has_direction(request.transport)   ? DirectionBasis::syn
                                                        : DirectionBasis::first_packet;
  question.has_inventory = inventory != nullptr;
  explanation.judgement = judge(question, book, inventory == nullptr ? catalog.roles : inventory->roles);
  sort_rules(explanation, book);
  return explanation;
}

}  // namespace portproof
