// Helps to write JSON: arrays of values and of objects, and a whole document whose members and rows each
// stand on a line of their own, so that two can be compared line by line.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "capture/base/json_writer.hpp"

namespace portproof {

// Writes a member of the current object that is an array: `write(json, item)` writes the value of each item.
template <typename Items, typename Write>
void write_array(JsonWriter& json, std::string_view key, const Items& items, const Write& write) {
  json.key(key);
  json.begin_array();
  for (const auto& item : items) write(json, item);
  json.end_array();
}

// The same for an array of objects: `write` writes the members of one.
template <typename Items, typename Write>
void write_objects(JsonWriter& json, std::string_view key, const Items& items, const Write& write) {
  write_array(json, key, items, [&write](JsonWriter& object, const auto& item) {
    object.begin_object();
    write(object, item);
    object.end_object();
  });
}

// Writes one JSON object to a stream. Holds only the current row.
class JsonDocument {
 public:
  // The stream must outlive this. The caller checks its state at the end.
  explicit JsonDocument(std::ostream& out) : out_(out) { out_ << '{'; }

  template <typename Value>
  void member(std::string_view key, const Value& value) {
    object(key, [&value](JsonWriter& json) { json.value(value); });
  }

  // A member whose value `write(json)` writes, on one line.
  template <typename Write>
  void object(std::string_view key, const Write& write) {
    begin(key);
    out_ << row(write);
  }

  // A list with one row per line: `write(json, item)` writes each row's value.
  template <typename Items, typename Write>
  void rows(std::string_view key, const Items& items, const Write& write) {
    begin(key);
    out_ << '[';
    bool first = true;
    for (const auto& item : items) {
      out_ << (first ? "\n    " : ",\n    ");
      out_ << row([&](JsonWriter& json) { write(json, item); });
      first = false;
    }
    out_ << (first ? "]" : "\n  ]");
  }

  // Closes the object and ends its line.
  void finish() { out_ << (first_ ? "}\n" : "\n}\n"); }

 private:
  template <typename Write>
  const std::string& row(const Write& write) {
    row_.clear();
    JsonWriter json(row_);
    write(json);
    return row_;
  }

  void begin(std::string_view key) {
    out_ << (first_ ? "\n  " : ",\n  ") << json_string(key) << ": ";
    first_ = false;
  }

  std::ostream& out_;
  std::string row_;  // reused, so that long lists allocate little
  bool first_{true};
};

}  // namespace portproof
