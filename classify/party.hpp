// One end of a conversation as the estate sees it: which host it is, which roles it holds, and by what right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/evidence/conversation.hpp"
#include "capture/evidence/names.hpp"
#include "catalog/role.hpp"
#include "classify/address_index.hpp"
#include "classify/inventory.hpp"
#include "classify/name_index.hpp"

namespace portproof {

struct Party {
  IpAddress address;
  std::string host;                // name of the host line; several joined by ", "; empty where none names it
  std::vector<std::size_t> hosts;  // the same as indices into Inventory::hosts, ascending
  std::vector<std::string> names;  // known names, sorted: kMostNames of them, and the connection's own
  std::size_t names_omitted{0};    // those beyond them
  RoleSet roles;
  bool listed{false};  // a host line names it, by its addresses or by its names
  // Outside the estate: not in `internal`, or where the inventory gives none, neither private nor special.
  // Multicast, broadcast, link-local, loopback and unspecified addresses never are; nobody is with no
  // inventory.
  bool outside{false};
  bool default_only{false};  // has its roles by default only
  // A name, from the connection or from a DNS answer, is known for it. A name record of a capture file is
  // none that counts: it is listed in `names`, and proves nothing.
  bool named{false};
  bool name_claimed{false};   // some of its roles come only from a name that only the client claimed
  bool shared_domain{false};  // some of its roles come only from names under shared domains

  // Names that are listed. All count for the roles.
  static constexpr std::size_t kMostNames = 32;
};

// Gives addresses their roles: host lines by address (the most specific wins), then names, then defaults.
// With no inventory nobody has a role. Once made it never changes, so threads may share it; an answer costs
// two binary searches and a look-up a name, however many hosts the inventory has.
class Parties {
 public:
  // Borrows all three, which must outlive it and stay where they are. `inventory` may be null. `names` are
  // the names that the evidence has for addresses.
  Parties(const Catalog& catalog, const Inventory* inventory, const Names& names);

  [[nodiscard]] Party initiator(const ConversationKey& key, const ConversationFacts& facts) const;
  [[nodiscard]] Party responder(const ConversationKey& key, const ConversationFacts& facts) const;

  // The address by host lines and defaults alone: no connection, so no name.
  [[nodiscard]] Party at(const IpAddress& address) const;

  // Its roles only. For orienting flows.
  [[nodiscard]] RoleSet roles_of(const IpAddress& address) const;

  // The table that role ids of the parties index: the inventory's, or the catalog's.
  [[nodiscard]] const RoleTable& role_table() const;

  // Is it a private address that `internal` leaves out, and that therefore gets no default role?
  [[nodiscard]] static bool is_unclaimed_private(const Inventory& inventory, const IpAddress& address);

 private:
  // What names gave to an address, and how well each is founded.
  struct NamedRoles {
    RoleSet all;
    RoleSet proved;    // by a DNS answer
    RoleSet unshared;  // by a name that not anybody can get
  };
  // Sets the party's names to those that it had at any moment of the conversation, and answers those of them
  // that DNS gave: views into `names_`. Both sorted.
  std::vector<std::string_view> find_names(Party& party, const ConversationFacts& facts) const;
  void give_roles(Party& party, const std::vector<std::string_view>& in_dns, const ConversationKey& key,
                  const ConversationFacts& facts) const;
  void add_roles_by_address(Party& party) const;
  void add_roles_by_names(Party& party, const std::vector<std::string_view>& in_dns,
                          const ConversationKey* claim) const;
  void add_roles_of_name(NamedRoles& named, Party& party, std::string_view name, bool in_dns) const;
  void add_defaults(Party& party, bool broadcast) const;
  void name_hosts(Party& party) const;

  const Catalog& catalog_;
  const Inventory* inventory_;
  const Names& names_;
  AddressIndex addresses_;                // owners are indices of hosts
  NameIndex host_names_;                  // owners are indices of hosts
  NameIndex role_names_;                  // owners are roles of the catalog's patterns
  std::optional<RoleSet> broadcast_;      // what a broadcast destination holds besides
  std::optional<RoleSet> target_device_;  // what 0.0.0.0 holds; only where the inventory has such a host
};

}  // namespace portproof
