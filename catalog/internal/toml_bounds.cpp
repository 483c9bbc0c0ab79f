#include "catalog/internal/toml_bounds.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace portproof {
namespace {

constexpr std::size_t kQuotes = 3;  // around a string of several lines

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<TomlFault> first_excess() {
    while (at_ < text_.size() && !fault_) step();
    if (!fault_) check_line();
    return std::move(fault_);
  }

 private:
  void step() {
    switch (text_[at_]) {
      case '"':
      case '\'':
        skip_string();
        return;
      case '#':
        skip_comment();
        return;
      case '.':
        if (++parts_ > kMostKeyParts) exceed(fmt::format("a key has more than {} parts", kMostKeyParts));
        break;
      case '[':
      case '{':
        parts_ = 1;
        if (++depth_ > kDeepestToml)
          exceed(fmt::format("brackets are nested more than {} deep", kDeepestToml));
        break;
      case ']':
      case '}':
        parts_ = 1;
        if (depth_ > 0) --depth_;
        break;
      case '=':
      case ',':
        parts_ = 1;
        break;
      case '\n':
        end_line();
        break;
      default:
        break;
    }
    ++at_;
  }

  void skip_comment() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }

  void skip_string() {
    const char quote = text_[at_];
    const std::string quotes(kQuotes, quote);
    if (text_.substr(at_, kQuotes) == quotes) {
      skip_long_string(quotes);
      return;
    }
    for (++at_; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == quote) {
        ++at_;
        return;
      }
      if (is_escape(quote)) ++at_;
    }
  }

  // One or two quotes before the closing three belong to the string.
  void skip_long_string(std::string_view quotes) {
    at_ += kQuotes;
    while (at_ < text_.size() && text_.substr(at_, kQuotes) != quotes) {
      if (is_escape(quotes.front())) ++at_;
      if (at_ < text_.size() && text_[at_] == '\n') end_line();
      ++at_;
    }
    at_ += kQuotes;
    for (int more = 0; more < 2 && at_ < text_.size() && text_[at_] == quotes.front(); ++more) ++at_;
  }

  // Is here a backslash that takes the next character's meaning away?
  [[nodiscard]] bool is_escape(char quote) const {
    return quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n';
  }

  void end_line() {
    check_line();
    parts_ = 1;
    ++line_;
    begin_ = at_ + 1;
  }

  void check_line() {
    const std::size_t end = at_ < text_.size() ? at_ : text_.size();
    if (end - begin_ > kLongestTomlLine) {
      exceed(fmt::format("the line is longer than {} KiB", kLongestTomlLine >> 10U));
    }
  }

  void exceed(std::string what) {
    if (!fault_) fault_ = TomlFault{line_, std::move(what)};
  }

  std::string_view text_;
  std::size_t at_{0};
  std::size_t line_{1};
  std::size_t begin_{0};  // of the line
  std::size_t parts_{1};  // of the key at hand
  std::size_t depth_{0};
  std::optional<TomlFault> fault_;
};

}  // namespace

std::optional<TomlFault> exceeded_bound(std::string_view text) {
  return Scanner(text).first_excess();
}

}  // namespace portproof
