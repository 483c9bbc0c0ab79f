// What two catalogs document differently: rules, roles, systems and remarks that only one of them has, and
// rules that both have with other ends, ports, transports, applications or conditions. That a rule is cited
// otherwise is no difference.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"

namespace portproof {

enum class DifferenceKind : std::uint8_t { removed, added, changed };

struct CatalogDifference {
  DifferenceKind kind{DifferenceKind::changed};
  std::string_view what;        // "system", "role", "rule", "remark"
  std::string id;               // of a remark, where it stands
  const Rule* before{nullptr};  // of a rule, in the catalogs; null where it is not there
  const Rule* after{nullptr};
  std::vector<std::string>
      details;  // of what changed, "from, as printed: adc-nsip -> adc-snip"; else who it is
};

// From `before` to `after`: systems, roles, rules, remarks, each by id.
std::vector<CatalogDifference> differences(const Catalog& before, const Catalog& after);

}  // namespace portproof
