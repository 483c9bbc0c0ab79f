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
#include "classify/identity.hpp"

namespace portproof {

// A `[[host]]` entry: one host, or several alike.
struct Host {
  std::string name;
  std::vector<AddressBlock> addresses;
  std::vector<std::string> names;  // patterns (catalog/name_pattern.hpp)
  RoleSet roles;                   // groups and implied roles expanded
};

// One end that an [[allow]] or a waiver names: addresses, a host or roles. Exactly one of the three is set.
struct NamedEnd {
  std::string text;                     // as written
  std::optional<AddressBlock> address;  // for an address, a network or a range
  std::optional<std::size_t> host;      // index into Inventory::hosts
  RoleSet roles;                        // for a role; a group's members
};

// An `[[allow]]` entry: a rule of the site's own, whose ends may also be addresses and hosts.
struct Allow {
  Rule rule;  // system "site", source "[[allow]] ID"; `from` and `to` name roles by id, addresses and hosts
  Identity from;
  Identity to;
  std::size_t line{0};  // in the file
};

struct Waiver {
  std::string id;
  NamedEnd from;
  NamedEnd to;
  TransportSet transports;
  std::vector<PortRange> ports;
  bool any_port{false};
  std::string owner;
  std::string reason;
  std::string expires;   // the date as written
  Timestamp end;         // first nanosecond after its last day, UTC: in force while time < end
  std::string approver;  // optional keys of the same entry, kept for the report
  std::string ticket;
  std::size_t line{0};  // in the file
};

// `[catalog]`: the edition and the overlays that the site is held against, each only if the inventory says
// so.
struct WrittenCatalog {
  std::optional<std::string> edition;
  std::optional<std::vector<std::string>> overlays;
  std::size_t edition_line{0};  // in the file
  std::size_t overlays_line{0};
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
  WrittenCatalog catalog;
  std::map<std::string, std::string> versions;  // by system id
  Limits limits;
  RoleTable roles;                   // the catalog's and the site's own
  std::vector<Host> hosts;           // in file order
  std::vector<Allow> allows;         // in file order
  std::vector<NamedEnd> named_ends;  // the addresses and hosts that `allows` name, each once
  std::vector<Waiver> waivers;       // in file order

  [[nodiscard]] bool is_inside(const IpAddress& address) const;
  [[nodiscard]] const Host* find_host(std::string_view name) const;
};

// The text of an inventory file. Error: input_missing, no_permission or io.
Expected<std::string> read_inventory(const std::string& path);

// What the text of an inventory says under [catalog], before there is a catalog to read the rest with. Empty
// where it says nothing or has a fault there, which parse_inventory reports.
WrittenCatalog written_catalog(std::string_view text);

// Reads the text of an inventory and checks its role and system ids against the catalog. Every fault is an
// Error with file and line: unknown keys and roles, repeated ids, invalid addresses, waivers without owner,
// reason or expiry. The error is the first of them in the file; `path` is used in messages.
Expected<Inventory> parse_inventory(std::string_view text, const std::string& path, const Catalog& catalog);

// All the faults that make parse_inventory fail, by line. A text that is not valid TOML has one.
std::vector<Error> inventory_faults(std::string_view text, const std::string& path, const Catalog& catalog);

// read_inventory, then parse_inventory.
Expected<Inventory> load_inventory(const std::string& path, const Catalog& catalog);

}  // namespace portproof
