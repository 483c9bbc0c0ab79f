// A page of the text report: headings, paragraphs and labelled lines, wrapped to the terminal's width,
// escaped, and coloured only on request.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "report/text.hpp"

namespace portproof {

enum class Style : std::uint8_t { plain, bold, red, green, yellow, dim };

class Page {
 public:
  // The stream must outlive the page.
  Page(const TextOptions& options, std::ostream& out) : options_(options), out_(out) {}

  [[nodiscard]] const TextOptions& options() const { return options_; }

  // " · ", or " / " in ASCII.
  [[nodiscard]] std::string_view dot() const { return options_.unicode ? " · " : " / "; }

  void blank();

  // An empty line, then the heading.
  void heading(std::string_view text, Style style = Style::bold);

  // A paragraph; its second and later lines are indented by `hang` more.
  void paragraph(std::string_view text, std::size_t indent = 0, std::size_t hang = 0,
                 Style style = Style::plain);

  // "  label        text", with further lines of the text aligned below the first.
  void field(std::string_view label, std::string_view text, std::size_t indent = 2);

  // A command to copy: if it is too long for a line, lines end in a backslash, as a shell expects.
  void command(std::string_view label, std::string_view text, std::size_t indent = 2);

 private:
  void line(const std::string& text, Style style);

  const TextOptions& options_;
  std::ostream& out_;
};

}  // namespace portproof
