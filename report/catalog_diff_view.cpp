#include "report/catalog_diff_view.hpp"

#include <fmt/format.h>

#include <ostream>

#include "report/page.hpp"
#include "report/wording.hpp"

namespace portproof {
namespace {

std::string_view word_of(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::removed:
      return "removed";
    case DifferenceKind::added:
      return "added";
    case DifferenceKind::changed:
      break;
  }
  return "changed";
}

}  // namespace

void write_differences(const std::vector<CatalogDifference>& differences, int width, std::ostream& out) {
  TextOptions options;
  options.width = width;
  Page page(options, out);
  constexpr std::size_t kHang = 4;
  for (const CatalogDifference& difference : differences) {
    std::string head = fmt::format("{} {} ", word_of(difference.kind), difference.what);
    if (difference.kind == DifferenceKind::removed && difference.before != nullptr) {
      head += rule_words(*difference.before);
    } else if (difference.after != nullptr) {
      head += rule_words(*difference.after);
    } else {
      head += difference.id;
    }
    page.paragraph(head, 0, kHang);
    for (const std::string& detail : difference.details) page.paragraph(detail, kHang, kHang);
  }
  out << (differences.empty() ? "no differences\n"
                              : count_words(differences.size(), "difference", "differences") + "\n");
}

}  // namespace portproof
