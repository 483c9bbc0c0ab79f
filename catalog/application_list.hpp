// Reads the key "application" of a rule, in a catalog or an inventory.
#pragma once

#include "capture/base/application.hpp"
#include "catalog/table_reader.hpp"

namespace portproof {

// The applications that the table lists; none if the key is absent. "https" and "ldaps", which people write
// for TLS on its usual ports, mean `tls`. An unknown name is a fault, and so is "unknown", because a list
// that names it would seem to accept less than it does.
ApplicationSet read_application_list(TableReader& reader);

}  // namespace portproof
