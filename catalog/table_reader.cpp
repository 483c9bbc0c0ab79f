#include "catalog/table_reader.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include "catalog/nearest.hpp"

namespace portproof {
namespace {

const TomlMember* member(const TomlValue& table, std::string_view key) {
  const auto found = std::find_if(table.members.begin(), table.members.end(),
                                  [key](const TomlMember& candidate) { return candidate.key == key; });
  return found == table.members.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Fault> FaultList::sorted() const {
  std::vector<Fault> sorted = faults_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Fault& a, const Fault& b) {
    return std::tie(a.file, a.line) < std::tie(b.file, b.line);
  });
  return sorted;
}

TableReader::TableReader(const TomlValue& table, std::size_t file, std::string title, FaultList& faults)
    : table_(table), file_(file), title_(std::move(title)), faults_(faults) {}

std::size_t TableReader::line_of(std::string_view key) const {
  const TomlMember* const found = member(table_, key);
  return found == nullptr || found->value.line == 0 ? table_.line : found->value.line;
}

const TomlValue* TableReader::find(std::string_view key) {
  asked_.push_back(key);
  const TomlMember* const found = member(table_, key);
  return found == nullptr ? nullptr : &found->value;
}

const TomlValue* TableReader::find(std::string_view key, TomlValue::Kind kind) {
  const TomlValue* const value = find(key);
  if (value == nullptr || value->kind == kind) return value;
  refuse(key, in_quotes(key) + " in " + title_ + " must be " + std::string(description(kind)) + ", not " +
                  std::string(description(value->kind)));
  return nullptr;
}

void TableReader::refuse(std::string_view key, std::string what) {
  faults_.add(file_, line_of(key), std::move(what));
}

void TableReader::refuse(const PlacedText& text, std::string what) {
  faults_.add(file_, text.line, std::move(what));
}

void TableReader::refuse_missing(std::string_view key) {
  // A key of the wrong type has been reported already.
  if (member(table_, key) == nullptr) refuse(key, title_ + " has no " + in_quotes(key));
}

std::string TableReader::required_text(std::string_view key) {
  const TomlValue* const value = find(key, TomlValue::Kind::text);
  if (value == nullptr) {
    refuse_missing(key);
    return {};
  }
  if (value->text.empty()) refuse(key, in_quotes(key) + " in " + title_ + " is empty");
  return value->text;
}

std::string TableReader::text(std::string_view key) {
  const TomlValue* const value = find(key, TomlValue::Kind::text);
  return value == nullptr ? std::string{} : value->text;
}

std::string TableReader::date(std::string_view key) {
  const TomlMember* const found = member(table_, key);
  if (found == nullptr || found->value.kind != TomlValue::Kind::date) return text(key);
  asked_.push_back(key);
  return found->value.text;
}

bool TableReader::flag(std::string_view key, bool otherwise) {
  const TomlValue* const value = find(key, TomlValue::Kind::boolean);
  return value == nullptr ? otherwise : value->truth;
}

std::size_t TableReader::count(std::string_view key) {
  const TomlValue* const value = find(key, TomlValue::Kind::number);
  if (value == nullptr) return 0;
  std::uint32_t count = 0;
  const char* const end = value->text.data() + value->text.size();
  const auto [stop, fault] = std::from_chars(value->text.data(), end, count);
  if (fault == std::errc{} && stop == end && count > 0) return count;
  refuse(key, in_quotes(key) + " in " + title_ + " must be a whole number from 1 up, not " + value->text);
  return 0;
}

std::vector<PlacedText> TableReader::texts(std::string_view key) {
  std::vector<PlacedText> texts;
  const TomlValue* const array = find(key, TomlValue::Kind::array);
  if (array == nullptr) return texts;
  for (const TomlValue& item : array->items) {
    if (item.kind == TomlValue::Kind::text) {
      texts.push_back({item.text, item.line});
    } else {
      faults_.add(file_, item.line,
                  in_quotes(key) + " in " + title_ + " must contain quoted strings, not " +
                      std::string(description(item.kind)));
    }
  }
  return texts;
}

std::vector<PlacedText> TableReader::required_texts(std::string_view key) {
  refuse_missing(key);
  return texts(key);
}

bool TableReader::is_empty_array(std::string_view key) const {
  const TomlMember* const found = member(table_, key);
  return found != nullptr && found->value.kind == TomlValue::Kind::array && found->value.items.empty();
}

std::optional<TableReader> TableReader::table(std::string_view key, std::string title) {
  const TomlValue* const value = find(key, TomlValue::Kind::table);
  if (value == nullptr) return std::nullopt;
  return TableReader(*value, file_, std::move(title), faults_);
}

std::vector<TableReader> TableReader::tables(std::string_view key, std::string_view title) {
  std::vector<TableReader> readers;
  const TomlValue* const value = find(key);
  if (value == nullptr) return readers;
  if (value->kind != TomlValue::Kind::array) {
    refuse(key, "write " + std::string(title) + ", with two brackets: there can be several");
    return readers;
  }
  for (const TomlValue& item : value->items) {
    if (item.kind == TomlValue::Kind::table) {
      readers.push_back(TableReader(item, file_, std::string(title), faults_));
    } else {
      faults_.add(file_, item.line, in_quotes(key) + " must contain tables: write " + std::string(title));
    }
  }
  return readers;
}

void TableReader::refuse_other_keys() {
  for (const TomlMember& candidate : table_.members) {
    if (std::find(asked_.begin(), asked_.end(), candidate.key) != asked_.end()) continue;
    refuse(candidate.key,
           "unknown key " + in_quotes(candidate.key) + " in " + title_ + did_you_mean(candidate.key, asked_));
  }
}

}  // namespace portproof
