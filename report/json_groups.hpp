// The groups in the JSON report.
#pragma once

#include "capture/base/json_writer.hpp"
#include "report/report.hpp"

namespace portproof {

// Writes one object. The group is one of this audit's.
void write_group(JsonWriter& json, const Group& group, const Audit& audit);

}  // namespace portproof
