#include "report/documents.hpp"

#include <algorithm>

namespace portproof {
namespace {

// The system of an [[allow]] entry has the same name.
std::string_view document_of(const Rule& rule) {
  if (!rule.document.empty()) return rule.document;
  return rule.system == kSiteDocument ? kSiteDocument : kNoDocument;
}

}  // namespace

std::vector<DocumentTotal> document_totals(const Catalog& catalog) {
  std::vector<DocumentTotal> totals;
  for (const Document& document : catalog.documents) totals.push_back({document.id, &document});
  totals.push_back({std::string(kNoDocument), nullptr});
  totals.push_back({std::string(kSiteDocument), nullptr});
  return totals;
}

std::vector<std::string> documents_of(const Judgement& judgement, const Catalog& catalog) {
  std::vector<std::string> ids;
  if (judgement.verdict != Verdict::documented) return ids;
  const auto says_so = [&](std::string_view id) {
    return std::any_of(judgement.rules.begin(), judgement.rules.end(),
                       [id](const Rule* rule) { return document_of(*rule) == id; });
  };
  for (const Document& document : catalog.documents) {
    if (says_so(document.id)) ids.push_back(document.id);
  }
  for (const std::string_view id : {kNoDocument, kSiteDocument}) {
    if (says_so(id)) ids.emplace_back(id);
  }
  return ids;
}

void add_to_totals(const Judgement& judgement, std::uint64_t conversations, std::uint64_t sessions,
                   std::uint64_t bytes, std::vector<DocumentTotal>& totals) {
  if (judgement.verdict != Verdict::documented) return;
  const auto first = std::find_if(totals.begin(), totals.end(), [&](const DocumentTotal& total) {
    return std::any_of(judgement.rules.begin(), judgement.rules.end(),
                       [&](const Rule* rule) { return document_of(*rule) == total.id; });
  });
  if (first == totals.end()) return;
  first->conversations += conversations;
  first->sessions += sessions;
  first->bytes += bytes;
}

std::string_view publisher_of(const DocumentTotal& total) {
  if (total.id == kSiteDocument) return "the site";
  if (total.document == nullptr) return "no document";
  return total.document->publisher.empty() ? "publisher not given"
                                           : std::string_view(total.document->publisher);
}

}  // namespace portproof
