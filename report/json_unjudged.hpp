// What the JSON report names as not judged: protocols, carriers, and ICMP errors about unknown traffic.
#pragma once

#include "capture/base/json_writer.hpp"
#include "report/report.hpp"

namespace portproof {

// Each writes one object.
void write_protocols(JsonWriter& json, const SettledEvidence& evidence);
void write_carrier(JsonWriter& json, const CarrierRow& row);
void write_stray_error(JsonWriter& json, const StrayErrorKey& error, const StrayErrorFacts& facts);

}  // namespace portproof
