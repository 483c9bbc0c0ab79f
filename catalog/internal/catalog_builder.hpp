// Turns the parsed files of a catalog into a Catalog. Files are added one by one: first that of an edition
// that changes another one, if there is one, then those of that edition, then those of overlays. References
// between them are resolved at the end, because a rule may name a role of a later file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "catalog/internal/edition_changes.hpp"
#include "catalog/table_reader.hpp"

namespace portproof {

class CatalogBuilder {
 public:
  // Borrows both: they must outlive the builder. `file_names` are for messages.
  CatalogBuilder(const std::vector<std::string>& file_names, FaultList& faults);

  // Reads the file with this index.
  void add(const TomlValue& root, std::size_t file);

  // In which order a file must be added.
  enum class Turn : std::uint8_t { changes, edition, overlay };
  static Turn turn_of(const TomlValue& root);

  // The catalog, without its hash. Valid only if the list of faults is empty afterwards.
  Catalog finish();

 private:
  struct Place {
    std::size_t file{0};
    std::size_t line{0};
  };
  enum class Target : std::uint8_t { role, member, implied, document, system };
  // A word that must be the id of something once all files are read.
  struct Reference {
    Target target;
    std::string word;
    std::string owner;
    Place place;
  };
  struct PlacedId {
    std::string id;
    Place place;
  };

  void read_edition(TableReader edition);
  void read_overlay(TableReader overlay);
  void read_document(TableReader reader);
  void read_system(TableReader reader);
  void read_role(TableReader reader);
  void read_rule(TableReader reader);
  void read_rules(const TomlValue& root, TableReader& reader);
  void read_remark(TableReader reader);

  void read_ports(TableReader& reader, Rule& rule);
  void read_transports(TableReader& reader, Rule& rule);
  std::vector<std::string> read_roles(TableReader& reader, std::string_view key, const Rule& rule);
  static std::vector<std::string> read_some(TableReader& reader, std::string_view key,
                                            std::string_view all_key, const std::vector<std::string>& all);
  std::optional<VersionBound> read_bound(TableReader& reader, std::string_view key, const Rule& rule);

  std::string read_id(TableReader& reader, std::vector<PlacedId>& taken);
  void note_id(TableReader& reader, const std::string& id, std::vector<PlacedId>& taken);
  void add_document(TableReader& reader, Document document);
  void add_role(TableReader& reader, Role role);
  std::string read_document_id(TableReader& reader);
  std::string read_system_id(TableReader& reader, std::string_view key);
  void refer(Target target, const std::vector<PlacedText>& words, std::string_view owner, std::size_t file);
  void follow(const Reference& reference);
  void refuse_contradictions();

  const std::vector<std::string>& file_names_;
  FaultList& faults_;
  Catalog catalog_;
  EditionChanges changes_;
  std::vector<Reference> references_;
  std::vector<PlacedId> editions_, documents_, systems_, roles_, rules_;
  std::string overlay_;  // that the file being read is of; empty for a file of the edition
  std::string system_;   // of the file being read; empty if it has no [system]; an overlay is its own
  std::string default_document_;  // likewise
};

}  // namespace portproof
