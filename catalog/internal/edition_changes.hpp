// What an edition changes in the edition that it is based on: rules that it drops or changes, a document in
// place of another, rows that moved.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "catalog/table_reader.hpp"

namespace portproof {

// Does the table [edition] say so?
bool is_based_on_another(const TomlValue& edition);

class EditionChanges {
 public:
  // Reads [[change]] and [[drop]] of a file.
  void read(const TomlValue& root, TableReader& reader);

  // Reads the keys `replaces` and `moved` of a document.
  void note_replaced(TableReader& document, const std::string& id);

  // The table of a rule with the keys that a [[change]] gives; an empty table if the rule is dropped; nothing
  // if it stays as it is.
  std::optional<TomlValue> applied_to(const TomlValue& rule);

  // Points the citations of replaced documents to those in their place, and removes the former. A change of a
  // rule that is not there is a fault.
  void finish(Catalog& catalog, FaultList& faults) const;

 private:
  struct Change {
    TomlValue keys;  // those that replace the rule's; empty if the rule is dropped
    std::size_t file{0};
    bool drops{false};
    bool used{false};
  };
  struct Replacement {
    std::string document;  // in its place
    std::map<std::string, std::string> moved;
    std::size_t file{0};
    std::size_t line{0};
  };
  void add(TableReader& reader, const TomlValue& table, bool drops);

  std::map<std::string, Change> changes_;            // by id of the rule
  std::map<std::string, Replacement> replacements_;  // by id of the document that is replaced
};

}  // namespace portproof
