#include "catalog/catalog.hpp"

#include <algorithm>

namespace portproof {
namespace {

// The entry with this id in a list sorted by id.
template <typename Entry>
const Entry* find_sorted(const std::vector<Entry>& entries, std::string_view id) {
  const auto found =
      std::lower_bound(entries.begin(), entries.end(), id,
                       [](const Entry& entry, std::string_view key) { return entry.id < key; });
  return found != entries.end() && found->id == id ? &*found : nullptr;
}

}  // namespace

const Rule* Catalog::find_rule(std::string_view id) const {
  const Rule* const rule = find_sorted(rules, id);
  return rule != nullptr ? rule : find_sorted(proposals, id);
}

const Overlay* Catalog::find_overlay(std::string_view id) const {
  return find_sorted(overlays, id);
}

const System* Catalog::find_system(std::string_view id) const {
  return find_sorted(systems, id);
}

const Document* Catalog::find_document(std::string_view id) const {
  const auto found = std::find_if(documents.begin(), documents.end(),
                                  [id](const Document& document) { return document.id == id; });
  return found == documents.end() ? nullptr : &*found;
}

}  // namespace portproof
