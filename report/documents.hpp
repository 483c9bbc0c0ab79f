// Which document says that a conversation is documented. A conversation may be documented by several: it
// counts for the first of them, so that the totals of all documents add up. The edition's own documents come
// first, in the order of the catalog, then those of overlays, then the site itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "classify/audit.hpp"

namespace portproof {

// What stands in place of a document's id: for the [[allow]] entries of the inventory, and for a rule of a
// catalog that names no document.
inline constexpr std::string_view kSiteDocument = "site";
inline constexpr std::string_view kNoDocument = "none";

// What conversations one document documents, those aside that an earlier one does.
struct DocumentTotal {
  std::string id;
  const Document* document{nullptr};  // in the catalog; null for the site and for no document
  std::uint64_t conversations{0};
  std::uint64_t sessions{0};
  std::uint64_t bytes{0};
};

// The ids of the documents by which a conversation is documented, in that order, each once. None if it is not
// documented.
std::vector<std::string> documents_of(const Judgement& judgement, const Catalog& catalog);

// An empty total for every document that may occur, in that order.
std::vector<DocumentTotal> document_totals(const Catalog& catalog);

// Adds conversations with this judgement to the total of their document, if they are documented.
void add_to_totals(const Judgement& judgement, std::uint64_t conversations, std::uint64_t sessions,
                   std::uint64_t bytes, std::vector<DocumentTotal>& totals);

// The publisher of a total's document; "the site", or "no document".
std::string_view publisher_of(const DocumentTotal& total);

}  // namespace portproof
