#include "report/text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/page.hpp"
#include "report/text_basis.hpp"
#include "report/text_findings.hpp"

namespace portproof {
namespace {

struct Headline {
  std::string_view word;
  Style style;
};

Headline headline(AuditResult result) {
  switch (result) {
    case AuditResult::pass:
      return {"PASS", Style::green};
    case AuditResult::fail:
      return {"FAIL", Style::red};
    case AuditResult::inconclusive:
      break;
  }
  return {"INCONCLUSIVE", Style::yellow};
}

}  // namespace

void write_text(const Report& report, std::string_view version, const TextOptions& options,
                std::ostream& out) {
  Page page(options, out);
  const auto [word, style] = headline(report.audit->result);
  page.paragraph(word, 0, 0, style);
  for (const std::string& reason : report.audit->result_reasons) page.paragraph("- " + reason, 2, 2);
  if (report.audit->result == AuditResult::pass) {
    page.paragraph("Every captured Citrix-related conversation is documented or covered by a waiver.", 2);
  }
  const bool filtered = std::any_of(report.evidence->inputs.begin(), report.evidence->inputs.end(),
                                    [](const Input& input) { return !input.filter.empty(); });
  if (filtered) {
    page.paragraph("A filter was set: what it excluded was not audited, and is counted under Accounting.", 2);
  }
  const bool kernel_filtered = std::any_of(report.evidence->inputs.begin(), report.evidence->inputs.end(),
                                           [](const Input& input) { return !input.kernel_filter.empty(); });
  if (kernel_filtered) {
    page.paragraph(
        "Some traffic was filtered out while capturing: this report proves nothing about it, and does not "
        "count it.",
        2);
  }
  if (report.totals.packets == 0) {
    page.paragraph(
        "Nothing was read: the inputs contain no packets, so this report says nothing about the estate.", 2);
  }
  write_findings(report, page);
  write_basis(report, version, page);
}

}  // namespace portproof
