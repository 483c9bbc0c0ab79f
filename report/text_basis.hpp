// The second half of the text report: what the result is based on. Totals, the accounting of every frame,
// gaps, rules used, waivers, inputs and the identity of everything that went in.
#pragma once

#include "report/page.hpp"

namespace portproof {

void write_basis(const Report& report, std::string_view version, Page& page);

}  // namespace portproof
