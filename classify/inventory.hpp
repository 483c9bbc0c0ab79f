// The site's own file: which addresses and names hold which roles, which ports the site itself documents,
// what it accepts for a while, and how incomplete evidence may be. docs/use/inventory.md documents every key.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/error.hpp"
#include "capture/base/timestamp.hpp"
#include "catalog/catalog.hpp"
#include "classify/address_block.hpp"

namespace portproof {

// A `[[host]]` entry: one host, or several alike.
struct Host {
  std::string name;
  std::vector<AddressBlock> addresses;
  std::vector<std::string> names;  // patterns (catalog/name_pattern.hpp)
  RoleSet roles;                   // groups and implied roles expanded
};

// One end of a waiver: addresses, a host or roles. Exactly one of the three is set.
struct WaiverEnd {
  std::string text;                     // as written
  std::optional<AddressBlock> address;  // for an address, a network or a range
  std::optional<std::size_t> host;      // index into Inventory::hosts
  RoleSet roles;                        // for role:NAME; a group's members
};

struct Waiver {
  std::string id;
  WaiverEnd from;
  WaiverEnd to;
  TransportSet transports;
  std::vector<PortRange> ports;
  bool any_port{false};
  std::string owner;
  std::string reason;
  std::string expires;   // the date as written
  Timestamp end;         // first nanosecond after its last day, UTC: in force while time < end
  std::string approver;  // optional keys of the same entry, kept for the report
  std::string ticket;
};

// Shares (0 to 1) of packets or bytes that evidence may lack and still pass.
struct Limits {
  double lost_packets{0};
  double missed_bytes{0};
  double undecoded{0};
  double one_way{0};
};

struct Inventory {
  std::string path;
  std::string sha256;
  std::string site;
  bool has_internal{false};
  std::vector<AddressBlock> internal;
  RoleSet internal_roles;
  RoleSet external_roles;
  std::map<std::string, std::string> versions;  // by system id
  Limits limits;
  RoleTable roles;              // the catalog's and the site's own
  std::vector<Host> hosts;      // in file order
  std::vector<Rule> allows;     // in file order; system "site", source "[[allow]] ID"
  std::vector<Waiver> waivers;  // in file order

  [[nodiscard]] bool is_inside(const IpAddress& address) const;
  [[nodiscard]] const Host* find_host(std::string_view name) const;
};

// Reads an inventory and checks its role and system ids against the catalog. Every fault is an Error with
// file and line: unknown keys and roles, repeated ids, invalid addresses, waivers without owner, reason or
// expiry. If there are several faults, the first in the file is reported.
Expected<Inventory> load_inventory(const std::string& path, const Catalog& catalog);
Expected<Inventory> parse_inventory(std::string_view text, const std::string& path, const Catalog& catalog);

}  // namespace portproof
