// Citations: where a rule or a remark says that it stands in its document.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"

namespace portproof {

// "SECTION, row N" for a row of a section's table, "SECTION" for a section that is cited as a whole.
struct Citation {
  std::string_view section;
  std::optional<std::size_t> row;  // from 1
};

// The citations of a `source`, which joins several with "; ". Views into the text.
std::vector<Citation> citations_of(std::string_view source);

// Why the document cannot be cited like this, as the end of a sentence about the rule; nothing if it can.
// Anything can be cited of a document that does not list its sections.
std::optional<std::string> citation_fault(const Citation& citation, const Document& document);

}  // namespace portproof
