// Turns the parsed TOML of an inventory into an Inventory. The site's own roles are read first, so that their
// position in the file does not matter; waivers last, because they name hosts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/catalog.hpp"
#include "catalog/table_reader.hpp"
#include "classify/inventory.hpp"

namespace portproof {

// Reads the table [catalog] of an inventory.
WrittenCatalog read_written_catalog(TableReader& inventory);

class InventoryBuilder {
 public:
  // Borrows both: they must outlive the builder.
  InventoryBuilder(const Catalog& catalog, FaultList& faults);

  // The inventory, without its path and hash. Valid only if the list of faults is empty afterwards.
  Inventory build(const TomlValue& root);

 private:
  // One `[[...]]` table: as values, and as the reader that checks them.
  struct Entry {
    const TomlValue& value;
    TableReader reader;
  };
  using TakenIds = std::map<std::string, std::size_t, std::less<>>;  // line by id

  void read_site(const TomlValue& root, TableReader& reader);
  void read_versions(const TomlValue& root, TableReader& reader);
  void read_limits(const TomlValue& root, TableReader& reader);
  void read_role(TableReader& reader);
  void read_host(TableReader& reader);
  void read_allow(Entry& entry);
  void read_waiver(Entry& entry);

  std::vector<Entry> entries(const TomlValue& root, TableReader& reader, std::string_view key);
  std::vector<AddressBlock> read_addresses(TableReader& reader, std::string_view key);
  RoleSet read_held_roles(TableReader& reader, std::string_view key);
  std::vector<std::string> read_allow_ends(TableReader& reader, std::string_view key, Identity& ends);
  TransportSet read_transports(Entry& entry);
  void read_ports(TableReader& reader, const TransportSet& transports, std::vector<PortRange>& ports,
                  bool& any_port);
  NamedEnd read_waiver_end(TableReader& reader, std::string_view key);
  void read_expiry(TableReader& reader, Waiver& waiver);
  std::string read_reason(TableReader& reader, std::string_view key);
  std::string take_id(TableReader& reader, std::string_view key, TakenIds& taken);

  [[nodiscard]] std::optional<RoleId> find_role(const std::string& text, std::size_t line);
  [[nodiscard]] std::optional<NamedEnd> find_role_end(const PlacedText& text, std::string_view role);
  [[nodiscard]] std::optional<NamedEnd> find_host_end(const PlacedText& text, std::string_view host);
  [[nodiscard]] std::optional<NamedEnd> find_end(const PlacedText& text, bool bare_word_is_role);
  [[nodiscard]] std::string unknown_end(const std::string& text, bool bare_word_is_role) const;
  [[nodiscard]] std::uint32_t number_of(const NamedEnd& end);
  void refuse(std::size_t line, std::string what) { faults_.add(0, line, std::move(what)); }

  const Catalog& catalog_;
  FaultList& faults_;
  Inventory inventory_;
  TakenIds hosts_, allows_, waivers_, roles_;
  // Indices into Inventory::named_ends.
  std::map<std::pair<std::optional<AddressBlock>, std::optional<std::size_t>>, std::uint32_t> named_ends_;
};

}  // namespace portproof
