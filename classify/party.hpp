// One end of a conversation: which host of the estate it is, which roles it holds, and on what grounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capture/evidence/conversation.hpp"
#include "capture/evidence/names.hpp"
#include "catalog/role.hpp"
#include "classify/address_index.hpp"
#include "classify/identity.hpp"
#include "classify/inventory.hpp"
#include "classify/name_index.hpp"
#include "classify/name_servers.hpp"
#include "classify/station_hosts.hpp"

namespace portproof {

// What rules look at is its Identity: its roles, and the ends of [[allow]] entries that it is.
struct Party : Identity {
  IpAddress address;
  std::string host;                // name of the host entry; several joined by ", "; empty if none matches
  std::vector<std::size_t> hosts;  // the same as indices into Inventory::hosts, ascending
  std::vector<std::string> names;  // known names, sorted: at most kMostNames, and the connection's own
  std::size_t names_omitted{0};    // number of names left out
  bool listed{false};              // a host entry matches it, by address or by name
  // Outside the estate: not in `internal`, or if the inventory has no `internal`, neither private nor
  // special. Multicast, broadcast, link-local, loopback and unspecified addresses are never outside. Without
  // an inventory nobody is.
  bool outside{false};
  bool default_only{false};  // has only default roles
  // A name is known for it, from the connection or from a DNS answer. A name record of a capture file does
  // not count: it is listed in `names` but proves nothing.
  bool named{false};
  bool name_claimed{false};   // some of its roles come only from a name that the client alone claimed
  bool shared_domain{false};  // some of its roles come only from names under shared domains
  bool unasked_name{false};   // some of its roles come only from DNS answers that nobody was seen to ask for
  bool by_station{false};     // its hosts were found by its link-layer station (classify/station_hosts.hpp)
  // Its hosts were found by the form of its address, which anybody can choose
  // (capture/base/embedded_ipv4.hpp): its roles bring it into scope, and document nothing. `as_itself` is
  // what it is without them; null for all others.
  bool by_form{false};
  std::shared_ptr<const Party> as_itself;
  // It may be a listed host: its station also sends for one, but for so many networks that it may be a
  // router.
  bool may_be_listed{false};
  bool on_link{false};  // a loopback address that a station sent from, which therefore is none

  // The most names listed. All names count for roles, listed or not.
  static constexpr std::size_t kMostNames = 32;
};

// Gives addresses their roles: by address from host entries (the most specific wins), or else by their
// station or by an IPv4 or MAC address within them, then by name, then by default. Without an inventory
// nobody has a role. Immutable once constructed, so threads may share it. A query costs two binary searches
// plus a look-up per name, however many hosts the inventory has.
class Parties {
 public:
  // Borrows catalog, inventory and names, which must outlive it and must not move. `inventory` may be null.
  // `names` and `stations` are those that the evidence has for addresses. Answers of other servers than
  // `servers` count like those that nobody asked for.
  Parties(const Catalog& catalog, const Inventory* inventory, const Names& names,
          const Stations& stations = {}, NameServers servers = {});

  [[nodiscard]] Party initiator(const ConversationKey& key, const ConversationFacts& facts) const;
  // Was the initiator's side of DNS not mirrored, so that its questions could not be seen? Then answers count
  // without them, outside the estate.
  enum class Questions : std::uint8_t { seen, unmirrored };
  [[nodiscard]] Party responder(const ConversationKey& key, const ConversationFacts& facts,
                                Questions questions = Questions::seen) const;

  // The address by host entries and defaults alone: without a connection there is no name.
  [[nodiscard]] Party at(const IpAddress& address) const;

  // Only what rules look at; for orienting flows.
  [[nodiscard]] Identity identity_of(const IpAddress& address) const;

  // The table that role ids of the parties index: the inventory's, or the catalog's.
  [[nodiscard]] const RoleTable& role_table() const;

  // Is it a link-local address, or a private one outside `internal`, which therefore gets no default role?
  [[nodiscard]] static bool is_unclaimed(const Inventory& inventory, const IpAddress& address);

  // Could this address, which no host entry covers, belong to one all the same, had stations not been left
  // out?
  [[nodiscard]] bool may_lack_hosts(const IpAddress& address) const {
    return stations_.may_lack_hosts(address);
  }

 private:
  // The roles that names gave to an address, and how well each is supported.
  struct NamedRoles {
    RoleSet all;
    RoleSet proved;    // by a DNS answer
    RoleSet unshared;  // by a name outside the shared domains
    RoleSet asked;     // by the connection, or by a DNS answer whose question was seen
  };
  // Names that DNS gave, as views into `names_`, sorted.
  struct DnsNames {
    std::vector<std::string_view> asked;
    std::vector<std::string_view> unasked;
  };
  // What an address claims by its form alone.
  enum class Claims : std::uint8_t { believed, ignored };
  // How a name is known.
  enum class NameBasis : std::uint8_t { claimed, asked, unasked };

  // Sets the party's names to all that it had at any time during the conversation, and returns the ones that
  // DNS gave. Unasked names are names only where questions were not mirrored.
  DnsNames find_names(Party& party, const ConversationFacts& facts, Questions questions) const;
  template <typename Make>
  [[nodiscard]] Party with_itself(Make make) const;
  [[nodiscard]] Party initiator_with(Claims claims, const ConversationKey& key,
                                     const ConversationFacts& facts) const;
  [[nodiscard]] Party responder_with(Claims claims, const ConversationKey& key,
                                     const ConversationFacts& facts, Questions questions) const;
  [[nodiscard]] Party at_with(Claims claims, const IpAddress& address) const;
  void give_roles(Party& party, const DnsNames& in_dns, const ConversationKey& key,
                  const ConversationFacts& facts, Claims claims) const;
  void add_roles_by_address(Party& party, Claims claims) const;
  void add_roles_by_names(Party& party, const DnsNames& in_dns, const ConversationKey* claim) const;
  void add_roles_of_name(NamedRoles& named, Party& party, std::string_view name, NameBasis basis) const;
  [[nodiscard]] std::span<const std::uint32_t> host_lines_of(const IpAddress& address) const;
  [[nodiscard]] std::vector<std::uint32_t> hosts_claimed_by(const IpAddress& address) const;
  void add_defaults(Party& party, bool broadcast) const;
  void add_group_roles(Party& party, bool broadcast) const;
  void name_hosts(Party& party) const;
  void add_named_ends(Party& party, Claims claims) const;

  const Catalog& catalog_;
  const Inventory* inventory_;
  const Names& names_;
  NameServers servers_;
  AddressIndex addresses_;  // owners are indices of hosts
  StationHosts stations_;
  NameIndex host_names_;                            // owners are indices of hosts
  NameIndex role_names_;                            // owners are roles of the catalog's patterns
  AddressIndex end_addresses_;                      // owners are indices into Inventory::named_ends
  std::map<std::size_t, std::uint32_t> end_hosts_;  // such an index, by index of the host
  std::optional<RoleSet> broadcast_;                // additional roles of a broadcast destination
  std::optional<RoleSet> multicast_;                // likewise of a multicast address
  std::optional<RoleSet> target_device_;            // roles of 0.0.0.0; only if the inventory has such a host
};

}  // namespace portproof
