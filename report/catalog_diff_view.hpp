// What two catalogs document differently, for people: what `catalog diff` prints.
#pragma once

#include <iosfwd>
#include <vector>

#include "catalog/diff.hpp"

namespace portproof {

// A paragraph for each difference, wrapped to `width` columns, then a line with their number.
void write_differences(const std::vector<CatalogDifference>& differences, int width, std::ostream& out);

}  // namespace portproof
