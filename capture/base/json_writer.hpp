// Writes JSON (RFC 8259) into a string, one value after another, without a tree in between:
//
//   std::string text;
//   JsonWriter json(text);
//   json.begin_object();
//   json.member("frames", 12);
//   json.key("gaps");
//   write_gaps(json, gaps);
//   json.end_object();  // {"frames":12,"gaps":{...}}
//
// It adds commas, colons and quotes, and no white space. The caller keeps begin and end in balance, and gives
// every key of an object once: nothing checks either. Output is pure ASCII on one line: whatever is not
// printable ASCII is escaped, and each byte sequence that is not UTF-8 becomes U+FFFD, because JSON cannot
// hold it.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portproof {

class JsonWriter {
 public:
  // Appends to `out`, which must outlive this.
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }

  // Begins a member of the object at hand; its value comes next.
  void key(std::string_view key);

  void value(std::string_view text);
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(const char* text) { value(std::string_view(text)); }
  void value(bool truth) { literal(truth ? "true" : "false"); }
  void value(std::nullptr_t) { literal("null"); }
  // Finite values only. The shortest digits that are read back as the same value.
  void value(double number);
  // Also of types as narrow as a character: they are numbers here.
  template <std::integral Number>
  void value(Number number) {
    std::array<char, std::numeric_limits<Number>::digits10 + 3> digits{};
    literal({digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), +number).ptr});
  }

  // Null where there is none.
  template <typename Value>
  void value(const std::optional<Value>& optional) {
    if (optional) {
      value(*optional);
    } else {
      value(nullptr);
    }
  }

  template <typename Item>
  void value(std::span<const Item> items) {
    begin_array();
    for (const Item& item : items) value(item);
    end_array();
  }
  template <typename Item>
  void value(const std::vector<Item>& items) {
    begin_array();
    for (const Item& item : items) value(item);
    end_array();
  }

  template <typename Value>
  void member(std::string_view name, const Value& its_value) {
    key(name);
    value(its_value);
  }

  // A value that is JSON already.
  void splice(std::string_view json) { literal(json); }

 private:
  void separate() {
    if (needs_comma_) out_ += ',';
  }
  void begin(char bracket) {
    separate();
    out_ += bracket;
    needs_comma_ = false;
  }
  void end(char bracket) {
    out_ += bracket;
    needs_comma_ = true;
  }
  void literal(std::string_view json) {
    separate();
    out_ += json;
    needs_comma_ = true;
  }

  std::string& out_;
  bool needs_comma_{false};  // before the next key or value
};

// The text as a string of JSON, in its quotes.
std::string json_string(std::string_view text);

// For a member that is null where there is no text, never an empty string. Valid as long as `text`.
inline std::optional<std::string_view> text_or_null(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace portproof
