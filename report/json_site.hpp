// The site's own file in the JSON report: the inventory, its allows and its waivers.
#pragma once

#include "capture/base/json_writer.hpp"
#include "report/report.hpp"

namespace portproof {

// Each writes one object.
void write_inventory(JsonWriter& json, const Inventory& inventory);
// `row` covers a rule that the site wrote.
void write_allow(JsonWriter& json, const RuleCoverage& row);
void write_waiver(JsonWriter& json, const Waiver& waiver, const WaiverUse& use);

}  // namespace portproof
