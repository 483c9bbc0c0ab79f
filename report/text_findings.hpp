// The first half of the text report: what is flagged, what could not be verified, and what is waived.
#pragma once

#include "report/page.hpp"

namespace portproof {

void write_findings(const Report& report, Page& page);

}  // namespace portproof
