// From an input to its evidence on the simple path: one thread, one flow table in its most obvious form, no
// batches, no shards, no limits; everything is kept until the end and folded then. The result must equal what
// observe() makes of the same input (capture/observe/observe.hpp), with any number of threads.
//
// It shares with observe(): reading frames, decode(), the filter, the clock (capture/flow/capture_clock.hpp),
// the recognition of payloads, the names in DNS answers (capture/evidence/names_seen.hpp), the definition of
// a station, and the limit on names per service. Judging, reporting and settling loose flows come after the
// evidence, and are the program's own.
#pragma once

#include "capture/observe/observe.hpp"

namespace portproof::test {

// No limit may be reached; `options.threads` and all seeds are ignored.
Evidence observe_simply(PacketSource& source, const ObserveOptions& options);

}  // namespace portproof::test
