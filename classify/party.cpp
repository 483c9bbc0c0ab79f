#include "classify/party.hpp"

#include <algorithm>
#include <utility>

#include "capture/base/embedded_ipv4.hpp"

namespace portproof {
namespace {

constexpr std::string_view kTargetDeviceRole = "target-device";

// Addresses that belong to no host or to every host: they are neither inside the estate nor outside.
bool is_special(const IpAddress& written) {
  const IpAddress address = unmapped(written);
  return is_multicast(address) || is_broadcast(address) || is_link_local(address) || is_loopback(address) ||
         is_unspecified(address);
}

bool is_outside(const Inventory& inventory, const IpAddress& written) {
  const IpAddress address = unmapped(written);
  if (is_special(address)) return false;
  return inventory.has_internal ? !inventory.is_inside(address) : !is_private(address);
}

// A frame to the broadcast MAC address reaches the hosts of its link, whatever IP address it has. An address
// outside is none of them.
bool is_to_broadcast(const Inventory& inventory, const IpAddress& responder, const ConversationFacts& facts) {
  if (is_broadcast(responder)) return true;
  return facts.broadcasts == Broadcasts::all && !is_outside(inventory, responder);
}

AddressIndex index_host_addresses(const Inventory* inventory) {
  std::vector<AddressIndex::Entry> entries;
  if (inventory == nullptr) return {};
  for (std::size_t host = 0; host < inventory->hosts.size(); ++host) {
    for (const AddressBlock& block : inventory->hosts[host].addresses) {
      entries.push_back({block, static_cast<std::uint32_t>(host)});
    }
  }
  return AddressIndex(entries, AddressIndex::Owners::most_specific);
}

AddressIndex index_end_addresses(const Inventory* inventory) {
  std::vector<AddressIndex::Entry> entries;
  if (inventory == nullptr) return {};
  for (std::size_t end = 0; end < inventory->named_ends.size(); ++end) {
    const auto& block = inventory->named_ends[end].address;
    if (block) entries.push_back({*block, static_cast<std::uint32_t>(end)});
  }
  return AddressIndex(entries, AddressIndex::Owners::all);
}

// Do the roles in `all` add any that neither `founded` nor `by_address` has?
bool adds_to(RoleSet founded, const RoleSet& all, const RoleSet& by_address) {
  founded.insert(by_address);
  RoleSet together = founded;
  together.insert(all);
  return together != founded;
}

}  // namespace

Parties::Parties(const Catalog& catalog, const Inventory* inventory, const Names& names,
                 const Stations& stations, NameServers servers)
    : catalog_(catalog),
      inventory_(inventory),
      names_(names),
      servers_(std::move(servers)),
      addresses_(index_host_addresses(inventory)),
      end_addresses_(index_end_addresses(inventory)) {
  if (inventory_ == nullptr) return;
  stations_ = StationHosts(stations, addresses_);
  for (std::size_t end = 0; end < inventory_->named_ends.size(); ++end) {
    const auto& host = inventory_->named_ends[end].host;
    if (host) end_hosts_.emplace(*host, static_cast<std::uint32_t>(end));
  }
  const RoleTable& roles = inventory_->roles;
  for (std::size_t host = 0; host < inventory_->hosts.size(); ++host) {
    for (const std::string& pattern : inventory_->hosts[host].names) {
      host_names_.add(pattern, static_cast<std::uint32_t>(host));
    }
  }
  for (std::size_t role = 0; role < roles.roles().size(); ++role) {
    for (const std::string& pattern : roles.roles()[role].names) {
      role_names_.add(pattern, static_cast<std::uint32_t>(role));
    }
  }
  if (const auto role = roles.find(kBroadcastRole)) broadcast_ = roles.held_by(*role);
  if (const auto role = roles.find(kMulticastRole)) multicast_ = roles.held_by(*role);
  if (const auto role = roles.find(kTargetDeviceRole)) {
    const bool has_one = std::any_of(inventory_->hosts.begin(), inventory_->hosts.end(),
                                     [&](const Host& host) { return host.roles.contains(*role); });
    if (has_one) target_device_ = roles.held_by(*role);
  }
}

const RoleTable& Parties::role_table() const {
  return inventory_ == nullptr ? catalog_.roles : inventory_->roles;
}

bool Parties::is_unclaimed(const Inventory& inventory, const IpAddress& written) {
  const IpAddress address = unmapped(written);
  if (is_link_local(address)) return true;
  return inventory.has_internal && is_private(address) && !inventory.is_inside(address);
}

template <typename Make>
Party Parties::with_itself(Make make) const {
  Party party = make(Claims::believed);
  if (party.by_form) party.as_itself = std::make_shared<const Party>(make(Claims::ignored));
  return party;
}

Party Parties::initiator(const ConversationKey& key, const ConversationFacts& facts) const {
  return with_itself([&](Claims claims) { return initiator_with(claims, key, facts); });
}

Party Parties::responder(const ConversationKey& key, const ConversationFacts& facts,
                         Questions questions) const {
  return with_itself([&](Claims claims) { return responder_with(claims, key, facts, questions); });
}

Party Parties::at(const IpAddress& address) const {
  return with_itself([&](Claims claims) { return at_with(claims, address); });
}

Party Parties::initiator_with(Claims claims, const ConversationKey& key,
                              const ConversationFacts& facts) const {
  Party party;
  party.address = key.initiator;
  const DnsNames in_dns = find_names(party, facts, Questions::seen);
  party.named = !in_dns.asked.empty();
  if (inventory_ == nullptr) return party;
  add_roles_by_address(party, claims);
  add_roles_by_names(party, in_dns, nullptr);
  add_defaults(party, false);
  name_hosts(party);
  add_named_ends(party, claims);
  const bool to_broadcast = is_to_broadcast(*inventory_, key.responder, facts);
  const bool has_no_address = key.initiator.family == IpFamily::v4 && is_unspecified(key.initiator);
  if (target_device_ && to_broadcast && has_no_address) party.roles.insert(*target_device_);
  return party;
}

Party Parties::responder_with(Claims claims, const ConversationKey& key, const ConversationFacts& facts,
                              Questions questions) const {
  Party party;
  party.address = key.responder;
  const DnsNames in_dns = find_names(party, facts, questions);
  party.named = !in_dns.asked.empty() || !in_dns.unasked.empty() || key.name_state != NameState::unseen;
  if (inventory_ != nullptr) give_roles(party, in_dns, key, facts, claims);
  if (key.name_state == NameState::given) {
    const std::string_view name = key.name.view();
    const auto index = std::lower_bound(party.names.begin(), party.names.end(), name);
    if (index == party.names.end() || *index != name) party.names.emplace(index, name);
  }
  return party;
}

void Parties::give_roles(Party& party, const DnsNames& in_dns, const ConversationKey& key,
                         const ConversationFacts& facts, Claims claims) const {
  add_roles_by_address(party, claims);
  add_roles_by_names(party, in_dns, &key);
  const bool broadcast = is_to_broadcast(*inventory_, key.responder, facts);
  add_defaults(party, broadcast);
  name_hosts(party);
  add_named_ends(party, claims);
  add_group_roles(party, broadcast);
}

Party Parties::at_with(Claims claims, const IpAddress& address) const {
  Party party;
  party.address = address;
  if (inventory_ == nullptr) return party;
  add_roles_by_address(party, claims);
  add_defaults(party, is_broadcast(address));
  name_hosts(party);
  add_named_ends(party, claims);
  add_group_roles(party, is_broadcast(address));
  return party;
}

Identity Parties::identity_of(const IpAddress& address) const {
  return at(address);
}

// A name may appear several times in a row, once per source.
Parties::DnsNames Parties::find_names(Party& party, const ConversationFacts& facts,
                                      Questions questions) const {
  DnsNames in_dns;
  std::string_view before;
  for (auto known = names_.lower_bound(NameRef{party.address, {}, NameSource::dns});
       known != names_.end() && known->first.address == party.address; ++known) {
    NameSource source = known->first.source;
    if (source == NameSource::dns && !servers_.are_believed(known->first.server))
      source = NameSource::unasked;
    if (source == NameSource::unasked && questions == Questions::seen) continue;
    if (!holds_between(known->second, facts.first, facts.last)) continue;
    const std::string_view name = known->first.name;
    if (name != before && party.names.size() < Party::kMostNames) {
      party.names.emplace_back(name);
    } else if (name != before) {
      ++party.names_omitted;
    }
    before = name;
    if (source == NameSource::dns) in_dns.asked.push_back(name);
    if (source == NameSource::unasked) in_dns.unasked.push_back(name);
  }
  return in_dns;
}

void Parties::add_roles_by_address(Party& party, Claims claims) const {
  party.outside = is_outside(*inventory_, party.address);
  std::span<const std::uint32_t> hosts = host_lines_of(party.address);
  std::vector<std::uint32_t> claimed;
  if (hosts.empty()) {
    hosts = stations_.hosts_of(party.address);
    party.by_station = !hosts.empty();
    party.may_be_listed = hosts.empty() && stations_.may_have_router(party.address);
    party.on_link = is_loopback(unmapped(party.address)) && stations_.has_station(party.address);
  }
  if (hosts.empty() && claims == Claims::believed) {
    claimed = hosts_claimed_by(party.address);
    hosts = claimed;
    party.by_form = !hosts.empty();
  }
  for (const std::uint32_t host : hosts) {
    party.hosts.push_back(host);
    party.roles.insert(inventory_->hosts[host].roles);
  }
  party.listed = !party.hosts.empty();
}

// Another notation of an IPv4 address is that host, if the address has no entry itself.
std::span<const std::uint32_t> Parties::host_lines_of(const IpAddress& address) const {
  const auto owners = addresses_.owners_of(address);
  const auto inner = owners.empty() ? ipv4_notation(address) : std::nullopt;
  return inner ? addresses_.owners_of(*inner) : owners;
}

std::vector<std::uint32_t> Parties::hosts_claimed_by(const IpAddress& address) const {
  std::vector<std::uint32_t> hosts;
  const auto add = [&hosts](std::span<const std::uint32_t> more) {
    hosts.insert(hosts.end(), more.begin(), more.end());
  };
  for (const IpAddress& inner : claimed_ipv4(address)) add(addresses_.owners_of(inner));
  add(stations_.hosts_of_mac_within(address));
  std::sort(hosts.begin(), hosts.end());
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  return hosts;
}

// Inside, only DNS gives roles, because a client can claim any name. Outside, the connection's name decides
// if it gave one, even one that was not kept, because an address of a cloud provider serves many names.
// `claim` is the conversation whose responder the party is.
void Parties::add_roles_by_names(Party& party, const DnsNames& in_dns, const ConversationKey* claim) const {
  const RoleSet by_address = party.roles;
  NamedRoles named;
  if (claim == nullptr || !party.outside || claim->name_state < NameState::other) {
    for (const std::string_view name : in_dns.asked) {
      add_roles_of_name(named, party, name, NameBasis::asked);
    }
    for (const std::string_view name : in_dns.unasked) {
      if (party.outside) add_roles_of_name(named, party, name, NameBasis::unasked);
    }
  } else if (claim->name_state == NameState::given) {
    const std::string_view name = claim->name.view();
    const bool proved = std::binary_search(in_dns.asked.begin(), in_dns.asked.end(), name);
    add_roles_of_name(named, party, name, proved ? NameBasis::asked : NameBasis::claimed);
  }
  party.roles.insert(named.all);
  party.name_claimed = adds_to(named.proved, named.all, by_address);
  party.shared_domain = adds_to(named.unshared, named.all, by_address);
  party.unasked_name = adds_to(named.asked, named.all, by_address);
}

void Parties::add_roles_of_name(NamedRoles& named, Party& party, std::string_view name,
                                NameBasis basis) const {
  const auto give = [&](const RoleSet& roles, std::string_view pattern) {
    named.all.insert(roles);
    if (basis != NameBasis::claimed) named.proved.insert(roles);
    if (basis != NameBasis::unasked) named.asked.insert(roles);
    if (!is_shared_domain(pattern, name)) named.unshared.insert(roles);
  };
  if (is_special(party.address)) return;
  // A host entry that lists an inside address says all that it is. DNS makes it no other host.
  const auto entries = party.outside ? std::span<const std::uint32_t>{} : host_lines_of(party.address);
  for (const NameIndex::Match& match : host_names_.matches(name)) {
    if (!entries.empty() && std::find(entries.begin(), entries.end(), match.owner) == entries.end()) continue;
    give(inventory_->hosts[match.owner].roles, match.pattern);
    party.hosts.push_back(match.owner);
    party.listed = true;
  }
  if (!party.outside || party.by_station || party.by_form || !host_lines_of(party.address).empty()) return;
  for (const NameIndex::Match& match : role_names_.matches(name)) {
    give(inventory_->roles.held_by(static_cast<RoleId>(match.owner)), match.pattern);
  }
}

// What is not one host but all of a link, or all that listen.
void Parties::add_group_roles(Party& party, bool broadcast) const {
  if (broadcast && broadcast_) party.roles.insert(*broadcast_);
  if (is_multicast(unmapped(party.address)) && multicast_) party.roles.insert(*multicast_);
}

void Parties::add_defaults(Party& party, bool broadcast) const {
  if (party.listed || !party.roles.empty() || broadcast || is_special(party.address)) return;
  if (!inventory_->has_internal || is_unclaimed(*inventory_, party.address)) return;
  party.roles = party.outside ? inventory_->external_roles : inventory_->internal_roles;
  party.default_only = !party.roles.empty();
}

// A host is one that an entry of the inventory decides, so this comes after all that finds hosts.
void Parties::add_named_ends(Party& party, Claims claims) const {
  const auto add = [&party, this](const IpAddress& address) {
    const auto ends = end_addresses_.owners_of(address);
    for (const std::uint32_t end : ends) party.named_ends.insert(end);
    return !ends.empty();
  };
  add(party.address);
  if (const auto inner = ipv4_notation(party.address)) add(*inner);
  if (claims == Claims::believed) {
    for (const IpAddress& inner : claimed_ipv4(party.address)) party.by_form = add(inner) || party.by_form;
  }
  if (end_hosts_.empty()) return;
  for (const std::size_t host : party.hosts) {
    const auto named = end_hosts_.find(host);
    if (named != end_hosts_.end()) party.named_ends.insert(named->second);
  }
}

void Parties::name_hosts(Party& party) const {
  std::sort(party.hosts.begin(), party.hosts.end());
  party.hosts.erase(std::unique(party.hosts.begin(), party.hosts.end()), party.hosts.end());
  for (const std::size_t host : party.hosts) {
    if (!party.host.empty()) party.host += ", ";
    party.host += inventory_->hosts[host].name;
  }
}

}  // namespace portproof
