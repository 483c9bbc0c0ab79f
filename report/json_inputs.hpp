// The inputs in the JSON report: what was read, what became of it, and what is missing.
#pragma once

#include "capture/base/json_writer.hpp"
#include "capture/evidence/evidence.hpp"

namespace portproof {

// Each writes one object.
void write_accounting(JsonWriter& json, const Accounting& accounting);
void write_gaps(JsonWriter& json, const Gaps& gaps);
void write_input(JsonWriter& json, const Input& input);

}  // namespace portproof
