// Writes one JSON object member by member to a stream: the object's own members on lines of their own, and
// each row of its lists on one line. Nothing is held but the row at hand. Output is ASCII; text that is no
// UTF-8 gets U+FFFD for what is not.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>

namespace portproof {

using Json = nlohmann::ordered_json;

inline std::string to_line(const Json& value) {
  return value.dump(-1, ' ', true, Json::error_handler_t::replace);
}

class JsonWriter {
 public:
  explicit JsonWriter(std::ostream& out) : out_(out) { out_ << '{'; }

  void member(std::string_view key, const Json& value) {
    begin(key);
    out_ << to_line(value);
  }

  // A list with a row a line: `row(item)` gives each one's value.
  template <typename Items, typename Row>
  void rows(std::string_view key, const Items& items, const Row& row) {
    lines(key, items, [&row](const auto& item) { return to_line(row(item)); });
  }

  // The same where `line(item)` gives the text of each.
  template <typename Items, typename Line>
  void lines(std::string_view key, const Items& items, const Line& line) {
    begin(key);
    out_ << '[';
    bool first = true;
    for (const auto& item : items) {
      out_ << (first ? "\n    " : ",\n    ") << line(item);
      first = false;
    }
    out_ << (first ? "]" : "\n  ]");
  }

  // Closes the object and ends its line.
  void finish() { out_ << (first_ ? "}\n" : "\n}\n"); }

 private:
  void begin(std::string_view key) {
    out_ << (first_ ? "\n  " : ",\n  ") << to_line(Json(key)) << ": ";
    first_ = false;
  }

  std::ostream& out_;
  bool first_{true};
};

}  // namespace portproof
