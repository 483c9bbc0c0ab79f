#include "catalog/citation.hpp"

#include <algorithm>
#include <charconv>

#include "catalog/nearest.hpp"

namespace portproof {
namespace {

constexpr std::string_view kBetweenCitations = "; ";
constexpr std::string_view kBeforeRow = ", row ";

// A section's name may contain ", row ", so the last one counts, and only with a number behind it.
Citation parse_citation(std::string_view text) {
  const std::size_t mark = text.rfind(kBeforeRow);
  if (mark == std::string_view::npos) return {text, std::nullopt};
  const std::string_view digits = text.substr(mark + kBeforeRow.size());
  std::size_t row = 0;
  const auto [stop, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), row);
  if (fault != std::errc{} || stop != digits.data() + digits.size()) return {text, std::nullopt};
  return {text.substr(0, mark), row};
}

std::string unknown_section(const Citation& citation, const Document& document) {
  std::vector<std::string_view> names;
  names.reserve(document.sections.size());
  for (const Section& section : document.sections) names.emplace_back(section.name);
  return "cites the section " + in_quotes(citation.section) + ", which the document " +
         in_quotes(document.id) + " does not have" + did_you_mean(citation.section, names);
}

}  // namespace

std::vector<Citation> citations_of(std::string_view source) {
  std::vector<Citation> citations;
  while (!source.empty()) {
    const std::size_t end = source.find(kBetweenCitations);
    citations.push_back(parse_citation(source.substr(0, end)));
    if (end == std::string_view::npos) break;
    source.remove_prefix(end + kBetweenCitations.size());
  }
  return citations;
}

std::optional<std::string> citation_fault(const Citation& citation, const Document& document) {
  if (document.sections.empty()) return std::nullopt;
  const auto section =
      std::find_if(document.sections.begin(), document.sections.end(),
                   [&](const Section& candidate) { return candidate.name == citation.section; });
  if (section == document.sections.end()) return unknown_section(citation, document);
  const std::string where = in_quotes(section->name) + " in the document " + in_quotes(document.id);
  if (section->rows == 0) {
    if (!citation.row) return std::nullopt;
    return "cites row " + std::to_string(*citation.row) + " of " + where + ", which has no numbered rows";
  }
  if (!citation.row) return "cites no row of " + where + ", which has " + std::to_string(section->rows);
  if (*citation.row >= 1 && *citation.row <= section->rows) return std::nullopt;
  return "cites row " + std::to_string(*citation.row) + " of " + where + ", which has " +
         std::to_string(section->rows) + (section->rows == 1 ? " row" : " rows");
}

}  // namespace portproof
