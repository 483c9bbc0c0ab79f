// What the text report says is missing: gaps, what was captured and not read, ICMP errors about flows that
// were never seen, networks mirrored in one direction, and limits that were hit.
#pragma once

#include "report/page.hpp"
#include "report/report.hpp"

namespace portproof {

void write_gaps(const Report& report, Page& page);

}  // namespace portproof
