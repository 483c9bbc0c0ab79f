#include "classify/discover/contacts.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "capture/evidence/settle.hpp"
#include "classify/judgements.hpp"

namespace portproof {
namespace {

bool takes_part(const IpAddress& address) {
  return !is_multicast(address) && !is_loopback(address) && !is_link_local(address) &&
         !(is_unspecified(address) && address.family == IpFamily::v6);
}

Place place_of(const IpAddress& address, const Inventory* inventory) {
  if (is_broadcast(address)) return Place::broadcast;
  if (inventory != nullptr && inventory->has_internal && inventory->is_inside(address)) return Place::inside;
  return is_private(address) || is_unspecified(address) ? Place::inside : Place::outside;
}

// Does the conversation say anything about roles? The catalog knows no other transports, and what a tunnel
// carries speaks for itself.
bool shows_roles(const ConversationKey& key, const ConversationFacts& facts) {
  return is_common(transport_of(key)) && !facts.carries;
}

// Does the conversation show a service in use? A recognised application is enough if only one direction was
// mirrored.
bool is_contact(const ConversationKey& key, const ConversationFacts& facts) {
  if (facts.state == FlowState::refused || facts.state == FlowState::attempted) {
    return needs_no_answer(key.application) && key.protocol == kProtocolUdp;
  }
  if (facts.answered) return true;
  return is_identified(key.application) && (key.protocol == kProtocolTcp || needs_no_answer(key.application));
}

using Service = std::tuple<std::uint32_t, std::uint32_t, Transport, std::uint16_t, Application>;

void insert_name(std::vector<std::string>& names, std::string_view name) {
  const auto place = std::lower_bound(names.begin(), names.end(), name);
  if (place == names.end() || *place != name) names.emplace(place, name);
}

void add_to(Contact& contact, const ConversationKey& key, const ConversationFacts& facts) {
  constexpr std::size_t kNames = 16;
  if (contact.sessions == 0 || facts.first_frame < contact.first_frame) {
    contact.first_frame = facts.first_frame;
  }
  contact.kinds |= facts.kinds;
  contact.request_seen = contact.request_seen || key.name_state != NameState::unseen;
  contact.both_spoke = contact.both_spoke || facts.answered;
  contact.firm = contact.firm || facts.basis <= DirectionBasis::first_packet_after_run;
  contact.sessions += facts.sessions;
  if (key.name_state == NameState::given && contact.names.size() < kNames) {
    insert_name(contact.names, key.name.view());
  }
}

class Builder {
 public:
  Builder(const Conversations& conversations, const Inventory* inventory)
      : conversations_(conversations), inventory_(inventory) {}

  Contacts build() {
    number_hosts();
    for (const auto& [key, facts] : conversations_) add(key, facts);
    find_scanners();
    for (auto& [service, contact] : services_) {
      if (contacts_.hosts[contact.initiator].scanner) continue;
      take_what_was_asked(contact);
      const auto index = static_cast<std::uint32_t>(contacts_.contacts.size());
      contacts_.hosts[contact.initiator].ends.push_back({index, false});
      contacts_.hosts[contact.responder].ends.push_back({index, true});
      contacts_.contacts.push_back(std::move(contact));
    }
    return std::move(contacts_);
  }

 private:
  void number_hosts() {
    std::set<IpAddress> addresses;
    for (const auto& [key, facts] : conversations_) {
      if (!shows_roles(key, facts) || !takes_part(key.initiator) || !takes_part(key.responder)) continue;
      addresses.insert(key.initiator);
      addresses.insert(key.responder);
    }
    for (const IpAddress& address : addresses) {
      ContactHost host;
      host.address = address;
      host.place = place_of(address, inventory_);
      contacts_.hosts.push_back(std::move(host));
    }
  }

  void add(const ConversationKey& key, const ConversationFacts& facts) {
    if (!shows_roles(key, facts)) return;
    const Transport transport = transport_of(key);
    const auto initiator = contacts_.find(key.initiator);
    const auto responder = contacts_.find(key.responder);
    if (!initiator || !responder || key.initiator == key.responder) return;
    if (facts.broadcasts == Broadcasts::all) contacts_.hosts[*responder].place = Place::broadcast;
    if (key.name_state == NameState::given) {
      std::vector<std::string>& names = contacts_.hosts[*responder].names;
      constexpr std::size_t kNames = 64;
      if (names.size() < kNames) insert_name(names, key.name.view());
    }
    if (!is_contact(key, facts)) {
      if (transport != Transport::icmp) knocks_[*initiator].insert({*responder, key.port});
      if (is_identified(key.application)) {
        asked_[{*initiator, *responder, transport, key.port}] = key.application;
      }
      return;
    }
    if (transport == Transport::tcp && facts.answered) doors_[{*initiator, *responder}].insert(key.port);
    Contact& contact = services_[{*initiator, *responder, transport, key.port, key.application}];
    contact.initiator = *initiator;
    contact.responder = *responder;
    contact.transport = transport;
    contact.port = key.port;
    contact.application = key.application;
    add_to(contact, key, facts);
  }

  // A request that is answered from another port (TFTP) is a flow of its own, and only that flow shows the
  // application.
  void take_what_was_asked(Contact& contact) const {
    if (is_identified(contact.application)) return;
    const auto asked = asked_.find({contact.initiator, contact.responder, contact.transport, contact.port});
    if (asked != asked_.end()) contact.application = asked->second;
  }

  void find_scanners() {
    for (const auto& [initiator, doors] : knocks_) {
      contacts_.hosts[initiator].knocked = doors.size();
      if (doors.size() >= kScannedDoors) contacts_.hosts[initiator].scanner = true;
    }
    // Ephemeral ports do not count: two hosts that use RPC use many of them.
    for (const auto& [pair, ports] : doors_) {
      const auto low = std::count_if(ports.begin(), ports.end(),
                                     [](std::uint16_t port) { return port < kFirstEphemeralPort; });
      if (static_cast<std::size_t>(low) >= kScannedDoors) contacts_.hosts[pair.first].scanner = true;
    }
  }

  const Conversations& conversations_;
  const Inventory* inventory_;
  Contacts contacts_;
  std::map<Service, Contact> services_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, Transport, std::uint16_t>, Application> asked_;
  std::map<std::uint32_t, std::set<std::pair<std::uint32_t, std::uint16_t>>> knocks_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<std::uint16_t>> doors_;
};

}  // namespace

std::optional<std::uint32_t> Contacts::find(const IpAddress& address) const {
  const auto found = std::lower_bound(
      hosts.begin(), hosts.end(), address,
      [](const ContactHost& host, const IpAddress& wanted) { return host.address < wanted; });
  if (found == hosts.end() || found->address != address) return std::nullopt;
  return static_cast<std::uint32_t>(found - hosts.begin());
}

Contacts contacts_of(const Evidence& evidence, const Inventory* inventory) {
  const Conversations conversations = settled_conversations(evidence, no_oracle);
  Contacts contacts = Builder(conversations, inventory).build();
  for (const auto& [key, interval] : evidence.names) {
    const auto host = contacts.find(key.address);
    constexpr std::size_t kNames = 64;
    if (host && contacts.hosts[*host].names.size() < kNames) {
      insert_name(contacts.hosts[*host].names, key.name);
    }
  }
  return contacts;
}

}  // namespace portproof
