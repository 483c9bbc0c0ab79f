// Reads one TOML table key by key and collects its faults. A key that nobody reads is a fault too: ignoring a
// misspelt key would change what a rule means.
//
//   TableReader reader(value, "[[rule]]", faults);
//   rule.purpose = reader.text("purpose");
//   rule.deny = reader.flag("deny", false);
//   reader.refuse_other_keys();
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/error.hpp"
#include "catalog/toml_value.hpp"

namespace portproof {

// In place of a file's index, for a fault that belongs to no file; sorts last.
inline constexpr std::size_t kNoFile = static_cast<std::size_t>(-1);

// A fault in one file, before it becomes an Error.
struct Fault {
  std::size_t file{kNoFile};  // index in the list of files
  std::size_t line{0};
  std::string what;
};

// The faults of a whole catalog, in the order they were found.
class FaultList {
 public:
  void add(std::size_t file, std::size_t line, std::string what) {
    faults_.push_back({file, line, on_one_line(std::move(what))});
  }
  [[nodiscard]] bool empty() const { return faults_.empty(); }

  // By file and line.
  [[nodiscard]] std::vector<Fault> sorted() const;

 private:
  std::vector<Fault> faults_;
};

// One text of an array, with its line.
struct PlacedText {
  std::string text;
  std::size_t line{0};
};

// Borrows the value and the list: both must outlive the reader.
class TableReader {
 public:
  // `title` is what messages call the table: "[system]", "[[rule]]".
  TableReader(const TomlValue& table, std::size_t file, std::string title, FaultList& faults);

  [[nodiscard]] std::size_t line() const { return table_.line; }
  [[nodiscard]] std::size_t file() const { return file_; }

  // The line of a key, or of the table if the key is absent.
  [[nodiscard]] std::size_t line_of(std::string_view key) const;

  // It is a fault if the key is absent or the text empty.
  std::string required_text(std::string_view key);

  // Empty if the key is absent.
  std::string text(std::string_view key);

  // Text or a date.
  std::string date(std::string_view key);

  bool flag(std::string_view key, bool otherwise);

  // A whole number from 1 up; 0 if the key is absent.
  std::size_t count(std::string_view key);

  // An array of texts; empty if the key is absent.
  std::vector<PlacedText> texts(std::string_view key);

  // The same, but the key is required.
  std::vector<PlacedText> required_texts(std::string_view key);

  // Is the key there, as an array of nothing? A key that is absent or of the wrong type is another fault.
  [[nodiscard]] bool is_empty_array(std::string_view key) const;

  // A table of its own, such as [system] or { product = "...", version = "..." }.
  std::optional<TableReader> table(std::string_view key, std::string title);

  // The tables of an array of tables, [[key]]; none if the key is absent.
  std::vector<TableReader> tables(std::string_view key, std::string_view title);

  // Adds the id to the title, so that messages name the rule.
  void call_it(std::string_view id) { title_ += " \"" + std::string(id) + "\""; }

  // Call this last: every key that was not read is a fault.
  void refuse_other_keys();

  // Reports a fault at the key's line, or at the table's.
  void refuse(std::string_view key, std::string what);

  // Reports a fault at a text of an array.
  void refuse(const PlacedText& text, std::string what);

 private:
  const TomlValue* find(std::string_view key);
  const TomlValue* find(std::string_view key, TomlValue::Kind kind);
  void refuse_missing(std::string_view key);

  const TomlValue& table_;
  std::size_t file_;
  std::string title_;
  FaultList& faults_;
  std::vector<std::string_view> asked_;
};

}  // namespace portproof
